"""Business time: when a promise is due, what is used up of it, and which hours counted.

Pure arithmetic: no database, no settings, no present moment. Instants are aware datetimes and come
back in UTC; opening hours are wall-clock time in the calendar's zone, and what lies between them is
counted as elapsed time, so a night in which the clocks change is an hour shorter or longer.

- Hours and pauses are half-open: at 18:00 a day that closes at 18:00 is over.
- A promise is due at the earliest instant at which the counted time reaches its target. Used up
  exactly at closing means due at closing; the due instant itself is still on time.
- A shift past midnight belongs to the day it starts on, and that day's holiday decides.
- Overlapping pauses count once. While a pause has no end there is no due time.
- Where a calendar was exchanged (`Timeline`), time already counted is kept.

The cost is that of the days passed, each looked at once a calendar; nothing walks by the second.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.opening_hours import Calendar, Kind, Name, OutOfReach, Reason, SpecialDay, Stretch, Tile, Timeline

__all__ = [
    "Calendar",
    "Interval",
    "Kind",
    "Mode",
    "Name",
    "OutOfReach",
    "Pause",
    "Reason",
    "SpecialDay",
    "Timeline",
    "add_business_days",
    "due",
    "elapsed",
    "intervals",
    "intervals_until",
    "remaining",
    "warn_at",
]

Hours = Calendar | Timeline
Pause = tuple[datetime, datetime | None]
"""[from, to); no end where it still lasts."""

NO_TIME = timedelta(0)
FOREVER = datetime.max.replace(tzinfo=UTC)
PAUSED = Reason(Kind.PAUSE)


class Mode(StrEnum):
    BUSINESS = "business"
    CLOCK = "clock"  # elapsed time, whatever the calendar says; pauses hold


@dataclass(frozen=True, slots=True)
class Interval:
    """A piece of a promise's time: counted, or skipped for a reason. No end: it still lasts."""

    start: datetime
    end: datetime | None
    reason: Reason | None = None

    @property
    def counted(self) -> bool:
        return self.reason is None

    @property
    def length(self) -> timedelta | None:
        return self.end - self.start if self.end else None


def due(
    start: datetime, minutes: float, calendar: Hours, *, pauses: Iterable[Pause] = (), mode: Mode = Mode.BUSINESS
) -> datetime | None:
    """The earliest instant at which `minutes` have counted; None while a pause without end holds it.

    Raises OutOfReach beyond a hundred years of business time, ValueError for a negative target, a
    naive instant or a pause that ends before it begins.
    """
    left = _target(minutes)
    start = _utc(start)
    holds = _Holds.of(pauses)
    if left == NO_TIME:
        return start
    for opens, closes in _counted(start, calendar, holds, Mode(mode)):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    if holds.open_from is None:
        raise OutOfReach("the target lies beyond what a date can hold")
    return None


def elapsed(
    start: datetime, now: datetime, calendar: Hours, *, pauses: Iterable[Pause] = (), mode: Mode = Mode.BUSINESS
) -> timedelta:
    """Counted time from `start` to `now`; nothing before `start`."""
    start, now = _utc(start), _utc(now)
    if now <= start:
        return NO_TIME
    counted = _counted(start, calendar, _Holds.of(pauses), Mode(mode), until=now)
    return sum((closes - opens for opens, closes in counted), NO_TIME)


def remaining(
    start: datetime,
    now: datetime,
    minutes: float,
    calendar: Hours,
    *,
    pauses: Iterable[Pause] = (),
    mode: Mode = Mode.BUSINESS,
) -> timedelta:
    """What is left of the target; below zero once it is overdue, by as much as has counted since."""
    return _target(minutes) - elapsed(start, now, calendar, pauses=pauses, mode=mode)


def warn_at(
    start: datetime,
    minutes: float,
    before: float,
    calendar: Hours,
    *,
    pauses: Iterable[Pause] = (),
    mode: Mode = Mode.BUSINESS,
) -> datetime | None:
    """The instant at which `before` counted minutes are left: a warning in working time, not at night."""
    return due(start, max(minutes - before, 0), calendar, pauses=pauses, mode=mode)


def add_business_days(
    start: datetime, days: float, calendar: Hours, *, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """Due after so many business days, a day being the calendar's `day_minutes` of counted time."""
    return due(start, days * calendar.day_minutes, calendar, pauses=pauses)


def intervals(
    start: datetime, minutes: float, calendar: Hours, *, pauses: Iterable[Pause] = (), mode: Mode = Mode.BUSINESS
) -> list[Interval]:
    """Everything between the start and the due instant; the counted ones sum exactly to the target.

    Under a pause without end the last interval is that pause, and the sum is what counted before it.
    """
    pauses = list(pauses)
    at = due(start, minutes, calendar, pauses=pauses, mode=mode)
    if at is not None:
        return intervals_until(start, at, calendar, pauses=pauses, mode=mode)
    held = max(_utc(start), _Holds.of(pauses).open_from or FOREVER)
    before = intervals_until(start, held, calendar, pauses=pauses, mode=mode)
    return _joined([*before, Interval(held, None, PAUSED)])


def intervals_until(
    start: datetime, end: datetime, calendar: Hours, *, pauses: Iterable[Pause] = (), mode: Mode = Mode.BUSINESS
) -> list[Interval]:
    """Everything between two instants, without gap or overlap, counted or with the reason why not.

    Closed hours keep their own reason during a pause: only the hours that the pause cost are its.
    """
    start, end = _utc(start), _utc(end)
    tiles = calendar.tiles(start, end) if Mode(mode) is Mode.BUSINESS else [Tile(start, end, None)]
    holds = _Holds.of(pauses)
    pieces: list[Interval] = []
    for tile in tiles:
        if tile.closed:
            pieces.append(Interval(tile.start, tile.end, tile.closed))
            continue
        cursor = tile.start
        for opens, closes in _without(holds, [(tile.start, min(tile.end, holds.open_from or tile.end))]):
            pieces.append(Interval(cursor, opens, PAUSED))
            pieces.append(Interval(opens, closes))
            cursor = closes
        pieces.append(Interval(cursor, tile.end, PAUSED))
    return _joined(piece for piece in pieces if piece.end is None or piece.start < piece.end)


class _Holds(NamedTuple):
    """Pauses in order of their beginning, those with an end apart from the first without one."""

    closed: list[Stretch]
    open_from: datetime | None

    @classmethod
    def of(cls, pauses: Iterable[Pause]) -> "_Holds":
        closed: list[Stretch] = []
        open_from: datetime | None = None
        for begins, ends in pauses:
            begins = _utc(begins)
            if ends is None:
                open_from = min(begins, open_from or begins)
            elif _utc(ends) < begins:
                raise ValueError("a pause ends before it begins")
            else:
                closed.append((begins, _utc(ends)))
        return cls(sorted(closed), open_from)


def _counted(
    start: datetime, calendar: Hours, holds: _Holds, mode: Mode, until: datetime | None = None
) -> Iterator[Stretch]:
    """The stretches that count, in order."""
    if holds.open_from is not None:
        until = min(until or FOREVER, holds.open_from)
    if until is not None and until <= start:
        return iter(())
    if mode is Mode.CLOCK:
        return _without(holds, [(start, until or FOREVER)])
    return _without(holds, calendar.stretches(start, until))


def _without(holds: _Holds, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The stretches less the pauses; both are in order, and where pauses overlap the furthest end holds."""
    nth = 0
    for opens, closes in stretches:
        while nth < len(holds.closed) and holds.closed[nth][0] < closes:
            begins, ends = holds.closed[nth]
            if opens < begins:
                yield opens, begins
            opens = max(opens, ends)
            if ends > closes:
                break  # it reaches into the next stretch
            nth += 1
        if opens < closes:
            yield opens, closes


def _joined(pieces: Iterable[Interval]) -> list[Interval]:
    """Neighbours that say the same become one."""
    joined: list[Interval] = []
    for piece in pieces:
        if joined and joined[-1].reason == piece.reason:
            joined[-1] = Interval(joined[-1].start, piece.end, piece.reason)
        else:
            joined.append(piece)
    return joined


def _target(minutes: float) -> timedelta:
    target = timedelta(minutes=minutes)
    if target < NO_TIME:
        raise ValueError("a target is not negative")
    return target


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return at.astimezone(UTC)
