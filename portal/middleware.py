import zoneinfo

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone, translation

from portal.refusals import Refusal


def language_and_zone(get_response):
    """Everything a person reads is in their language and zone; before sign-in the cookie decides."""

    def middleware(request):
        person = request.user
        if person.is_authenticated:
            language, zone = person.language, person.time_zone
        else:
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
            zone = settings.TIME_ZONE
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    return middleware


class Refusals:
    """Shows a verb's refusal as a sentence: a toast for htmx, a page for everyone else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal):
            return None
        template = "ui/_refusal.html" if request.htmx else "portal/refusal.html"
        return render(request, template, {"refusal": exception.message}, status=exception.status)
