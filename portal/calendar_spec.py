"""A calendar written down as plain data, and read back into the engine's `Calendar`.

The form that published versions are kept in and that `sla_due FILE.json#NAME` reads:

    {"tz": "Asia/Tokyo", "week": {"0": ["09:00-12:00", "13:00-18:00"]}, "holidays": "JP",
     "closed": {"2026-08-13": "夏季休業"}, "closed_yearly": ["12-29"], "day_minutes": 480,
     "special_yearly": {"12-28": {"hours": ["09:00-12:00"], "name": "仕事納め"}},
     "extra": {"2026-10-03": ["09:00-17:00"]}}

Weekdays count from Monday, 0. A shift past midnight closes after 24:00. Closed days are a list, or
a mapping to names; `special` (hours that differ) and `extra` (open though it would not be) map to
hours, with a name where there is one. Unknown keys are refused: a typing error must not open a day.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from portal import national_holidays
from portal.opening_hours import MINUTES_A_DAY, Calendar, MonthDay, Name, Span, SpecialDay, check_spans

KEYS = {
    *("tz", "week", "holidays", "day_minutes", "note"),
    *("closed", "closed_yearly", "special", "special_yearly", "extra"),
}
LEAP_YEAR = 2024


class SpecError(ValueError):
    """What is wrong with the data, as a sentence."""


def read(spec: Mapping[str, Any]) -> Calendar:
    """Raises SpecError."""
    if not isinstance(spec, Mapping):
        raise SpecError(_("A calendar is written as an object with “tz” and “week”."))
    if unknown := sorted(set(spec) - KEYS):
        raise SpecError(_("Unknown in a calendar: %(keys)s.") % {"keys": ", ".join(unknown)})
    return Calendar(
        tz=zone_of(spec.get("tz", "")),
        week={_weekday(key): hours_of(hours) for key, hours in _pairs(spec.get("week"))},
        holidays=_holidays(spec.get("holidays")),
        closed={_date(on): _name(name) for on, name in _pairs(spec.get("closed"))},
        closed_yearly={month_day(on): _name(name) for on, name in _pairs(spec.get("closed_yearly"))},
        special={_date(on): _special(day) for on, day in _pairs(spec.get("special"))},
        special_yearly={month_day(on): _special(day) for on, day in _pairs(spec.get("special_yearly"))},
        extra={_date(on): _special(day) for on, day in _pairs(spec.get("extra"))},
        day_minutes=_whole(spec.get("day_minutes", 0)),
        computed_from=national_holidays.gazetted_until() + 1 if spec.get("holidays") == "JP" else None,
    )


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise SpecError(_("“%(name)s” is no time zone.") % {"name": name}) from error


def minute_of(text: str) -> int:
    """ "09:30" is 570; "30:00" is six in the morning of the next day."""
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text.strip())
    if not found or (minute := int(found[1]) * 60 + int(found[2])) > 2 * MINUTES_A_DAY:
        raise SpecError(_("“%(text)s” is no time of day (09:00, or 30:00 for six the next morning).") % {"text": text})
    return minute


def text_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def hours_of(texts: Any) -> tuple[Span, ...]:
    """["09:00-12:00", "13:00-18:00"] as spans, in order. Raises SpecError."""
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise SpecError(_('Hours are a list such as ["09:00-12:00", "13:00-18:00"].'))
    spans = []
    for text in texts:
        opens, dash, closes = text.partition("-")
        if not dash:
            raise SpecError(_("“%(text)s” are no hours (09:00-18:00).") % {"text": text})
        spans.append((minute_of(opens), minute_of(closes)))
    return check_hours(spans)


def check_hours(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in order; SpecError where one is impossible or two overlap."""
    for opens, closes in spans:
        if closes <= opens:
            hours = {"opens": text_of(opens), "closes": text_of(closes)}
            raise SpecError(_("%(closes)s is not after %(opens)s. A shift past midnight closes after 24:00.") % hours)
        if opens >= MINUTES_A_DAY:
            raise SpecError(_("%(opens)s is not a time of this day.") % {"opens": text_of(opens)})
    try:
        check_spans(spans)
    except ValueError as error:
        hours_text = ", ".join(f"{text_of(a)}-{text_of(b)}" for a, b in sorted(spans))
        raise SpecError(_("These hours overlap: %(hours)s.") % {"hours": hours_text}) from error
    return tuple(sorted(spans))


def month_day(text: Any) -> MonthDay:
    """ "12-29" as (12, 29). Raises SpecError."""
    found = re.fullmatch(r"(\d{2})-(\d{2})", text) if isinstance(text, str) else None
    try:
        return date(LEAP_YEAR, int(found[1]), int(found[2])).timetuple()[1:3] if found else _no_date(text)
    except ValueError:
        return _no_date(text)


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        return _no_date(text)


def _no_date(text: Any) -> Any:
    raise SpecError(_("“%(text)s” is no date (2026-12-29, or 12-29 for every year).") % {"text": text})


def _weekday(key: str) -> int:
    if key not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise SpecError(_("“%(key)s” is no weekday (0 is Monday, 6 is Sunday).") % {"key": key})
    return int(key)


def _pairs(days: Any) -> list[tuple[str, Any]]:
    if days is None:
        return []
    if isinstance(days, Mapping):
        return list(days.items())
    if isinstance(days, list):
        return [(on, "") for on in days]
    raise SpecError(_("“%(days)s” is neither a list of days nor days with names.") % {"days": days})


def _name(value: Any) -> Name:
    if isinstance(value, Mapping):
        return Name(str(value.get("name", "")), str(value.get("name_en", "")))
    return Name(value or "") if isinstance(value, str | None) else Name(str(value))


def _special(value: Any) -> SpecialDay:
    if isinstance(value, Mapping):
        return SpecialDay(hours_of(value.get("hours")), _name(value))
    return SpecialDay(hours_of(value))


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SpecError(_("“%(value)s” is no number of minutes.") % {"value": value})
    return value


def _holidays(value: Any) -> Mapping[date, Name]:
    """ "JP", null, or the days themselves."""
    if value == "JP":
        return national_holidays.of_japan()
    return {_date(on): _name(name) for on, name in _pairs(value)}
