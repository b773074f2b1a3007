import sys

from django.http import HttpResponseForbidden, HttpResponseServerError
from django.template.loader import render_to_string

from portal.logs import OUTAGES

RETRY_AFTER_SECONDS = 5


def broken(request):
    """The page for an error nobody foresaw. These pages ask the database nothing: it may be the one that failed.

    A database that cannot be reached is our own fault and passes: 503 says "come again" to people and to
    programs, which would drop their event for good at a 4xx.
    """
    outage = isinstance(sys.exc_info()[1], OUTAGES)
    template = "portal/errors/unavailable.html" if outage else "portal/errors/broken.html"
    response = HttpResponseServerError(render_to_string(template), status=503 if outage else 500)
    if outage:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def csrf_failure(request, reason=""):
    return HttpResponseForbidden(render_to_string("portal/errors/form_expired.html"))
