import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from portal import entry_words
from portal.models import Notification

A_PAGE = 30
IN_POPOVER = 6


@require_safe
def notifications(request):
    """The page; for htmx the popover of the bell."""
    if request.htmx:
        latest = Notification.objects.told_to(request.user)[:IN_POPOVER]
        return render(request, "portal/notifications/_popover.html", {"lines": _lines(latest)})
    page = Notification.objects.told_to(request.user).before(*_position(request.GET.get("before", "")))
    shown = list(page[: A_PAGE + 1])
    more = shown[A_PAGE:] and shown[A_PAGE - 1].position
    return render(request, "portal/notifications/page.html", {"lines": _lines(shown[:A_PAGE]), "more": more})


@require_safe
def bell(request):
    """The bell with its count, fetched anew when something was told."""
    return render(request, "ui/_bell.html")


@require_POST
def reading(request, pk):
    """One is read: by following its link, or by saying so."""
    notification = get_object_or_404(request.user.notifications, pk=pk)
    Notification.objects.filter(pk=notification.pk).read(timezone.now())
    return _read(request)


@require_POST
def reading_all(request):
    """All that was there when the page was made; what came in since stays new."""
    until = parse_datetime(request.POST.get("until", "")) or timezone.now()
    request.user.notifications.filter(at__lte=until).read(timezone.now())
    return _read(request)


def _read(request):
    if not request.htmx:
        return redirect("portal:notifications")
    return HttpResponse(status=204, headers={"HX-Trigger": "bell, notifications"})


def _lines(notifications):
    """[(notification, line, why)] in the reader's language."""
    told = list(notifications)
    lines = {line.entry.pk: line for line in entry_words.describe([notification.entry for notification in told])}
    return [
        {"told": one, "line": lines[one.entry_id], "why": entry_words.reason(one.why)}
        for one in told
        if one.entry_id in lines
    ]


def _position(text):
    """(instant, key) of the last line of the page before; anything unreadable begins at the top."""
    instant, _comma, key = text.partition(",")
    try:
        return datetime.datetime.fromisoformat(instant), int(key)
    except ValueError:
        return None, None
