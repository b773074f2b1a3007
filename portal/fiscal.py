"""Fiscal years and quarters: 5 January 2027 is in the fourth quarter of 2026 where years start in April."""

import datetime
from typing import NamedTuple


class Quarter(NamedTuple):
    year: int
    number: int
    first: datetime.date
    last: datetime.date


def quarter(day: datetime.date, starts_in: int = 4) -> Quarter:
    """The fiscal quarter that a day falls in; `starts_in` is the month (1-12) fiscal years start in."""
    months = (day.month - starts_in) % 12
    year = day.year if day.month >= starts_in else day.year - 1
    number = months // 3 + 1
    first = _month(day.year, day.month - months % 3)
    last = _month(first.year, first.month + 3) - datetime.timedelta(days=1)
    return Quarter(year, number, first, last)


def _month(year: int, month: int) -> datetime.date:
    """The first day of a month that may lie outside 1-12."""
    return datetime.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
