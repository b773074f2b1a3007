"""The clock engine against the hand-made cases, its stated properties, and a count by brute force."""

import csv
import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tests.examples  # noqa: F401
from portal import business_time
from portal.business_time import Calendar, Interval, Kind, Name, OutOfReach, Reason, SpecialDay, Timeline
from tests.portal import hours
from tests.portal.hours import at

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
CASES = list(csv.DictReader((hours.ORACLES / "sla_oracle.csv").open(encoding="utf-8", newline="")))
TOKYO = ZoneInfo("Asia/Tokyo")
STD = hours.CALENDARS["JP-STD"]


def arguments_of(case):
    start, target = at(case["start_iso"]), int(case["target_minutes"])
    return (start, target, hours.named(case["calendar"])), {
        "pauses": hours.pauses_of(case["pauses"]),
        "mode": case["mode"],
    }


def counted(intervals):
    return sum((interval.length for interval in intervals if interval.counted), timedelta(0))


def local(intervals, zone=TOKYO):
    """(from, to, reason) as short text."""
    return [
        (
            f"{piece.start.astimezone(zone):%m-%d %H:%M}",
            f"{piece.end.astimezone(zone):%m-%d %H:%M}" if piece.end else None,
            str(piece.reason or "counted"),
        )
        for piece in intervals
    ]


# -- The oracle (S01) -----------------------------------------------------------------


def test_the_oracle_holds_its_72_cases():
    assert len({case["case"] for case in CASES}) == 72


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_due_is_what_the_oracle_says(case):
    positional, named = arguments_of(case)
    expected = case["expected_due_iso"]
    assert business_time.due(*positional, **named) == (at(expected) if expected else None)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_listed_intervals_fill_the_time_and_sum_to_the_target(case):
    positional, named = arguments_of(case)
    intervals = business_time.intervals(*positional, **named)
    due = business_time.due(*positional, **named)
    assert intervals[0].start == positional[0]
    assert intervals[-1].end == due
    assert [piece.end for piece in intervals[:-1]] == [piece.start for piece in intervals[1:]]
    if due:
        assert counted(intervals) == positional[1] * MINUTE


# -- Properties (S04) -------------------------------------------------------------------


@given(hours.calendars(), hours.instants, hours.targets, st.data())
def test_p1_due_is_never_before_start_plus_target(calendar, start, target, data):
    pauses = data.draw(hours.near_pauses(start))
    assert business_time.due(start, target, calendar, pauses=pauses) >= start + target * MINUTE


@given(hours.calendars(), hours.instants, hours.targets, hours.targets)
def test_p2_a_target_can_be_used_up_in_two_parts(calendar, start, first, second):
    halfway = business_time.due(start, first, calendar)
    whole = business_time.due(start, first + second, calendar)
    assert whole >= halfway
    assert whole == business_time.due(halfway, second, calendar)


@given(hours.calendars(), hours.instants, hours.lengths, hours.targets, st.data())
def test_p3_a_later_start_is_never_due_earlier(calendar, start, later, target, data):
    pauses = data.draw(hours.near_pauses(start))
    early = business_time.due(start, target, calendar, pauses=pauses)
    assert business_time.due(start + later, target, calendar, pauses=pauses) >= early


@given(hours.calendars(), hours.instants, hours.targets.filter(bool), st.data())
def test_p4_a_pause_outside_hours_changes_nothing(calendar, start, target, data):
    closed = [piece for piece in business_time.intervals(start, target, calendar) if not piece.counted]
    assume(closed)
    pause = data.draw(st.sampled_from(closed))
    paused = business_time.due(start, target, calendar, pauses=[(pause.start, pause.end)])
    assert paused == business_time.due(start, target, calendar)


@given(hours.calendars(), hours.instants, hours.targets.filter(bool), hours.lengths, st.data())
def test_p4_a_pause_inside_hours_moves_due_by_what_it_would_have_counted(calendar, start, target, length, data):
    due = business_time.due(start, target, calendar)
    begins = start + data.draw(st.integers(0, int((due - start) / SECOND) - 1)) * SECOND
    moved = business_time.due(start, target, calendar, pauses=[(begins, begins + length)])
    cost = business_time.elapsed(begins, begins + length, calendar)
    assert business_time.elapsed(start, moved, calendar) == target * MINUTE + cost


@given(hours.calendars(), hours.instants, hours.targets, st.data())
def test_p5_order_and_overlap_of_pauses_do_not_matter(calendar, start, target, data):
    pauses = data.draw(hours.near_pauses(start))
    due = business_time.due(start, target, calendar, pauses=pauses)
    halves = [
        part
        for begins, ends in pauses
        for part in [(begins, begins + (ends - begins) * 2 / 3), (begins + (ends - begins) / 3, ends)]
    ]
    assert business_time.due(start, target, calendar, pauses=data.draw(st.permutations(pauses))) == due
    assert business_time.due(start, target, calendar, pauses=data.draw(st.permutations(halves))) == due


@given(hours.calendars(), hours.instants, hours.targets, st.sampled_from(hours.ZONES), st.data())
def test_p6_the_zone_an_instant_is_written_in_does_not_matter(calendar, start, target, zone, data):
    pauses = data.draw(hours.near_pauses(start))
    elsewhere = [tuple(end.astimezone(ZoneInfo(zone)) for end in pause) for pause in pauses]
    assert business_time.due(start.astimezone(ZoneInfo(zone)), target, calendar, pauses=elsewhere) == (
        business_time.due(start, target, calendar, pauses=pauses)
    )


@given(hours.calendars(), hours.instants, hours.targets, st.integers(0, 20))
def test_p7_one_more_holiday_never_makes_it_due_earlier(calendar, start, target, days):
    more = hours.with_holiday(calendar, start.date() + timedelta(days=days))
    assert business_time.due(start, target, more) >= business_time.due(start, target, calendar)


@given(hours.calendars(), hours.instants, hours.targets.filter(bool), st.data())
def test_p8_exactly_the_target_has_counted_at_due_and_less_a_second_before(calendar, start, target, data):
    pauses = data.draw(hours.near_pauses(start))
    due = business_time.due(start, target, calendar, pauses=pauses)
    assert business_time.elapsed(start, due, calendar, pauses=pauses) == target * MINUTE
    assert business_time.elapsed(start, due - SECOND, calendar, pauses=pauses) < target * MINUTE


@pytest.mark.parametrize("weekday", range(7))
@given(hours.instants, st.integers(1, 3_000))
def test_p9_any_weekday_may_be_the_only_working_day(weekday, start, target):
    calendar = Calendar(tz=TOKYO, week={weekday: [(540, 1080)]})
    due = business_time.due(start, target, calendar)
    assert (due - MINUTE).astimezone(TOKYO).weekday() == weekday
    assert business_time.elapsed(start, due, calendar) == target * MINUTE


@given(st.sampled_from(hours.ZONES), hours.instants, hours.targets, st.data())
def test_p10_open_round_the_clock_is_clock_time(zone, start, target, data):
    calendar = Calendar(tz=ZoneInfo(zone), week={weekday: [(0, 1440)] for weekday in range(7)})
    pauses = data.draw(hours.near_pauses(start))
    assert business_time.due(start, target, calendar, pauses=pauses) == (
        business_time.due(start, target, calendar, pauses=pauses, mode="clock")
    )


# -- Elapsed, remaining, intervals --------------------------------------------------------


@given(hours.calendars(), hours.instants, hours.targets, hours.lengths, st.data())
def test_s08_elapsed_and_remaining_always_make_the_target(calendar, start, target, passed, data):
    pauses = data.draw(hours.near_pauses(start))
    if data.draw(st.booleans()):
        pauses.append((start + data.draw(hours.lengths), None))
    elapsed = business_time.elapsed(start, start + passed, calendar, pauses=pauses)
    remaining = business_time.remaining(start, start + passed, target, calendar, pauses=pauses)
    assert elapsed + remaining == target * MINUTE
    assert timedelta(0) <= elapsed <= passed


@given(hours.calendars(), hours.instants, hours.lengths, st.sampled_from(["business", "clock"]), st.data())
def test_intervals_leave_no_gap_and_agree_with_elapsed(calendar, start, passed, mode, data):
    assume(passed)
    pauses = data.draw(hours.near_pauses(start, days=5))
    if data.draw(st.booleans()):
        pauses.append((start + data.draw(hours.lengths), None))
    named = {"pauses": pauses, "mode": mode}
    pieces = business_time.intervals_until(start, start + passed, calendar, **named)
    assert (pieces[0].start, pieces[-1].end) == (start, start + passed)
    assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]
    assert all(piece.start < piece.end for piece in pieces)
    assert counted(pieces) == business_time.elapsed(start, start + passed, calendar, **named)


@given(hours.calendars(zones=["Asia/Tokyo", "America/Phoenix"]), hours.instants, st.integers(1, 3_000), st.data())
def test_the_count_is_that_of_walking_minute_by_minute(calendar, start, minutes, data):
    start = start.replace(second=0)
    pauses = [tuple(end.replace(second=0) for end in pause) for pause in data.draw(hours.near_pauses(start, days=3))]
    walked = sum(is_open(calendar, start + n * MINUTE, pauses) for n in range(minutes))
    assert business_time.elapsed(start, start + minutes * MINUTE, calendar, pauses=pauses) == walked * MINUTE


def is_open(calendar, moment, pauses):
    """Straight from the written rules, without the engine."""
    if any(begins <= moment < ends for begins, ends in pauses):
        return False
    wall = moment.astimezone(calendar.tz)
    minute = wall.hour * 60 + wall.minute
    yesterday = wall.date() - timedelta(days=1)
    return any(opens <= minute < closes for opens, closes in spans_on(calendar, wall.date())) or any(
        opens <= minute + 1440 < closes for opens, closes in spans_on(calendar, yesterday)
    )


def spans_on(calendar, on):
    if on in calendar.closed:
        return []
    if on in calendar.extra:
        return calendar.extra[on].spans
    if on in calendar.holidays or (on.month, on.day) in calendar.closed_yearly:
        return []
    usual = calendar.week.get(on.weekday(), [])
    return calendar.special[on].spans if usual and on in calendar.special else usual


def test_a_due_time_over_golden_week_names_every_day_that_did_not_count():
    pieces = business_time.intervals(at("2026-05-01T17:00:00+09:00"), 180, STD)
    assert local(pieces) == [
        ("05-01 17:00", "05-01 18:00", "counted"),
        ("05-01 18:00", "05-02 00:00", "outside_hours"),
        ("05-02 00:00", "05-03 00:00", "closed_weekday"),
        ("05-03 00:00", "05-04 00:00", "holiday: 憲法記念日"),
        ("05-04 00:00", "05-05 00:00", "holiday: みどりの日"),
        ("05-05 00:00", "05-06 00:00", "holiday: こどもの日"),
        ("05-06 00:00", "05-07 00:00", "holiday: 振替休日"),
        ("05-07 00:00", "05-07 09:00", "outside_hours"),
        ("05-07 09:00", "05-07 11:00", "counted"),
    ]


def test_lunch_and_a_pause_are_told_apart():
    lunch = hours.CALENDARS["JP-LUNCH"]
    pauses = hours.pauses_of("2026-06-10T11:30:00+09:00/2026-06-10T14:00:00+09:00")
    pieces = business_time.intervals(at("2026-06-10T11:00:00+09:00"), 60, lunch, pauses=pauses)
    assert local(pieces) == [
        ("06-10 11:00", "06-10 11:30", "counted"),
        ("06-10 11:30", "06-10 12:00", "pause"),
        ("06-10 12:00", "06-10 13:00", "break"),
        ("06-10 13:00", "06-10 14:00", "pause"),
        ("06-10 14:00", "06-10 14:30", "counted"),
    ]


def test_the_company_s_own_days_carry_their_names():
    calendar = Calendar(
        tz=TOKYO,
        week={weekday: [(540, 1080)] for weekday in range(5)},
        holidays={date(2026, 8, 11): Name("山の日", "Mountain Day")},
        closed={date(2026, 8, 12): Name("夏季休業", "Summer closure")},
        special={date(2026, 8, 10): SpecialDay([(540, 720)], Name("半日"))},
        extra={date(2026, 8, 15): SpecialDay([(600, 660)], Name("棚卸"))},
    )
    pieces = business_time.intervals(at("2026-08-10T11:00:00+09:00"), 60 + 540 * 2 + 60, calendar)
    assert local(pieces) == [
        ("08-10 11:00", "08-10 12:00", "counted"),
        ("08-10 12:00", "08-11 00:00", "short_hours: 半日"),
        ("08-11 00:00", "08-12 00:00", "holiday: 山の日"),
        ("08-12 00:00", "08-13 00:00", "closed: 夏季休業"),
        ("08-13 00:00", "08-13 09:00", "outside_hours"),
        ("08-13 09:00", "08-13 18:00", "counted"),
        ("08-13 18:00", "08-14 09:00", "outside_hours"),
        ("08-14 09:00", "08-14 18:00", "counted"),
        ("08-14 18:00", "08-15 10:00", "outside_hours"),
        ("08-15 10:00", "08-15 11:00", "counted"),
    ]


@pytest.mark.parametrize(
    ("rules", "spans"),
    [
        ({"closed", "extra", "holidays", "special"}, []),
        ({"extra", "holidays", "special"}, [(600, 660)]),
        ({"holidays", "special"}, []),
        ({"special"}, [(540, 720)]),
        (set(), [(540, 1080)]),
    ],
    ids=["closed wins", "then extra", "then the holiday", "then special hours", "then the weekday"],
)
def test_which_rule_wins_on_a_date(rules, spans):
    on = date(2026, 6, 10)
    every = {
        "closed": Name("休業"),
        "extra": SpecialDay([(600, 660)]),
        "holidays": Name("祝日"),
        "special": SpecialDay([(540, 720)]),
    }
    calendar = Calendar(tz=TOKYO, week={2: [(540, 1080)]}, **{rule: {on: every[rule]} for rule in rules})
    midnight = at("2026-06-10T00:00:00+09:00")
    assert list(calendar.day(on).shifts) == [(midnight + a * MINUTE, midnight + b * MINUTE) for a, b in spans]


def test_hours_that_two_shifts_share_count_once():
    calendar = Calendar(tz=TOKYO, week={0: [(1320, 1800)], 1: [(300, 840)]})
    start = at("2026-06-15T22:00:00+09:00")
    assert business_time.due(start, 16 * 60, calendar) == at("2026-06-16T14:00:00+09:00")


def test_a_long_shift_of_yesterday_is_found_where_utc_is_a_day_ahead():
    calendar = Calendar(tz=ZoneInfo("America/New_York"), week={0: [(1320, 2820)]})
    tuesday = at("2026-06-16T21:00:00-04:00")
    assert business_time.due(tuesday, 60, calendar) == at("2026-06-16T22:00:00-04:00")


# -- Pauses, warnings, days ------------------------------------------------------------------


def test_a_pause_that_still_lasts_is_the_last_interval():
    pauses = hours.pauses_of("2026-06-10T10:30:00+09:00/")
    pieces = business_time.intervals(at("2026-06-10T10:00:00+09:00"), 60, STD, pauses=pauses)
    assert local(pieces) == [("06-10 10:00", "06-10 10:30", "counted"), ("06-10 10:30", None, "pause")]
    assert pieces[-1].length is None


def test_a_clock_still_on_hold_does_not_go_on_counting():
    pauses = hours.pauses_of("2026-02-02T10:00:00+09:00/")
    elapsed = business_time.elapsed(
        at("2026-02-02T09:00:00+09:00"), at("2026-08-03T09:00:00+09:00"), STD, pauses=pauses
    )
    assert elapsed == timedelta(hours=1)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_pauses_that_last_the_earlier_one_holds(order):
    start, now = at("2026-06-10T09:00:00+09:00"), at("2026-06-10T15:00:00+09:00")
    pauses = hours.pauses_of("2026-06-10T13:00:00+09:00/;2026-06-10T10:00:00+09:00/")[::order]
    assert business_time.elapsed(start, now, STD, pauses=pauses) == timedelta(hours=1)
    assert business_time.due(start, 61, STD, pauses=pauses) is None
    assert business_time.due(start, 60, STD, pauses=pauses) == at("2026-06-10T10:00:00+09:00")


def test_a_pause_that_still_lasts_is_listed_up_to_now():
    start, now = at("2026-06-10T09:00:00+09:00"), at("2026-06-10T19:00:00+09:00")
    pauses = hours.pauses_of("2026-06-10T10:00:00+09:00/")
    assert local(business_time.intervals_until(start, now, STD, pauses=pauses)) == [
        ("06-10 09:00", "06-10 10:00", "counted"),
        ("06-10 10:00", "06-10 18:00", "pause"),
        ("06-10 18:00", "06-10 19:00", "outside_hours"),
    ]


def test_a_warning_falls_into_working_time():
    start = at("2026-06-08T16:00:00+09:00")
    assert business_time.warn_at(start, 240, 180, STD) == at("2026-06-08T17:00:00+09:00")
    assert business_time.warn_at(start, 240, 300, STD) == start


def test_business_days_are_multiples_of_the_calendar_s_day():
    start = at("2026-06-12T10:00:00+09:00")
    assert business_time.add_business_days(start, 2, STD) == at("2026-06-16T10:00:00+09:00")
    night_and_day = Calendar(tz=TOKYO, week={weekday: [(0, 1440)] for weekday in range(5)})
    assert business_time.add_business_days(start, 2, night_and_day) == at("2026-06-16T10:00:00+09:00")


def test_remaining_is_below_zero_once_overdue():
    start, now = at("2026-06-12T16:00:00+09:00"), at("2026-06-15T10:00:00+09:00")
    assert business_time.remaining(start, now, 120, STD) == -timedelta(hours=1)


def test_time_counted_before_a_change_of_calendar_is_kept():
    early = hours.CALENDARS["JP-EARLY"]
    change = at("2026-06-10T17:00:00+09:00")
    moved = Timeline(STD, [(change, early)])
    start, end = at("2026-06-10T16:30:00+09:00"), at("2026-06-11T09:00:00+09:00")
    assert business_time.elapsed(start, change, moved) == business_time.elapsed(start, change, STD)
    assert business_time.elapsed(change, end, moved) == business_time.elapsed(change, end, early)
    assert business_time.elapsed(start, end, moved) == timedelta(minutes=90)


@given(hours.calendars(), hours.instants, hours.targets, st.data())
def test_exchanging_a_calendar_for_itself_changes_nothing(calendar, start, target, data):
    moments = st.integers(-86_400, 864_000).map(lambda seconds: start + timedelta(seconds=seconds))
    changes = [(moment, calendar) for moment in sorted(data.draw(st.sets(moments, max_size=3)))]
    pauses = data.draw(hours.near_pauses(start))
    moved = Timeline(calendar, changes)
    assert business_time.due(start, target, moved, pauses=pauses) == (
        business_time.due(start, target, calendar, pauses=pauses)
    )
    assert counted(business_time.intervals(start, target, moved, pauses=pauses)) == target * MINUTE


# -- Nights in which the clocks change ---------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "expected"),
    [((150, 240), timedelta(hours=1)), ((120, 180), timedelta(0)), ((60, 240), timedelta(hours=2))],
    ids=["opens in the missing hour", "only the missing hour", "around it"],
)
def test_the_hour_that_does_not_exist_does_not_count(span, expected):
    calendar = Calendar(tz=ZoneInfo("America/New_York"), week={6: [span]})
    start = at("2026-03-08T00:00:00-05:00")
    assert business_time.elapsed(start, start + timedelta(hours=20), calendar) == expected


def test_the_hour_that_comes_twice_counts_twice_inside_a_shift():
    calendar = Calendar(tz=ZoneInfo("America/New_York"), week={6: [(0, 180)]})
    start = at("2026-11-01T00:00:00-04:00")
    assert business_time.elapsed(start, start + timedelta(hours=20), calendar) == timedelta(hours=4)


def test_a_night_that_goes_back_over_midnight_is_listed_once():
    """In Newfoundland a minute past midnight was followed by 23:01 of the day before, until 2011."""
    never = Calendar(tz=ZoneInfo("America/St_Johns"), week={})
    start, end = datetime(2010, 11, 7, 3, 0, tzinfo=UTC), datetime(2010, 11, 7, 12, 0, tzinfo=UTC)
    tiles = list(never.tiles(start, end))
    assert [(tile.start, tile.end) for tile in tiles] == [(start, end)]


@pytest.fixture
def server_zone(request):
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize("server_zone", ["Asia/Tokyo", "America/New_York", "Europe/Berlin"], indirect=True)
@pytest.mark.usefixtures("server_zone")
def test_s05_the_server_s_zone_does_not_matter():
    start = at("2026-06-12T18:30:00+09:00")
    assert business_time.due(start, 240, STD) == at("2026-06-15T13:00:00+09:00")
    assert [piece.reason.kind for piece in business_time.intervals(start, 240, STD) if not piece.counted] == [
        Kind.OUTSIDE,
        Kind.WEEKDAY,
        Kind.OUTSIDE,
    ]


# -- Cost -----------------------------------------------------------------------------------------


def counting(calendar, looked_at):
    class Counting(Calendar):
        def _look_at(self, on):
            looked_at.append(on)
            return super()._look_at(on)

    return Counting(tz=calendar.tz, week=calendar.week, holidays=calendar.holidays)


def test_ten_years_cost_each_of_their_days_once():
    looked_at = []
    calendar = counting(STD, looked_at)
    start = at("2026-06-10T10:00:00+09:00")
    due = business_time.due(start, 10 * 245 * 540, calendar)
    days = (due - start).days
    assert days > 3_600
    assert len(looked_at) == len(set(looked_at)) <= days + 3
    business_time.intervals(start, 10 * 245 * 540, calendar)
    assert len(looked_at) <= days + 3


def test_clock_time_looks_at_no_day_at_all():
    looked_at = []
    business_time.due(at("2026-06-10T10:00:00+09:00"), 10 * 525_600, counting(STD, looked_at), mode="clock")
    assert looked_at == []


def test_a_calendar_keeps_only_so_many_days(monkeypatch):
    monkeypatch.setattr("portal.opening_hours.MOST_DAYS_KEPT", 50)
    calendar = counting(STD, [])
    start = at("2026-06-10T10:00:00+09:00")
    assert business_time.due(start, 245 * 540, calendar) == business_time.due(start, 245 * 540, STD)
    assert len(calendar._days) <= 50


def test_a_calendar_that_never_opens_is_said_so_after_a_hundred_years():
    looked_at = []
    never = counting(Calendar(tz=TOKYO, week={}), looked_at)
    with pytest.raises(OutOfReach):
        business_time.due(at("2026-06-10T10:00:00+09:00"), 1, never)
    assert len(looked_at) <= 36_527
    assert business_time.elapsed(at("2026-06-10T10:00:00+09:00"), at("2026-07-10T10:00:00+09:00"), never) == timedelta(
        0
    )


@pytest.mark.parametrize("mode", ["business", "clock"])
def test_a_target_beyond_all_dates_is_out_of_reach(mode):
    with pytest.raises(OverflowError):
        business_time.due(at("2026-06-10T10:00:00+09:00"), 10**10, STD, mode=mode)


# -- What is refused ---------------------------------------------------------------------------------


def test_a_negative_target_a_naive_instant_and_a_backward_pause_are_refused():
    start = at("2026-06-10T10:00:00+09:00")
    with pytest.raises(ValueError, match="negative"):
        business_time.due(start, -1, STD)
    with pytest.raises(ValueError, match="zone"):
        business_time.due(datetime(2026, 6, 10), 1, STD)
    with pytest.raises(ValueError, match="ends before"):
        business_time.due(start, 1, STD, pauses=[(start, start - SECOND)])
    with pytest.raises(ValueError, match="order"):
        Timeline(STD, [(start, STD), (start, STD)])


@pytest.mark.parametrize("span", [(1080, 540), (540, 540), (-1, 60), (1440, 1500), (1000, 2881)])
def test_an_impossible_span_is_refused(span):
    with pytest.raises(ValueError, match="no span"):
        Calendar(tz=TOKYO, week={0: [span]})


def test_overlapping_spans_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        Calendar(tz=TOKYO, week={0: [(540, 720), (700, 1080)]})


def test_parts_of_a_second_are_kept():
    start = datetime(2026, 6, 10, 1, 0, 0, 250_000, tzinfo=UTC)
    assert business_time.due(start, 1, STD) == start + MINUTE


def test_a_target_of_nothing_is_due_at_its_start_even_while_closed():
    start = at("2026-06-13T03:00:00+09:00")
    assert business_time.due(start, 0, STD) == start
    assert business_time.intervals(start, 0, STD) == []


def test_what_an_interval_says():
    start = datetime(2026, 6, 10, tzinfo=UTC)
    skipped = Interval(start, start + MINUTE, Reason(Kind.HOLIDAY, Name("海の日", "Marine Day")))
    assert (skipped.counted, skipped.length, str(skipped.reason)) == (False, MINUTE, "holiday: 海の日")
    assert Interval(start, start + MINUTE).counted
