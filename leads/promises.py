"""What both sides promised and how much of it they kept in the last thirty days: mirrored, never ranked.

Kept for a minute in the cache as plain numbers, so that every page may show them at no cost; the words are
made when they are read, in the reader's language.
"""

import dataclasses
import datetime
import itertools
import math

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import metrics
from leads.models import Agreement, Commitment, Revision
from portal import words

DAYS = 30
KEPT_FOR = 60  # seconds
NAMES = {
    "completeness": "complete_at_hand_over",
    "hand_over": "handed_over_in_time",
    "answer": "answered_in_time",
    "contact": "contacted_in_time",
    "result": "resulted_in_time",
    "reply": "replied_in_time",
}
ORDER = ["completeness", "reply", "hand_over", "answer", "contact", "result"]
ON_THE_STRIP = ["completeness", "answer", "contact", "result", "hand_over", "reply"]
A_WHOLE_DAY = 24 * 60


@dataclasses.dataclass(frozen=True)
class Figure:
    """One promise of one side: how many of those with a verdict were kept, and the share both sides agreed on."""

    side: str
    key: str
    numerator: int
    denominator: int
    n: int
    goal: int
    minutes: int | None
    day_minutes: int | None

    @property
    def percent(self) -> int | None:
        """Rounded down, so that a goal is never shown as reached before it is."""
        return math.floor(100 * self.numerator / self.denominator) if self.denominator else None

    @property
    def open(self) -> int:
        return self.n - self.denominator

    @property
    def is_reached(self) -> bool:
        return self.percent is not None and self.percent >= self.goal

    @property
    def short_by(self) -> int:
        """Points to the goal."""
        return 0 if self.percent is None else max(0, self.goal - self.percent)

    @property
    def label(self) -> str:
        return LABELS[self.key](self._time())

    @property
    def explanation(self) -> str:
        """Numerator and denominator in a sentence."""
        if not self.denominator:
            return _("Nothing was due in these days.")
        told = _("%(kept)d of %(all)d kept") % {"kept": self.numerator, "all": self.denominator}
        if not self.open:
            return told
        running = ngettext("%(n)d still running", "%(n)d still running", self.open) % {"n": self.open}
        return _("%(told)s, %(running)s") % {"told": told, "running": running}

    def _time(self):
        """1 day, 4 hours, 48 hours: days where the calendar's day is a working day, as people say it."""
        if self.minutes is None:
            return ""
        day = self.day_minutes
        if day and day < A_WHOLE_DAY and self.minutes % day == 0:
            days = self.minutes // day
            return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
        if self.minutes % 60 == 0:
            hours = self.minutes // 60
            return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
        return words.span(self.minutes)


LABELS = {
    "completeness": lambda time: _("The facts are complete"),
    "hand_over": lambda time: _("Hand over within %(time)s") % {"time": time},
    "answer": lambda time: _("Answer within %(time)s") % {"time": time},
    "contact": lambda time: _("First contact within %(time)s") % {"time": time},
    "result": lambda time: _("Result within %(time)s") % {"time": time},
    "reply": lambda time: _("Reply to returns within %(time)s") % {"time": time},
}


@dataclasses.dataclass(frozen=True)
class Mirror:
    """Both sides' promises, row by row; `goal` is the one agreed share, or None where promises differ."""

    rows: list[tuple[Figure | None, Figure | None]]
    goal: int | None
    agreement: str
    number: int
    provisional: bool
    first: datetime.date
    last: datetime.date


def strip(at) -> list[Figure]:
    """The three figures above the board."""
    figures = {figure.key: figure for figure in _figures(at)["figures"]}
    chosen = [figures[key] for key in ON_THE_STRIP if key in figures][:3]
    return sorted(chosen, key=lambda figure: figure.side != Commitment.Side.MARKETING)


def mirror(at) -> Mirror | None:
    """Both sides on one axis, same goal line, same number of rows; None where nothing has been agreed."""
    found = _figures(at)
    if not found["figures"]:
        return None
    sides = [
        [figure for figure in found["figures"] if figure.side == side]
        for side in (Commitment.Side.MARKETING, Commitment.Side.SALES)
    ]
    goals = {figure.goal for figure in found["figures"]}
    return Mirror(
        list(itertools.zip_longest(*sides)),
        goals.pop() if len(goals) == 1 else None,
        words.in_language(found["name"], found["name_en"]),
        found["number"],
        found["provisional"],
        found["first"],
        found["last"],
    )


def _figures(at):
    last = timezone.localdate(at)
    return cache.get_or_set(f"promises-{last}", lambda: _counted(at, last), timeout=KEPT_FOR)


def _counted(at, last):
    first = last - datetime.timedelta(days=DAYS - 1)
    promised = {one.key: one for one in _in_force(at) if one.key in NAMES}
    found = {"figures": [], "first": first, "last": last}
    if not promised:
        return found
    names = {NAMES[key]: key for key in ORDER if key in promised}
    totals = {names[one.metric.name]: one.total for one in metrics.compute(names, first=first, last=last)}
    revision = next(iter(promised.values())).revision
    return found | {
        "figures": [_figure(promised[key], totals[key]) for key in ORDER if key in promised],
        "name": revision.agreement.name,
        "name_en": revision.agreement.name_en,
        "number": revision.number,
        "provisional": revision.provisional,
    }


def _in_force(at):
    """The promises of the SLA that runs; of the first in order where there are several."""
    running = Revision.objects.in_force(at).filter(agreement__kind=Agreement.Kind.SLA)
    first = running.order_by("agreement__position", "agreement", "-in_force_from").values("pk")[:1]
    return Commitment.objects.filter(revision__in=first).select_related("revision__agreement", "calendar")


def _figure(commitment, total):
    return Figure(
        commitment.side,
        commitment.key,
        total.numerator,
        total.denominator,
        total.n,
        commitment.goal_percent,
        commitment.minutes,
        commitment.calendar and commitment.calendar.day_minutes,
    )
