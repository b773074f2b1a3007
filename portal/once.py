import functools
import uuid

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from portal.models import RequestId


def once(view):
    """Carries a form's POST out once: its one-time id and its effects are one transaction.

    A double tap or a resent form finds the id taken and changes nothing. A view that raises,
    or answers 4xx because something is missing, rolls back and leaves the id free for the next try.
    """

    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        token = _token(request)
        if request.method != "POST" or token is None:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                _claim(request.user, token)
                response = view(request, *args, **kwargs)
                if response.status_code >= 400:
                    raise _Unchanged(response)
        except _AlreadyDone:
            return _done_before(request)
        except _Unchanged as unchanged:
            return unchanged.response
        return response

    return wrapper


class _AlreadyDone(Exception):
    pass


class _Unchanged(Exception):
    def __init__(self, response):
        super().__init__()
        self.response = response


def _token(request):
    try:
        return uuid.UUID(request.POST.get("request_id", ""))
    except ValueError:
        return None


def _claim(person, token):
    try:
        with transaction.atomic():
            RequestId.objects.create(person=person, token=token)
    except IntegrityError as error:
        raise _AlreadyDone from error


def _done_before(request):
    """The page the first answer would have led to, freshly rendered."""
    here = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    safe = url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()})
    return redirect(here if safe else "/")
