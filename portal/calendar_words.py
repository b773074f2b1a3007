"""What the engine's reasons are called on screen, in the reader's language."""

from datetime import datetime

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.business_time import Hours
from portal.opening_hours import Kind, Name, Reason
from portal.words import in_language

WORDS = {
    Kind.HOLIDAY: _("National holiday"),
    Kind.CLOSED: _("Company closing day"),
    Kind.WEEKDAY: _("No business on this weekday"),
    Kind.OUTSIDE: _("Outside business hours"),
    Kind.SHORT: _("Half day"),
    Kind.BREAK: pgettext_lazy("business hours", "Break"),
    Kind.PAUSE: pgettext_lazy("clock", "Paused"),
}


def words(reason: Reason) -> str:
    """The holiday's own name; for a company's day its name with what kind of day it is."""
    name = named(reason.name)
    kind = str(WORDS[reason.kind])
    if not name:
        return kind
    if reason.kind is Kind.HOLIDAY:
        return name
    return gettext("%(name)s (%(kind)s)") % {"name": name, "kind": kind}


def named(name: Name) -> str:
    return in_language(name.ja, name.en)


def forecast(calendar: Hours, until: datetime | None) -> str:
    """What must be said beside a due time whose holidays are not published yet; else nothing."""
    if calendar.computed_from is None or until is None:
        return ""
    if until.astimezone(calendar.tz).year < calendar.computed_from:
        return ""
    return gettext("The holidays from %(year)s on are computed; the Cabinet Office has not published them yet.") % {
        "year": calendar.computed_from
    }
