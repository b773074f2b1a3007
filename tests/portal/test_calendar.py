"""The calendar that administrators edit, what of it is in force, and the holidays that ship."""

import csv
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from portal import business_time, calendar_spec, calendar_words, national_holidays
from portal.business_time import Kind, Name, Reason
from portal.models import BusinessCalendar, CalendarDay, CalendarSpan
from portal.models.entry import Entry
from portal.models.minute_field import MinuteOfDayFormField
from portal.refusals import Refusal
from tests.portal.hours import ORACLES, at

pytestmark = pytest.mark.django_db
NOW = at("2026-06-10T09:00:00+09:00")


@pytest.fixture
def shipped():
    BusinessCalendar.objects.ship(at=NOW)


def make_calendar(*, closes=1080, publish=True, **fields):
    """Monday to Friday from nine, in force."""
    calendar = BusinessCalendar.objects.create(**{"slug": "office", "name": "本社", **fields})
    for weekday in range(5):
        calendar.spans.create(weekday=weekday, opens=540, closes=closes)
    if publish:
        calendar.publish(by=None, at=NOW)
    return calendar


def due(calendar, start, minutes):
    return business_time.due(at(start), minutes, calendar.engine())


# -- What ships -------------------------------------------------------------------------


@pytest.mark.usefixtures("shipped")
def test_two_calendars_ship():
    kept = BusinessCalendar.objects.order_by("slug").values_list("slug", "name", "name_en", "day_minutes", "version")
    assert list(kept) == [
        ("business-days-24h", "営業日24時間", "Business days, 24 hours", 1440, 1),
        ("business-hours", "営業時間", "Business hours", 540, 1),
    ]


@pytest.mark.parametrize(
    ("slug", "minutes", "expected"),
    [
        ("business-hours", 180, "2026-05-07T11:00:00+09:00"),
        ("business-days-24h", 2880, "2026-05-08T17:00:00+09:00"),
    ],
)
@pytest.mark.usefixtures("shipped")
def test_shipped_calendars_are_closed_over_golden_week(slug, minutes, expected):
    calendar = BusinessCalendar.objects.get(slug=slug)
    assert due(calendar, "2026-05-01T17:00:00+09:00", minutes) == at(expected)


@pytest.mark.usefixtures("shipped")
def test_shipping_again_changes_nothing():
    calendar = BusinessCalendar.objects.get(slug="business-hours")
    calendar.spans.filter(weekday=4).delete()
    calendar.publish(by=None, at=NOW)
    BusinessCalendar.objects.ship(at=NOW)
    calendar.refresh_from_db()
    assert (calendar.version, calendar.spans.count(), BusinessCalendar.objects.count()) == (2, 4, 2)


# -- Editing and publishing --------------------------------------------------------------


def test_an_edit_moves_nothing_until_it_is_published():
    calendar = make_calendar()
    calendar.spans.update(closes=600)
    assert calendar.has_changes
    assert due(calendar, "2026-06-10T09:00:00+09:00", 120) == at("2026-06-10T11:00:00+09:00")
    calendar.publish(by=None, at=NOW)
    assert not calendar.has_changes
    assert due(calendar, "2026-06-10T09:00:00+09:00", 120) == at("2026-06-11T10:00:00+09:00")


def test_an_earlier_version_can_still_be_asked_for():
    calendar = make_calendar()
    calendar.spans.update(closes=600)
    calendar.publish(by=None, at=NOW)
    start = at("2026-06-10T09:00:00+09:00")
    assert business_time.due(start, 120, calendar.engine(version=1)) == at("2026-06-10T11:00:00+09:00")


def test_publishing_the_same_rows_makes_no_new_version():
    calendar = make_calendar()
    first = calendar.versions.get()
    assert calendar.publish(by=None, at=NOW) == first
    assert list(calendar.versions.values_list("number", flat=True)) == [1]


def test_publishing_is_one_entry_of_the_trail():
    calendar = make_calendar()
    calendar.publish(by=None, at=NOW)
    entries = Entry.objects.about(calendar)
    assert [(entry.verb, entry.at, entry.data) for entry in entries] == [("calendar.published", NOW, {"version": 1})]


def test_a_version_once_built_costs_no_query(django_assert_num_queries):
    calendar = make_calendar()
    calendar.engine()
    again = BusinessCalendar.objects.get(pk=calendar.pk)
    with django_assert_num_queries(0):
        assert again.engine() is calendar.engine()


def test_calendars_of_the_same_number_do_not_share_an_engine():
    nine, ten = make_calendar(), make_calendar(slug="late", closes=600)
    assert (nine.version, ten.version) == (1, 1)
    assert due(nine, "2026-06-10T09:00:00+09:00", 120) != due(ten, "2026-06-10T09:00:00+09:00", 120)


def test_hours_that_were_never_published_are_refused():
    with pytest.raises(Refusal):
        make_calendar(publish=False).engine()


def test_a_calendar_without_hours_cannot_be_published():
    calendar = BusinessCalendar.objects.create(slug="empty", name="空")
    with translation.override("en"), pytest.raises(ValidationError, match="opening hours on at least one weekday"):
        calendar.publish(by=None, at=NOW)
    assert not calendar.versions.exists()


def test_overlapping_rows_cannot_be_published():
    calendar = make_calendar()
    calendar.spans.create(weekday=0, opens=600, closes=660)
    with translation.override("en"), pytest.raises(ValidationError, match="overlap: 09:00-18:00, 10:00-11:00"):
        calendar.publish(by=None, at=NOW)


# -- Days that differ -------------------------------------------------------------------------


def test_closed_extra_and_half_days_are_kept():
    calendar = make_calendar()
    calendar.days.create(kind="closed", on=date(2026, 6, 11), name="創立記念日", name_en="Founding day")
    calendar.days.create(kind="half", on=date(2026, 6, 12), hours="09:00-10:00", name="半日")
    calendar.days.create(kind="extra", on=date(2026, 6, 13), hours="13:00-14:00")
    calendar.days.create(kind="closed", yearly="06-15", name="休業")
    calendar.publish(by=None, at=NOW)
    start = at("2026-06-10T17:00:00+09:00")
    pieces = business_time.intervals(start, 240, calendar.engine())
    counted = [(piece.start, piece.length / timedelta(hours=1)) for piece in pieces if piece.counted]
    assert counted == [
        (start, 1),
        (at("2026-06-12T09:00:00+09:00"), 1),
        (at("2026-06-13T13:00:00+09:00"), 1),
        (at("2026-06-16T09:00:00+09:00"), 1),
    ]
    assert [piece.reason.name for piece in pieces if piece.reason and piece.reason.kind is Kind.CLOSED] == [
        Name("創立記念日", "Founding day"),
        Name("休業"),
    ]


def test_a_yearly_half_day_comes_every_year():
    calendar = make_calendar()
    calendar.days.create(kind="half", yearly="12-28", hours="09:00-12:00")
    calendar.publish(by=None, at=NOW)
    for year in (2026, 2027):
        assert len(calendar.engine().day(date(year, 12, 28)).shifts) == 1
        assert due(calendar, f"{year}-12-28T11:00:00+09:00", 61) == at(f"{year}-12-29T09:01:00+09:00")


def test_a_company_open_on_holidays_counts_them():
    calendar = make_calendar(national_holidays=False)
    assert due(calendar, "2026-05-06T09:00:00+09:00", 60) == at("2026-05-06T10:00:00+09:00")
    assert calendar.computed_from is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "closed"}, "either a date or a day of every year"),
        ({"kind": "closed", "on": date(2026, 1, 5), "yearly": "01-05"}, "either a date or a day of every year"),
        ({"kind": "extra", "yearly": "01-05", "hours": "09:00-12:00"}, "An extra working day is one date"),
        ({"kind": "closed", "on": date(2026, 1, 5), "hours": "09:00-12:00"}, "A closed day has no hours"),
        ({"kind": "half", "on": date(2026, 1, 5)}, "Say from when to when"),
        ({"kind": "half", "on": date(2026, 1, 5), "hours": "12:00-09:00"}, "09:00 is not after 12:00"),
        ({"kind": "half", "on": date(2026, 1, 5), "hours": "9-12"}, "no time of day"),
        ({"kind": "half", "on": date(2026, 1, 5), "hours": "09:00-12:00, 11:00-13:00"}, "overlap"),
        ({"kind": "closed", "yearly": "02-30"}, "“02-30” is no date"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_in_a_sentence(fields, message):
    day = CalendarDay(calendar=make_calendar(), **fields)
    with translation.override("en"), pytest.raises(ValidationError, match=message):
        day.full_clean()


def test_hours_are_tidied_as_they_are_typed():
    day = CalendarDay(
        calendar=make_calendar(), kind="half", on=date(2026, 1, 5), hours="１３：００－１５：００、9:00-12:00"
    )
    day.full_clean()
    assert day.hours == "09:00-12:00, 13:00-15:00"


@pytest.mark.parametrize(
    ("opens", "closes", "message"),
    [
        (1080, 540, "09:00 is not after 18:00"),
        (540, 540, "09:00 is not after 09:00"),
        (1500, 1560, "25:00 is not a time of this day"),
        (600, 660, "overlap: 09:00-18:00, 10:00-11:00"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused_in_a_sentence(opens, closes, message):
    span = CalendarSpan(calendar=make_calendar(), weekday=0, opens=opens, closes=closes)
    with translation.override("en"), pytest.raises(ValidationError, match=message):
        span.full_clean()


def test_an_unknown_zone_is_refused():
    with translation.override("en"), pytest.raises(ValidationError, match="“Asia/Tokio” is no time zone"):
        BusinessCalendar(slug="x", name="x", time_zone="Asia/Tokio").full_clean()


@pytest.mark.parametrize(("text", "minute"), [("09:00", 540), ("30:00", 1800), ("９：３０", 570), (" 7:05 ", 425)])
def test_times_of_day_are_typed_as_people_write_them(text, minute):
    assert MinuteOfDayFormField().clean(text) == minute
    assert MinuteOfDayFormField().prepare_value(minute) == calendar_spec.text_of(minute)


@pytest.mark.parametrize("text", ["900", "9:60", "49:00", "朝"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValidationError):
        MinuteOfDayFormField().clean(text)


# -- Constraints of the database -------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (CalendarSpan, {"weekday": 0, "opens": 1200, "closes": 1100}),
        (CalendarSpan, {"weekday": 0, "opens": 1440, "closes": 1500}),
        (CalendarSpan, {"weekday": 0, "opens": 1439, "closes": 2881}),
        (CalendarSpan, {"weekday": 7, "opens": 540, "closes": 1080}),
        (CalendarSpan, {"weekday": 0, "opens": 540, "closes": 700}),
        (CalendarDay, {"kind": "closed"}),
        (CalendarDay, {"kind": "closed", "on": date(2026, 1, 5), "yearly": "01-05"}),
        (CalendarDay, {"kind": "closed", "on": date(2026, 1, 5), "hours": "09:00-10:00"}),
        (CalendarDay, {"kind": "half", "on": date(2026, 1, 5)}),
        (CalendarDay, {"kind": "extra", "yearly": "01-05", "hours": "09:00-10:00"}),
        (CalendarDay, {"kind": "closed", "on": date(2026, 6, 1)}),
        (CalendarDay, {"kind": "closed", "yearly": "12-29"}),
    ],
)
def test_the_database_refuses_impossible_rows(row, fields):
    calendar = make_calendar()
    calendar.days.create(kind="closed", on=date(2026, 6, 1))
    calendar.days.create(kind="closed", yearly="12-29")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.objects.create(calendar=calendar, **fields)


def test_the_database_refuses_a_version_without_a_digest_a_day_without_minutes_and_a_number_twice():
    calendar = make_calendar()
    wrong = [{"digest": ""}, {"version": 0}, {"day_minutes": 0}]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            BusinessCalendar.objects.filter(pk=calendar.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        calendar.versions.create(number=1, content={}, digest="x", published_at=NOW)


# -- Holidays ---------------------------------------------------------------------------------


def test_the_holidays_are_those_of_the_oracle():
    rows = list(csv.DictReader((ORACLES / "jp_holidays_2024_2028.csv").open(encoding="utf-8", newline="")))
    ours = {on: name.ja for on, name in national_holidays.of_japan().items() if 2024 <= on.year <= 2028}
    assert set(ours) == {date.fromisoformat(row["date"]) for row in rows}
    differently_named = {
        (row["name"], ours[date.fromisoformat(row["date"])])
        for row in rows
        if row["name"] != ours[date.fromisoformat(row["date"])]
    }
    assert differently_named == {("休日", "振替休日"), ("休日", "国民の休日")}


def test_the_list_decides_in_the_years_it_holds(monkeypatch):
    for cached in (national_holidays.of_japan, national_holidays.gazetted_until):
        cached.cache_clear()
    only = {date(2026, 1, 1): "元日", date(2026, 6, 10): "臨時の祝日"}
    monkeypatch.setattr(national_holidays, "_gazetted", lambda: only)
    try:
        ours = national_holidays.of_japan()
        assert [(on, name.ja) for on, name in ours.items() if on.year == 2026] == list(only.items())
        assert date(2027, 1, 1) in ours
    finally:
        monkeypatch.undo()
        for cached in (national_holidays.of_japan, national_holidays.gazetted_until):
            cached.cache_clear()


def test_a_calendar_says_from_which_year_its_holidays_are_computed():
    assert national_holidays.gazetted_until() == 2027
    assert make_calendar().computed_from == 2028


# -- Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "reason", "said"),
    [
        ("ja", Reason(Kind.HOLIDAY, Name("海の日", "Marine Day")), "海の日"),
        ("en", Reason(Kind.HOLIDAY, Name("海の日", "Marine Day")), "Marine Day"),
        ("en", Reason(Kind.HOLIDAY, Name("臨時の祝日")), "臨時の祝日"),
        ("en", Reason(Kind.CLOSED, Name("夏季休業", "Summer closure")), "Summer closure (Company closing day)"),
        ("en", Reason(Kind.OUTSIDE), "Outside business hours"),
        ("en", Reason(Kind.PAUSE), "Paused"),
    ],
)
def test_a_reason_is_said_in_the_reader_s_language(language, reason, said):
    with translation.override(language):
        assert calendar_words.words(reason) == said


def test_every_kind_of_reason_has_words():
    assert set(calendar_words.WORDS) == set(Kind)


# -- Calendars as data -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ([], "written as an object"),
        ({"tz": "Asia/Tokyo", "weeks": {}}, "Unknown in a calendar: weeks"),
        ({"tz": "Mars"}, "“Mars” is no time zone"),
        ({}, "“” is no time zone"),
        ({"tz": "Asia/Tokyo", "week": {"7": []}}, "“7” is no weekday"),
        ({"tz": "Asia/Tokyo", "week": {"0": "09:00-18:00"}}, "Hours are a list"),
        ({"tz": "Asia/Tokyo", "week": {"0": ["09:00"]}}, "“09:00” are no hours"),
        ({"tz": "Asia/Tokyo", "closed": ["12-29"]}, "“12-29” is no date"),
        ({"tz": "Asia/Tokyo", "closed": 5}, "neither a list of days"),
        ({"tz": "Asia/Tokyo", "closed_yearly": [29]}, "“29” is no date"),
        ({"tz": "Asia/Tokyo", "day_minutes": "9"}, "“9” is no number of minutes"),
        ({"tz": "Asia/Tokyo", "holidays": "XX"}, "neither a list of days"),
    ],
)
def test_data_that_is_no_calendar_is_refused_in_a_sentence(spec, message):
    with translation.override("en"), pytest.raises(calendar_spec.SpecError, match=message):
        calendar_spec.read(spec)
