import zoneinfo

from django.conf import settings
from django.contrib import messages
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from portal.refusals import Refusal
from portal.shell import undo_url


def language_and_zone(get_response):
    """Everything a person reads is in their language and zone; before sign-in the cookie decides."""

    def middleware(request):
        person = request.user
        if person.is_authenticated:
            language, zone = person.language, person.time_zone
        else:
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
            zone = settings.TIME_ZONE
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    return middleware


def kept_by_no_cache(get_response):
    """What somebody sees after signing in stays on no disk and in no proxy (OWASP ASVS 14.3.2)."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def pieces(get_response):
    """What htmx needs beside the changed pieces: toasts travel as an event, a lost session leads to the log-in page."""

    def middleware(request):
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if not request.htmx:
            return response
        if response.status_code == 302:
            return _to_sign_in(request, response)
        # A page that htmx is told to load shows the toasts itself.
        if not {"HX-Redirect", "HX-Refresh", "HX-Location"} & set(response.headers):
            _add_toasts(request, response)
        return response

    return middleware


def _to_sign_in(request, response):
    sign_in = resolve_url(settings.LOGIN_URL)
    if not response.url.startswith(sign_in):
        return response
    here = request.htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(f"{sign_in}?{urlencode({'next': here})}")


def _add_toasts(request, response):
    toasts = [
        {"text": str(message), "undo": undo_url(message), "level": message.level_tag}
        for message in messages.get_messages(request)
    ]
    if toasts:
        trigger_client_event(response, "toasts", {"list": toasts})


class Refusals:
    """Shows a verb's refusal as a sentence: a toast for htmx, a page for everyone else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal):
            return None
        if not request.htmx:
            found = {"refusal": exception.message, "back_url": _own_referer(request)}
            return render(request, "portal/refusal.html", found, status=exception.status)
        response = render(request, "ui/_refusal.html", {"refusal": exception.message}, status=exception.status)
        # The piece that the person acted on stays as it is.
        response.headers["HX-Retarget"] = "#toasts"
        response.headers["HX-Reswap"] = "beforeend"
        return response


def _own_referer(request):
    referer = request.headers.get("Referer", "")
    own = request.build_absolute_uri("/")
    return referer if referer.startswith(own) and referer != request.build_absolute_uri() else ""
