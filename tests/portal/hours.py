"""Calendars, instants and pauses for the tests of business time."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from portal import calendar_spec
from portal.business_time import Calendar, Name, SpecialDay, Timeline

ORACLES = Path(__file__).parent.parent / "oracles"
FILE = ORACLES / "sla_calendars.json"
SPECS = json.loads(FILE.read_text(encoding="utf-8"))["calendars"]
CALENDARS = {name: calendar_spec.read(spec) for name, spec in SPECS.items()}

ZONES = ["Asia/Tokyo", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut"]
FIRST, LAST = datetime(2024, 1, 1), datetime(2028, 12, 31)


def named(text):
    """ "A" or "A|INSTANT|B" of the oracle's calendar column."""
    first, *rest = text.split("|")
    changes = [(at(when), CALENDARS[name]) for when, name in zip(rest[::2], rest[1::2], strict=True)]
    return Timeline(CALENDARS[first], changes) if changes else CALENDARS[first]


def at(text):
    return datetime.fromisoformat(text)


def pauses_of(text):
    """ "FROM/TO;FROM/" of the oracle's pauses column."""
    return [tuple(at(end) if end else None for end in pause.split("/")) for pause in text.split(";") if pause]


instants = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))
dates = st.dates(FIRST.date(), LAST.date())
SHORTEST = 30  # minutes of a span: one minute a week would make every target a matter of decades
targets = st.integers(0, 10_000)
lengths = st.integers(0, 400_000).map(lambda seconds: timedelta(seconds=seconds))
pauses = st.lists(st.tuples(instants, lengths).map(lambda pause: (pause[0], pause[0] + pause[1])), max_size=5)


@st.composite
def spans(draw, *, last=1440):
    """Up to three spans of a day, in order, none touching another."""
    minutes = sorted(draw(st.sets(st.integers(0, last), min_size=2, max_size=6)))
    pairs = list(zip(minutes[::2], minutes[1::2], strict=False))
    return [(opens, closes) for opens, closes in pairs if opens < 1440 and closes - opens >= SHORTEST]


@st.composite
def calendars(draw, zones=tuple(ZONES)):
    """Any week that is open at some time, past midnight too, with holidays and special days."""
    week = draw(st.dictionaries(st.integers(0, 6), spans(last=2880).filter(bool), min_size=1))
    holidays = draw(st.lists(dates, max_size=30))
    return Calendar(
        tz=ZoneInfo(draw(st.sampled_from(zones))),
        week=week,
        holidays=dict.fromkeys(holidays, Name("休日")),
        closed_yearly=dict.fromkeys(draw(st.sampled_from([[], [(12, 29), (12, 30), (1, 2)]])), Name("年末年始")),
        special=draw(st.dictionaries(dates, spans().filter(bool).map(SpecialDay), max_size=5)),
        extra=draw(st.dictionaries(dates, spans().filter(bool).map(SpecialDay), max_size=5)),
    )


@st.composite
def near_pauses(draw, start, *, days=30):
    """Pauses that lie where they matter: within some days of the start."""
    offsets = st.integers(-86_400, days * 86_400).map(lambda seconds: timedelta(seconds=seconds))
    return [
        (start + offset, start + offset + length)
        for offset, length in draw(st.lists(st.tuples(offsets, lengths), max_size=5))
    ]


def with_holiday(calendar, on: date):
    """The same calendar with one holiday more."""
    return Calendar(
        tz=calendar.tz,
        week=calendar.week,
        holidays={**calendar.holidays, on: Name("臨時の祝日")},
        closed=calendar.closed,
        closed_yearly=calendar.closed_yearly,
        special=calendar.special,
        special_yearly=calendar.special_yearly,
        extra={day: hours for day, hours in calendar.extra.items() if day != on},
    )
