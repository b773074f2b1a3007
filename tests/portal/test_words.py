import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from portal import words

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime.datetime(2026, 11, 19, 10, 24, tzinfo=TOKYO)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _in_tokyo():
    with timezone.override(TOKYO):
        yield


def at(day, hour, minute=0, *, month=11, year=2026):
    return datetime.datetime(year, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("language", "on", "said"),
    [
        ("ja", datetime.date(2026, 11, 19), "11/19（木）"),
        ("ja", datetime.date(2027, 1, 5), "2027/1/5（火）"),
        ("en", datetime.date(2026, 11, 19), "Thu 19 Nov"),
        ("en", datetime.date(2027, 1, 5), "Tue 5 Jan 2027"),
    ],
)
def test_a_day_names_its_weekday_and_another_year(language, on, said):
    with translation.override(language):
        assert words.day(on, today=TODAY) == said


@pytest.mark.parametrize(
    ("language", "moment", "said"),
    [
        ("ja", at(19, 11, 50), "きょう11:50"),
        ("ja", at(20, 9, 5), "あす9:05"),
        ("ja", at(18, 23, 59), "きのう23:59"),
        ("ja", at(24, 13, 30), "11/24（火） 13:30"),
        ("en", at(19, 11, 50), "today 11:50"),
        ("en", at(24, 13, 30), "Tue 24 Nov 13:30"),
    ],
)
def test_an_instant_near_now_is_said_in_words(language, moment, said):
    with translation.override(language):
        assert words.instant(moment, now=NOW) == said


def test_an_instant_is_told_in_the_readers_zone():
    with translation.override("ja"), timezone.override(ZoneInfo("America/New_York")):
        assert words.instant(at(19, 11, 50), now=NOW) == "きょう21:50"  # the 18th there, and now is, too


@pytest.mark.parametrize(
    ("minutes", "ja", "en"),
    [
        (0, "0分", "0 min"),
        (59, "59分", "59 min"),
        (60, "1時間", "1 h"),
        (96, "1時間36分", "1 h 36 min"),
        (24 * 60, "1日", "1 d"),
        (24 * 60 + 5, "1日", "1 d"),
        (50 * 60, "2日2時間", "2 d 2 h"),
        (-3, "0分", "0 min"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(minutes, ja, en):
    with translation.override("ja"):
        assert words.span(minutes) == ja
    with translation.override("en"):
        assert words.span(minutes) == en


def test_what_is_left_is_counted_on_the_last_day_and_dated_before():
    with translation.override("ja"):
        assert words.left(at(19, 12), now=NOW) == "あと1時間36分"
        assert words.left(at(20, 9, 30), now=NOW) == "あす9:30"
        assert words.left(at(24, 9), now=NOW) == "11/24 9:00"


def test_overdue_stops_counting_after_three_days():
    with translation.override("ja"):
        assert words.over(25) == "25分"
        assert words.over(3 * 24 * 60 - 1) == "2日23時間"
        assert words.over(3 * 24 * 60) == "3日以上"
        assert words.over(30 * 24 * 60) == "3日以上"


@pytest.mark.parametrize(
    ("yen", "ja", "en"),
    [
        (42_800_000, "4,280万円", "¥42,800,000"),
        (123_456, "123,456円", "¥123,456"),
        (0, "0円", "¥0"),
        (-500_000, "-50万円", "-¥500,000"),
        (None, "金額は未定", "Amount not known"),
    ],
)
def test_money_keeps_every_yen(yen, ja, en):
    with translation.override("ja"):
        assert words.money(yen) == ja
    with translation.override("en"):
        assert words.money(yen) == en


def test_iso_is_utc_for_instants_and_plain_for_days():
    assert words.iso(NOW) == "2026-11-19T01:24:00Z"
    assert words.iso(TODAY) == "2026-11-19"
