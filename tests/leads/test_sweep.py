import datetime

import pytest
from django.utils import timezone

from leads import sweeping
from leads.models import Breach, Clock, ColumnTally, Lead
from portal.models import Delivery, Entry
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


def answer_clock(offered):
    return offered.clocks.get(commitment__key="answer")


@pytest.fixture
def offered():
    make.five_promises()
    return make.handoff()


def verbs(lead):
    return list(Entry.objects.about(lead).filter(verb__startswith="clock.").values_list("verb", flat=True))


def test_a_breach_is_recorded_once(offered):
    due = answer_clock(offered).due_at
    for minute in range(1, 4):
        sweeping.record_breaches(at=due + minute * MINUTE)
    breach = Breach.objects.get()
    assert (breach.clock, breach.unit, breach.due_at) == (answer_clock(offered), offered.receiver.unit, due)
    assert verbs(offered.lead) == ["clock.breached"]
    assert Entry.objects.get(verb="clock.breached").at == due


def test_the_due_instant_itself_is_on_time(offered):
    sweeping.record_breaches(at=answer_clock(offered).due_at)
    assert not Breach.objects.exists()


def test_a_warning_is_given_once_and_not_after_the_breach(offered):
    clock = answer_clock(offered)
    sweeping.record_warnings(at=clock.warn_at - MINUTE)
    assert verbs(offered.lead) == []
    sweeping.record_warnings(at=clock.warn_at)
    sweeping.record_warnings(at=clock.warn_at + MINUTE)
    assert verbs(offered.lead) == ["clock.warned"]
    clock.refresh_from_db()
    assert clock.warned_at == clock.warn_at


def test_a_missed_warning_is_no_longer_given_when_the_breach_came_first(offered):
    sweeping.sweep(at=answer_clock(offered).due_at + MINUTE)
    assert verbs(offered.lead) == ["clock.breached"]


def test_what_was_answered_paused_or_removed_is_not_due(offered):
    due = answer_clock(offered).due_at
    removed, answered = make.handoff(), make.handoff()
    Lead.objects.filter(pk=removed.lead_id).update(removed_at=NOON)
    answered.accept(by=answered.receiver, at=NOON)
    lead = Lead.objects.get(pk=answered.lead_id)
    lead.pause(by=lead.owner, at=NOON, why="返事待ち", until=make.today() + DAY)
    sweeping.record_breaches(at=due + DAY)
    assert [breach.clock.lead_id for breach in Breach.objects.all()] == [offered.lead_id]


def test_a_breach_is_told_and_delivered_in_the_same_transaction(offered):
    sweeping.record_breaches(at=answer_clock(offered).due_at + MINUTE)
    entry = Entry.objects.get(verb="clock.breached")
    assert [delivery.consumer for delivery in entry.deliveries.all()] == ["notifications"]
    assert entry.by is None


def test_a_lead_wakes_on_its_day():
    lead = make.lead(owner=make.person("marketing"), wake_on=make.today() + DAY)
    sweeping.wake_leads(at=NOON)
    assert not Entry.objects.filter(verb="lead.woken").exists()
    sweeping.wake_leads(at=NOON + DAY)
    sweeping.wake_leads(at=NOON + DAY)
    lead.refresh_from_db()
    assert lead.wake_on is None
    assert Entry.objects.filter(verb="lead.woken").count() == 1


def test_a_lead_enters_the_board_two_weeks_before_its_day():
    lead = make.lead(owner=make.person("marketing"), wake_on=make.today() + 15 * DAY)
    assert lead.board_column == ""
    sweeping.turn_the_day(at=NOON)
    lead.refresh_from_db()
    assert lead.board_column == ""
    sweeping.turn_the_day(at=NOON + DAY)
    lead.refresh_from_db()
    assert lead.board_column == Lead.Column.RETURNED
    assert ColumnTally.objects.totals()["returned"] == (1, 0)


def test_wins_leave_the_board_with_their_quarter():
    lead = make.opportunity()
    lead.win(by=lead.owner, at=NOON, on=make.today(), amount=1_000_000)
    sweeping.turn_the_day(at=NOON)
    lead.refresh_from_db()
    assert lead.board_column == Lead.Column.WON
    july = timezone.make_aware(datetime.datetime(2026, 7, 1, 0, 5))
    sweeping.turn_the_day(at=july)
    lead.refresh_from_db()
    assert (lead.stage, lead.board_column) == (Lead.Stage.WON, "")
    assert ColumnTally.objects.totals().get("won", (0, 0)) == (0, 0)


def test_the_day_turns_once():
    sweeping.turn_the_day(at=NOON)
    lead = make.lead(owner=make.person("marketing"), wake_on=make.today() + 20 * DAY)
    Lead.objects.filter(pk=lead.pk).update(wake_on=make.today())
    sweeping.turn_the_day(at=NOON)
    lead.refresh_from_db()
    assert lead.board_column == ""


def test_counts_are_the_same_after_folding():
    for _n in range(3):
        make.handoff()
    before = {column: total for column, total in ColumnTally.objects.totals().items() if total != (0, 0)}
    sweeping.sweep(at=NOON)
    assert ColumnTally.objects.totals() == before
    assert ColumnTally.objects.count() == len(before)


@pytest.mark.parametrize("due", [1, 40])
def test_a_sweep_asks_a_fixed_number_of_times(due, django_assert_max_num_queries):
    """Forty breaches cost the queries of one; single rows are inserted one by one below twenty."""
    make.five_promises()
    for _n in range(due):
        make.handoff()
    late = answer_clock(Lead.objects.get(pk=Lead.objects.first().pk).handoff).due_at + MINUTE
    with django_assert_max_num_queries(16):
        sweeping.record_breaches(at=late)
    assert Breach.objects.count() == due
    assert Delivery.objects.filter(entry__verb="clock.breached").count() == due


def test_a_verb_that_comes_after_the_sweep_records_no_second_breach(offered):
    stale = Clock.objects.get(pk=answer_clock(offered).pk)
    late = stale.due_at + MINUTE
    sweeping.record_breaches(at=late)
    stale.breach_if_late(late)
    assert Breach.objects.count() == 1


def test_clocks_stand_still_until_the_day_named_and_then_go_on_by_themselves():
    make.five_promises()
    lead = make.working()
    tomorrow = make.today() + DAY
    lead.pause(by=lead.owner, at=NOON, why="先方の返事待ち", until=tomorrow)
    sweeping.resume_leads(at=NOON + MINUTE)
    assert lead.clocks.running().get().paused_at == NOON
    sweeping.resume_leads(at=NOON + DAY)
    clock = lead.clocks.running().get()
    assert (clock.paused_at, clock.pauses.get().until) == (None, NOON + DAY)
    assert clock.due_at is not None
    entry = Entry.objects.about(lead).first()
    assert (entry.verb, entry.by) == ("lead.resumed", None)
