"""When a calendar is open, and why it is not: the days under `portal.business_time`. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
LONGEST_SEARCH = timedelta(days=36_525)  # a hundred years: a calendar closed that long never opens
MOST_DAYS_KEPT = 8_192

Span = tuple[int, int]
"""Minutes since midnight, [opens, closes); a shift past midnight closes after 1440."""
Stretch = tuple[datetime, datetime]
MonthDay = tuple[int, int]


class OutOfReach(OverflowError):
    """No instant within a hundred years: the target is too long, or the calendar never opens."""


class Kind(StrEnum):
    """Why time did not count."""

    HOLIDAY = "holiday"
    CLOSED = "closed"  # by the company
    WEEKDAY = "closed_weekday"
    OUTSIDE = "outside_hours"
    SHORT = "short_hours"  # the rest of a half day
    BREAK = "break"
    PAUSE = "pause"


class Name(NamedTuple):
    ja: str = ""
    en: str = ""


NAMELESS = Name()


class SpecialDay(NamedTuple):
    spans: Sequence[Span]
    name: Name = NAMELESS


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, and the name where the day has one; `portal.calendar_words` says it in words."""

    kind: Kind
    name: Name = NAMELESS

    def __str__(self) -> str:
        return f"{self.kind}: {self.name.ja}" if self.name.ja else str(self.kind)


class Tile(NamedTuple):
    """A piece of time that is open (no reason) or closed for one reason."""

    start: datetime
    end: datetime
    closed: Reason | None


class Day(NamedTuple):
    """One date of a calendar: its shifts as instants, and why the rest of it is closed."""

    shifts: Sequence[Stretch]
    closed: Reason


@dataclass(frozen=True, eq=False)
class Calendar:
    """The opening hours of a company, by weekday (Monday is 0), with the days that differ.

    Which rule wins on a date: `closed`, then `extra` (open although it would not be), then
    `holidays` and `closed_yearly`, then the weekday's hours, which `special` and
    `special_yearly` replace on a day that is otherwise open. `day_minutes` is what "one business
    day" means in counted minutes; 0 takes the longest weekday. From the year `computed_from` on
    the holidays are a forecast.
    """

    tz: ZoneInfo
    week: Mapping[int, Sequence[Span]]
    holidays: Mapping[date, Name] = field(default_factory=dict)
    closed: Mapping[date, Name] = field(default_factory=dict)
    closed_yearly: Mapping[MonthDay, Name] = field(default_factory=dict)
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    special_yearly: Mapping[MonthDay, SpecialDay] = field(default_factory=dict)
    extra: Mapping[date, SpecialDay] = field(default_factory=dict)
    day_minutes: int = 0
    computed_from: int | None = None
    _days: dict[date, Day] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        specials = [*self.special.values(), *self.special_yearly.values(), *self.extra.values()]
        for spans in [*self.week.values(), *(day.spans for day in specials)]:
            check_spans(spans)
        if not self.day_minutes:
            longest = max((sum(b - a for a, b in spans) for spans in self.week.values()), default=0)
            object.__setattr__(self, "day_minutes", longest)

    def day(self, on: date) -> Day:
        """Looked at once and kept, so that a thousand clocks of one month share its days."""
        known = self._days.get(on)
        if known is None:
            if len(self._days) >= MOST_DAYS_KEPT:
                self._days.clear()
            known = self._days[on] = self._look_at(on)
        return known

    def stretches(self, start: datetime, until: datetime | None = None) -> Iterator[Stretch]:
        """Open time from `start` on, in order, no instant twice.

        Without `until` it goes on for a hundred years and then raises `OutOfReach`.
        """
        cursor = start
        first = start.astimezone(self.tz).date()
        last = until.astimezone(self.tz).date() if until else first + LONGEST_SEARCH
        on = first - DAY  # yesterday's shift may still be running
        while on <= last:
            for opens, closes in self.day(on).shifts:
                opens = max(opens, cursor)
                closes = min(closes, until) if until else closes
                if opens < closes:
                    yield opens, closes
                    cursor = closes
            on += DAY
        if until is None:
            raise OutOfReach("the calendar does not open often enough within a hundred years")

    def tiles(self, start: datetime, end: datetime) -> Iterator[Tile]:
        """All of [start, end): open stretches, and between them why it is closed."""
        cursor = start
        on = start.astimezone(self.tz).date() - DAY
        while cursor < end and on <= end.astimezone(self.tz).date():
            for nth, (opens, closes) in enumerate(self.day(on).shifts):
                opens, closes = min(opens, end), min(closes, end)
                if cursor < opens:
                    if nth:
                        yield Tile(cursor, opens, Reason(Kind.BREAK))
                    else:
                        yield from self._closed(cursor, opens)
                    cursor = opens
                if cursor < closes:
                    yield Tile(cursor, closes, None)
                    cursor = closes
            on += DAY
        yield from self._closed(cursor, end)

    def _look_at(self, on: date) -> Day:
        spans, closed = self._hours(on)
        shifts = [(instant(on, opens, self.tz), instant(on, closes, self.tz)) for opens, closes in sorted(spans)]
        # An hour that the change to summer time swallows leaves a shift of no length.
        return Day([(opens, closes) for opens, closes in shifts if opens < closes], closed)

    def _hours(self, on: date) -> tuple[Sequence[Span], Reason]:
        yearly = (on.month, on.day)
        if on in self.holidays and (on in self.closed or on not in self.extra):
            return (), Reason(Kind.HOLIDAY, self.holidays[on])
        if on in self.closed:
            return (), Reason(Kind.CLOSED, self.closed[on])
        if on in self.extra:
            return self.extra[on].spans, Reason(Kind.OUTSIDE)
        if yearly in self.closed_yearly:
            return (), Reason(Kind.CLOSED, self.closed_yearly[yearly])
        spans = self.week.get(on.weekday(), ())
        if not spans:
            return (), Reason(Kind.WEEKDAY)
        special = self.special.get(on) or self.special_yearly.get(yearly)
        if special:
            return special.spans, Reason(Kind.SHORT, special.name)
        return spans, Reason(Kind.OUTSIDE)

    def _closed(self, start: datetime, end: datetime) -> Iterator[Tile]:
        """A closed piece, cut at the midnights, each date with its own reason."""
        on = start.astimezone(self.tz).date()
        while start < end:
            midnight = instant(on, MINUTES_A_DAY, self.tz)
            stop = min(max(midnight, start), end)
            if start < stop:
                yield Tile(start, stop, self.day(on).closed)
            start = stop
            on += DAY


@dataclass(frozen=True, eq=False)
class Timeline:
    """A calendar that was exchanged for others, each from an instant on."""

    first: Calendar
    changes: Sequence[tuple[datetime, Calendar]]

    def __post_init__(self) -> None:
        if any(later[0] <= earlier[0] for earlier, later in pairwise(self.changes)):
            raise ValueError("the changes of a timeline come in order, no two at one instant")

    @property
    def tz(self) -> ZoneInfo:
        return self.changes[-1][1].tz if self.changes else self.first.tz

    @property
    def day_minutes(self) -> int:
        """A target is agreed under the first calendar and keeps its length."""
        return self.first.day_minutes

    @property
    def computed_from(self) -> int | None:
        return self.changes[-1][1].computed_from if self.changes else self.first.computed_from

    def stretches(self, start: datetime, until: datetime | None = None) -> Iterator[Stretch]:
        for calendar, begins, ends in self._parts(start, until):
            yield from calendar.stretches(begins, ends)

    def tiles(self, start: datetime, end: datetime) -> Iterator[Tile]:
        for calendar, begins, ends in self._parts(start, end):
            yield from calendar.tiles(begins, ends or end)

    def _parts(self, start: datetime, until: datetime | None) -> Iterator[tuple[Calendar, datetime, datetime | None]]:
        calendar, begins = self.first, start
        for change, successor in self.changes:
            ends = min(change.astimezone(UTC), until) if until else change.astimezone(UTC)
            if begins < ends:
                yield calendar, begins, ends
                begins = ends
            calendar = successor
        if until is None or begins < until:
            yield calendar, begins, until


def instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a date's wall-clock minute in a zone; from 1440 on it is the next day's.

    A time that comes twice (the change to winter time) is its first; one that does not exist (the
    change to summer time) is the instant of the change.
    """
    wall = datetime.combine(on, time.min) + timedelta(minutes=minute)
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def check_spans(spans: Sequence[Span]) -> None:
    """Raises ValueError for a span that closes before it opens, is too long, or overlaps another."""
    for opens, closes in spans:
        if not (0 <= opens < MINUTES_A_DAY and opens < closes <= 2 * MINUTES_A_DAY):
            raise ValueError(f"{opens}-{closes} is no span of a day")
    for (_, closes), (opens, _) in pairwise(sorted(spans)):
        if opens < closes:
            raise ValueError(f"spans overlap at minute {opens}")
