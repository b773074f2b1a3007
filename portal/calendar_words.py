"""What the engine's reasons are called on screen, in the reader's language."""

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.opening_hours import Kind, Name, Reason

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
    return _("%(name)s (%(kind)s)") % {"name": name, "kind": kind}


def named(name: Name) -> str:
    """English where it is read in English and there is such a name."""
    return (name.en if get_language() == "en" else name.ja) or name.ja
