"""Days and times as files write them.

A column is judged as a whole, in a first pass over the file: 13/4/2026 anywhere in it tells the order
of 5/6/2026 everywhere in it. What the column leaves open is not guessed: those values are refused
until somebody says the order. A value that reads one way only (2026-04-01, 2026年4月1日, 4/15/2026)
is read, whatever stands around it.
"""

import datetime
import functools
import re
import unicodedata
import zoneinfo
from dataclasses import dataclass, field

from leads.intake.reasons import Unreadable

ORDERS = ("ymd", "mdy", "dmy")
ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
EMPTY = {"", "-", "--", "―", "なし", "未定", "n/a", "null", "none"}

TIME = r"(?:[T ]?\s*(?P<ampm>午前|午後)?\s*(?P<hour>\d{1,2})(?::|時)(?P<minute>\d{1,2})(?:(?::|分)(?P<second>\d{1,2})(?:[.,]\d+)?秒?|分)?\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|utc|jst|[+-]\d{2}:?\d{2})?)?"
WEEKDAY = r"\s*(?:[(（]?[月火水木金土日](?:曜日?)?[)）])?\s*"
YEAR_FIRST = re.compile(
    rf"(?P<y>\d{{4}})(?P<sep>[-/.年])\s*(?P<m>\d{{1,2}})(?:[-/.]|月)\s*(?P<d>\d{{1,2}})日?{WEEKDAY}{TIME}", re.I
)
ERA_FIRST = re.compile(
    rf"(?P<era>令和|平成|昭和|[rhs])\.?\s*(?P<y>\d{{1,2}}|元)(?:[-/.年])\s*(?P<m>\d{{1,2}})(?:[-/.]|月)\s*(?P<d>\d{{1,2}})日?{WEEKDAY}{TIME}",
    re.I,
)
COMPACT = re.compile(rf"(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}}){TIME}", re.I)
NUMBERS = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<c>\d{{4}}|\d{{2}}){WEEKDAY}{TIME}", re.I
)


@dataclass(frozen=True)
class Moment:
    """A day, and the time of day if the file gave one."""

    day: datetime.date
    time: datetime.time | None = None
    offset: datetime.tzinfo | None = None

    def at(self, zone):
        """As an instant in UTC; a day alone begins at midnight, and `zone` holds where the file names none."""
        return _instant(self.day, self.time, self.offset or zone)

    def on(self, zone):
        """As a day in `zone`."""
        return self.at(zone).astimezone(zone).date() if self.offset else self.day


@functools.lru_cache(maxsize=50_000)
def _instant(day, time, zone):
    return datetime.datetime.combine(day, time or datetime.time(), tzinfo=zone).astimezone(datetime.UTC)


@dataclass
class DateColumn:
    """What the values of one column say about their order."""

    counts: dict = field(default_factory=dict)
    example: str = ""
    open_rows: int = 0

    def feed(self, value):
        orders = possible_orders(value)
        if orders is None:
            return
        self.counts[orders] = self.counts.get(orders, 0) + 1
        if len(orders) > 1:
            self.open_rows += 1
            self.example = self.example or value.strip()

    @property
    def order(self):
        """The one order that fits every value, "" if several do or none does."""
        fitting = [order for order in ORDERS if all(order in orders for orders in self.counts)]
        return fitting[0] if len(fitting) == 1 else ""

    @property
    def choices(self):
        """Between which orders somebody must decide; empty if nothing is open."""
        if self.order or not self.open_rows:
            return []
        return [order for order in ORDERS if any(order in orders for orders in self.counts if len(orders) > 1)]

    @property
    def is_mixed(self):
        return bool(self.open_rows) and not any(all(order in orders for orders in self.counts) for order in ORDERS)


def is_empty(value):
    return value.strip().lower() in EMPTY


@functools.lru_cache(maxsize=50_000)
def possible_orders(value):
    """In which orders this value is a real day: None where no order is needed, or it is no date at all."""
    match = NUMBERS.fullmatch(_plain(value))
    if not match:
        return None
    orders = tuple(order for order in ORDERS if _ordered(match, order) is not None)
    return orders or None


@functools.lru_cache(maxsize=50_000)
def read(value, order=""):
    """The Moment a value means; None if it is empty.

    `order` is what the column or a person decided, "mixed" if the column contradicts itself, "open" while
    somebody is still to decide: then what is ambiguous counts as empty, for a forecast.
    Raises Unreadable: date_ambiguous, date_mixed, date_not_real, date_unreadable.
    """
    if is_empty(value):
        return None
    text = _plain(value)
    for pattern in (YEAR_FIRST, ERA_FIRST, COMPACT):
        match = pattern.fullmatch(text)
        if match:
            return _moment(match, _day(_year(match), int(match["m"]), int(match["d"])))
    match = NUMBERS.fullmatch(text)
    if not match:
        raise Unreadable("date_unreadable")
    day = _numbers(match, order)
    return _moment(match, day) if day is not None else None


def _numbers(match, order):
    """The day of three numbers; None where a forecast leaves it open."""
    possible = [candidate for candidate in ORDERS if _ordered(match, candidate) is not None]
    if not possible:
        raise Unreadable("date_not_real")
    if order in ORDERS:
        day = _ordered(match, order)
        if day is None and len(match["c"]) == 2:
            raise Unreadable("date_not_real")
        if day is not None:
            return day
    days = {_ordered(match, candidate) for candidate in possible}
    if len(days) == 1 and order not in ORDERS:
        return days.pop()
    if order in ORDERS:
        raise Unreadable("date_not_real")
    if order == "open":
        return None
    raise Unreadable("date_mixed" if order == "mixed" else "date_ambiguous")


def _ordered(match, order):
    """The day in this order, None if there is none."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    if order == "ymd":
        if len(match["c"]) == 4 or len(match["a"]) != 2:
            return None
        return _real(_century(a), b, c)
    year = c if len(match["c"]) == 4 else _century(c)
    return _real(year, a, b) if order == "mdy" else _real(year, b, a)


def _century(year):
    return 2000 + year if year < 70 else 1900 + year


def _real(year, month, day):
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day(year, month, day):
    found = _real(year, month, day)
    if found is None:
        raise Unreadable("date_not_real")
    return found


def _year(match):
    era = match.groupdict().get("era")
    if not era:
        return int(match["y"])
    return ERAS[era.lower()] + (1 if match["y"] == "元" else int(match["y"]))


def _moment(match, day):
    if match["hour"] is None:
        return Moment(day)
    hour, half = int(match["hour"]), (match["half"] or match["ampm"] or "").lower().replace(".", "")
    if half in ("pm", "午後") and hour < 12:
        hour += 12
    elif half in ("am", "午前") and hour == 12:
        hour = 0
    try:
        clock = datetime.time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError as error:
        raise Unreadable("date_unreadable") from error
    return Moment(day, clock, _offset((match["zone"] or "").lower()))


def _offset(zone):
    if zone in ("z", "utc"):
        return datetime.UTC
    if zone == "jst":
        return zoneinfo.ZoneInfo("Asia/Tokyo")
    if zone:
        sign = -1 if zone[0] == "-" else 1
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        if minutes >= 24 * 60:
            raise Unreadable("date_unreadable")
        return datetime.timezone(sign * datetime.timedelta(minutes=minutes))
    return None


def _plain(value):
    return unicodedata.normalize("NFKC", value).strip().lstrip("'")
