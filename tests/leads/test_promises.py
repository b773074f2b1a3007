import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.utils import translation

from leads import promises
from leads.promises import Figure
from portal.models import CompanySettings
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(db):
    """The day after: what was promised at noon is over or kept."""
    CompanySettings.load()
    with time_machine.travel(NOON + datetime.timedelta(days=5), tick=False):
        yield


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def at():
    return NOON + datetime.timedelta(days=5)


def counts(figure):
    return figure and (figure.key, figure.numerator, figure.denominator)


def test_both_sides_stand_row_by_row_with_the_same_goal():
    make.five_promises()
    in_time, late = make.handoff(), make.handoff()
    in_time.accept(by=in_time.receiver, at=hours(1))
    late.accept(by=late.receiver, at=hours(40))
    mirror = promises.mirror(at())
    assert [tuple(map(counts, row)) for row in mirror.rows] == [
        (("completeness", 2, 2), ("answer", 1, 2)),
        (("reply", 0, 0), ("contact", 0, 1)),  # the other one still runs, over the weekend
        (("hand_over", 2, 2), ("result", 0, 0)),
    ]
    assert (mirror.goal, mirror.number, mirror.provisional) == (90, 1, True)


def test_what_was_agreed_decides_what_is_shown():
    assert [tuple(one and one.key for one in row) for row in promises.mirror(at()).rows] == [
        ("completeness", "result"),
        ("hand_over", None),
    ]


def test_promises_older_than_thirty_days_are_left_out():
    make.five_promises()
    make.handoff(at=at() - datetime.timedelta(days=31))
    assert all(one.n == 0 for one in promises.strip(at()))


def test_the_strip_above_the_board_has_three_figures_marketing_s_first():
    make.five_promises()
    assert [(one.side, one.key) for one in promises.strip(at())] == [
        ("marketing", "completeness"),
        ("sales", "answer"),
        ("sales", "contact"),
    ]


def test_the_strip_costs_nothing_for_a_minute(django_assert_num_queries):
    make.five_promises()
    promises.strip(at())
    with django_assert_num_queries(0):
        promises.strip(at())
    cache.clear()
    with django_assert_num_queries(4):  # the promises, the company's zone, clocks, hand-offs
        promises.strip(at())


def test_names_say_the_time_as_people_do():
    make.five_promises()
    labels = {one.key: one.label for row in promises.mirror(at()).rows for one in row if one}
    assert labels == {
        "completeness": "必要な情報がそろう",
        "hand_over": "1日以内に引き渡す",
        "answer": "受領の返事 4時間",
        "contact": "初回接触 48時間",
        "result": "結果の入力 2日",
        "reply": "差し戻しに1日で返答",
    }
    with translation.override("en"):
        assert promises.strip(at())[1].label == "Answer within 4 hours"


def figure(numerator, denominator, n=None, goal=90):
    return Figure("sales", "answer", numerator, denominator, n or denominator, goal, 240, 540)


def test_a_goal_is_never_shown_as_reached_before_it_is():
    nearly = figure(899, 1000)
    assert (nearly.percent, nearly.is_reached, nearly.short_by) == (89, False, 1)
    reached = figure(9, 10)
    assert (reached.percent, reached.is_reached, reached.short_by) == (90, True, 0)


def test_nothing_due_is_no_zero():
    none = figure(0, 0, n=4)
    assert (none.percent, none.is_reached, none.open) == (None, False, 4)
    assert none.explanation == "この期間に期限が来た約束はありません。"


def test_both_numbers_can_be_read():
    assert figure(9, 10).explanation == "10件のうち9件"
    assert figure(9, 10, n=12).explanation == "10件のうち9件、まだ動いている時計2件"
