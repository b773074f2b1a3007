"""The page on which an administrator confirms that running promises move to other business hours."""

import datetime

from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import hours_change
from portal.admin import calendars
from portal.models import BusinessCalendar
from portal.once import once
from portal.shell import say

SALT = "leads.hours"


def address(calendar):
    return reverse("admin:leads_clock_hours", args=[calendar.pk])


def ask(calendar):
    """Where running promises are still judged by earlier hours: the page that lists them (calendars.follow_ups)."""
    return address(calendar) if hours_change.waiting(calendar, timezone.now()).exists() else None


def listing(request, pk):
    """The moves as they would be from now on; POST carries out what this page listed."""
    if not admin.site.has_permission(request):
        raise PermissionDenied
    calendar = get_object_or_404(BusinessCalendar, pk=pk)
    if request.method == "POST":
        return once(_confirm)(request, calendar)
    now = timezone.now()
    moves = hours_change.moves(calendar, now)
    listed = {"calendar": calendar.pk, "version": calendar.version, "since": now.isoformat()}
    listed["due"] = {str(move.clock.pk): move.due_text for move in moves}
    context = admin.site.each_context(request) | {
        "title": _("Promises that run under earlier hours"),
        "opts": BusinessCalendar._meta,
        "calendar": calendar,
        "moved": [move for move in moves if move.is_moved],
        "kept": sum(not move.is_moved for move in moves),
        "listed": signing.dumps(listed, salt=SALT, compress=True),
        "portion": hours_change.PORTION if len(moves) == hours_change.PORTION else None,
        "since": now,
    }
    return TemplateResponse(request, "admin/leads/hours.html", context)


def _confirm(request, calendar):
    now = timezone.now()
    listed = _listed(request, calendar)
    since = parse_datetime(listed["since"]) if listed else None
    if since is None or now - since > hours_change.FRESH:
        say(request, _("This list is no longer fresh. Please look at it once more."))
        return redirect(address(calendar))
    confirmed = {int(pk): due for pk, due in listed["due"].items()}
    moved, left = hours_change.carry_out(calendar, confirmed, since=since, by=request.user, at=now)
    text = ngettext("%(n)d promise now follows the new hours.", "%(n)d promises now follow the new hours.", moved) % {
        "n": moved
    }
    if left:
        text += " " + ngettext(
            "%(n)d has changed in the meantime and stays.", "%(n)d have changed in the meantime and stay.", left
        ) % {"n": left}
    say(request, text)
    return redirect(ask(calendar) or reverse("admin:portal_businesscalendar_change", args=[calendar.pk]))


def _listed(request, calendar):
    """What the page listed, as signed; None where it is about another version of the hours."""
    try:
        listed = signing.loads(request.POST.get("listed", ""), salt=SALT, max_age=datetime.timedelta(hours=1))
    except signing.BadSignature:
        return None
    return listed if (listed["calendar"], listed["version"]) == (calendar.pk, calendar.version) else None


calendars.follow_ups.append(ask)
