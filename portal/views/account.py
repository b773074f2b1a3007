from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import shell
from portal.forms import AccountForm

A_YEAR = int(timedelta(days=365).total_seconds())


def account(request):
    """My settings."""
    form = AccountForm(request.POST or None, instance=request.user, initial={"theme": shell.theme(request)})
    if request.method == "POST" and form.is_valid():
        person = form.save(commit=False)
        person.keep(by=request.user, at=timezone.now())
        with translation.override(person.language):
            shell.say(request, _("Your settings are saved."))
        response = redirect("portal:account")
        _remember_language(response, person.language)
        _remember_theme(response, form.cleaned_data["theme"])
        return response
    # A form that came back must not leave half-checked values on the person whom the frame shows.
    if form.errors:
        request.user.refresh_from_db()
    return render(request, "portal/account/page.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@login_not_required
def language(request):
    """The switch in the top bar; before sign-in a cookie remembers it."""
    chosen = request.POST.get("language", "")
    response = redirect(_back(request))
    if chosen not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated and request.user.language != chosen:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    _remember_language(response, chosen)
    return response


@require_POST
@login_not_required
def theme(request):
    """Light, dark, or as the device: a cookie, because it belongs to the screen and not to the person."""
    response = redirect(_back(request))
    _remember_theme(response, request.POST.get("theme", ""))
    return response


def _remember_language(response, code):
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


def _remember_theme(response, chosen):
    """Readable by scripts: static/js/theme.js changes it without a round trip."""
    if chosen in shell.THEMES:
        response.set_cookie(
            shell.THEME_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
        )
    else:
        response.delete_cookie(shell.THEME_COOKIE, samesite="Lax")


def _back(request):
    """The page that the person was on, if it is one of ours."""
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return "/"
