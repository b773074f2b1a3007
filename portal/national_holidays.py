"""The national holidays of Japan: the Cabinet Office's list, and computed days after its last year.

出典：内閣府ホームページ「国民の祝日」について（https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html）

The list decides which days are holidays in the years it holds (portal/data/README.md). It calls
every substitute day 休日; the holidays library tells them apart, knows English names, and
computes the later years: until such a year is gazetted, its equinoxes are a forecast.
"""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import holidays

from portal.opening_hours import Name

LIST = Path(__file__).parent / "data" / "syukujitsu.csv"


@cache
def of_japan() -> Mapping[date, Name]:
    """Every holiday from 1955 to the last year that can be computed (2099)."""
    gazetted = _gazetted()
    years = range(min(gazetted).year, holidays.JP.end_year + 1)
    ja = holidays.country_holidays("JP", years=years, language="ja")
    en = holidays.country_holidays("JP", years=years, language="en_US")
    listed = {on: Name(ja.get(on, name), en.get(on, "Holiday")) for on, name in gazetted.items()}
    computed = {on: Name(name, en[on]) for on, name in ja.items() if on.year > gazetted_until()}
    return listed | dict(sorted(computed.items()))


@cache
def gazetted_until() -> int:
    """The last year that the Cabinet Office has published; from the next on days are only computed."""
    return max(_gazetted()).year


@cache
def _gazetted() -> Mapping[date, str]:
    with LIST.open(encoding="utf-8", newline="") as rows:
        return {date.fromisoformat(on): name for on, name in list(csv.reader(rows))[1:]}
