"""The relay of promises, without a database."""

import datetime
from zoneinfo import ZoneInfo

from leads.promise_track import Promise, Run, State, counted, days_off, over, track
from portal.business_time import Calendar, Kind, Name

TOKYO = ZoneInfo("Asia/Tokyo")
NINE_TO_SIX = Calendar(
    TOKYO, {day: [(540, 1080)] for day in range(5)}, holidays={datetime.date(2026, 11, 23): Name("勤労感謝の日")}
)
ALL_DAY = Calendar(TOKYO, {day: [(0, 1440)] for day in range(5)}, holidays=NINE_TO_SIX.holidays)
HOUR = 60
FIVE = [
    Promise("hand_over", "qualified", ("handed_over",), 540, NINE_TO_SIX),
    Promise("answer", "handed_over", ("accepted", "returned"), 4 * HOUR, NINE_TO_SIX),
    Promise("contact", "accepted", ("contacted", "result"), 48 * HOUR, ALL_DAY),
    Promise("result", "contacted", ("result",), 1080, NINE_TO_SIX),
    Promise("reply", "returned", ("replied",), 540, NINE_TO_SIX),
]


def at(text):
    return datetime.datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=TOKYO)


def run(key, started, minutes, hours=NINE_TO_SIX, **given):
    return Run(key, at(started), minutes, hours, **given)


def states(steps):
    return [(step.key, step.state) for step in steps]


def test_an_offer_shows_the_answer_running_and_what_accepting_now_would_mean():
    now = at("20T10:24")
    runs = [
        run("hand_over", "18T09:00", 540, stopped_at=at("18T17:00")),
        run("answer", "19T17:00", 4 * HOUR, due_at=at("20T12:00")),
    ]
    steps = track(FIVE, runs, {"handed_over": at("19T17:00")}, now)
    assert states(steps) == [
        ("hand_over", State.DONE),
        ("answer", State.NOW),
        ("contact", State.NEXT),
        ("result", State.NEXT),
        ("reply", State.NEXT),
    ]
    # 48 hours on business days from Friday 10:24, over a weekend and a holiday: Wednesday 10:24.
    assert steps[2].due_if_now == at("25T10:24")
    assert steps[3].due_if_now is None
    assert sum(piece.length.total_seconds() for piece in steps[1].intervals if piece.counted) == 4 * HOUR * 60


def test_days_off_ahead_are_named_once_each():
    steps = track(FIVE, [run("answer", "19T17:00", 4 * HOUR)], {}, at("20T10:24"))
    found = days_off(steps, at("20T10:24"))
    assert [(piece.reason.kind, piece.start.astimezone(TOKYO).day) for piece in found] == [
        (Kind.WEEKDAY, 21),
        (Kind.HOLIDAY, 23),
    ]


def test_after_an_acceptance_nobody_waits_for_a_reply():
    runs = [run("answer", "19T17:00", 240, stopped_at=at("20T10:00")), run("contact", "20T10:00", 48 * HOUR, ALL_DAY)]
    steps = track(FIVE, runs, {"handed_over": at("19T17:00"), "accepted": at("20T10:00")}, at("20T11:00"))
    assert states(steps) == [
        ("hand_over", State.DONE),
        ("answer", State.DONE),
        ("contact", State.NOW),
        ("result", State.NEXT),
    ]
    assert steps[3].due_if_now == at("25T11:00")


def test_after_a_return_only_the_reply_is_left():
    runs = [run("answer", "19T17:00", 240, stopped_at=at("20T10:00")), run("reply", "20T10:00", 540)]
    steps = track(FIVE, runs, {"handed_over": at("19T17:00"), "returned": at("20T10:00")}, at("20T11:00"))
    assert states(steps) == [("hand_over", State.DONE), ("answer", State.DONE), ("reply", State.NOW)]


def test_two_promises_make_two_steps():
    two = [FIVE[0], Promise("result", "handed_over", ("result", "returned"), 48 * HOUR, ALL_DAY)]
    steps = track(two, [run("hand_over", "18T09:00", 540)], {}, at("18T10:00"))
    assert states(steps) == [("hand_over", State.NOW), ("result", State.NEXT)]
    assert steps[1].due_if_now == at("20T10:00")


def test_a_paused_promise_has_an_open_end():
    paused = run("answer", "19T17:00", 240, paused_at=at("20T09:30"), pauses=((at("20T09:30"), None),))
    step = track(FIVE, [paused], {}, at("20T12:00"))[1]
    assert (step.state, step.intervals[-1].end) == (State.NOW, None)
    assert sum(piece.length.total_seconds() for piece in step.intervals if piece.counted) == 90 * 60


def test_granted_time_lengthens_the_step():
    step = track(FIVE, [run("answer", "19T17:00", 300)], {}, at("20T10:00"))[1]
    assert step.minutes == 300


def test_what_is_used_up_and_over():
    running = run("answer", "19T17:00", 240)
    assert counted(running, at("20T10:00")) == 120
    assert (over(running, at("20T12:00")), over(running, at("20T12:25")), over(running, at("24T09:05"))) == (0, 25, 365)


def test_a_late_step_says_so():
    steps = track(FIVE, [run("answer", "19T17:00", 240, stopped_at=at("20T13:00"), is_late=True)], {}, at("20T14:00"))
    assert [step.is_late for step in steps if step.state == State.DONE] == [True]
