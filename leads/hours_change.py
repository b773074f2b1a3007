"""Other opening hours for promises that run already: which would be due when, and the move itself.

A calendar that is published anew touches no clock. An administrator sees what would move, in portions, and
confirms it; from that instant on the new hours count, and what has counted before is kept. Verdicts stand:
a promise that is kept, broken or past its due time is never touched.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Prefetch, Q

from leads.models import Clock, ClockPause, Commitment, Lead
from leads.models.clock import NEVER
from portal.models import Entry

PORTION = 500
FRESH = datetime.timedelta(minutes=15)  # so long a list may lie before it is confirmed


@dataclasses.dataclass(frozen=True)
class Move:
    """A running promise under the new hours; no due time while it is paused."""

    clock: Clock
    was: datetime.datetime | None
    now: datetime.datetime | None

    @property
    def is_moved(self):
        return self.was != self.now

    @property
    def due_text(self):
        return self.now.isoformat() if self.now else ""


def waiting(calendar, at):
    """Running, unbreached promises that are still judged by earlier hours of this calendar."""
    return Clock.objects.running().filter(
        Q(due_at__gte=at) | Q(due_at=None),
        breached_at=None,
        calendar=calendar,
        calendar_version__lt=calendar.version,
        commitment__mode=Commitment.Mode.BUSINESS,
        lead__removed_at=None,
    )


def moves(calendar, since) -> list[Move]:
    """The next portion, nearest due time first, if the new hours counted from `since` on."""
    clocks = waiting(calendar, since).select_related("lead__company", "lead__owner", "commitment", "calendar", "unit")
    return _moved(clocks.order_by("due_at", "pk")[:PORTION], calendar, since)


@transaction.atomic
def carry_out(calendar, confirmed: Mapping[int, str], *, since, by, at) -> tuple[int, int]:
    """Move what was confirmed: {clock's key: due time in the list}. Returns how many moved, how many stay.

    What has stopped since then, or would be due at another time or by now, stays and can be listed again.
    """
    clocks = waiting(calendar, at).filter(pk__in=confirmed)
    # Leads first, as every verb locks them.
    keys = set(clocks.order_by().values_list("lead", flat=True))
    leads = Lead.objects.select_for_update().filter(pk__in=keys).order_by("pk").in_bulk()
    held = clocks.select_related("commitment", "calendar").order_by("pk")
    found = [move for move in _moved(held, calendar, since) if _as_listed(move, confirmed, at)]
    if found:
        _save([move.clock for move in found], leads)
        _record([move for move in found if move.is_moved], leads, calendar, by=by, at=at)
    return len(found), len(confirmed) - len(found)


def _moved(clocks, calendar, since) -> list[Move]:
    found = []
    for clock in clocks.prefetch_related(Prefetch("pauses", ClockPause.objects.order_by("since"))):
        was = clock.due_at
        pauses = [(pause.since, pause.until) for pause in clock.pauses.all()]
        clock.move_to_hours(calendar.version, since=since, pauses=pauses)
        found.append(Move(clock, was, clock.due_at))
    return found


def _as_listed(move: Move, confirmed: Mapping[int, str], at) -> bool:
    return confirmed[move.clock.pk] == move.due_text and (move.now is None or move.now > at)


def _save(clocks: list[Clock], leads: Mapping[int, Lead]) -> None:
    Clock.objects.bulk_update(clocks, ["calendar_version", "hours_before", "due_at", "warn_at"], batch_size=PORTION)
    theirs = {clock.lead_id for clock in clocks}
    nearest: dict[int, Clock] = {}
    for clock in Clock.objects.running().filter(lead__in=theirs).order_by("id"):
        known = nearest.get(clock.lead_id)
        if known is None or _order(clock) < _order(known):
            nearest[clock.lead_id] = clock
    for pk in theirs:
        leads[pk].attend_to(nearest.get(pk))
        leads[pk].version += 1
    Lead.objects.bulk_update(
        [leads[pk] for pk in theirs], ["next_clock", "attention_at", "version"], batch_size=PORTION
    )


def _order(clock):
    """What is paused has no due time and stands behind all that has one."""
    return clock.due_at or NEVER, clock.pk


def _record(found: Iterable[Move], leads, calendar, *, by, at) -> None:
    """An entry a promise that moved, in the stream of its lead."""
    found = list(found)
    Entry.record_many(
        "clock.moved",
        [leads[move.clock.lead_id] for move in found],
        about=[move.clock for move in found],
        data=[
            {
                "was": move.was,
                "due_at": move.now and move.now.isoformat(),
                "calendar": calendar.pk,
                "version": calendar.version,
            }
            for move in found
        ],
        by=by,
        at=at,
    )
