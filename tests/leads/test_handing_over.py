"""Passing a lead on: who may, what it needs, who gets it, and which promises start and end."""

import datetime

import pytest

from leads.models import Clock, Lead, Rotation
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def again(record):
    return type(record).objects.get(pk=record.pk)


def test_the_sender_stays_the_owner_until_the_hand_off_is_accepted():
    offered = make.handoff()
    lead = again(offered.lead)
    assert (lead.stage, lead.owner, lead.board_column) == ("handed_over", offered.sender, "handed_over")


def test_handing_over_writes_one_entry_and_keeps_the_promise():
    make.five_promises()
    lead = make.hot_lead()
    before = Entry.objects.count()
    handoff = lead.hand_over(to=make.person(), by=lead.owner, at=hours(2), memo="来春の更新")
    assert Entry.objects.count() == before + 1
    assert [(c.commitment.key, c.outcome) for c in lead.clocks.order_by("id")] == [("hand_over", "met"), ("answer", "")]
    assert lead.qualifications.get().end == "handed_over"
    assert Entry.objects.about(lead).first().object == ("handoff", handoff.pk)


@pytest.mark.parametrize("function", ["sales", "executive", "other"])
def test_only_the_three_functions_and_the_owner_hand_over(function):
    lead = make.hot_lead()
    with pytest.raises(Refusal, match=r"Handing over is for|引き渡せるのは") as refused:
        lead.hand_over(to=make.person(), by=make.person(function), at=NOON, memo="x")
    assert refused.value.status == 403
    assert lead.handoffs.count() == 0


@pytest.mark.parametrize("function", ["marketing", "inside_sales", "customer_success"])
def test_the_three_functions_hand_over(function):
    lead = make.hot_lead()
    sender = make.person(function)
    assert lead.hand_over(to=make.person(), by=sender, at=NOON, memo="x").sender == sender


def test_a_lead_that_does_not_meet_the_definition_is_not_handed_over():
    lead = make.lead(owner=make.person("inside_sales"))
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=make.person(), by=lead.owner, at=NOON, memo="x")
    assert refused.value.status == 422
    assert "note" not in str(refused.value.message)


def test_a_written_exception_replaces_the_definition():
    lead = make.lead(owner=make.person("inside_sales"))
    handoff = lead.hand_over(to=make.person(), by=lead.owner, at=NOON, memo="x", exception="asked_for_call")
    assert handoff.exception == "asked_for_call"


def test_an_exception_nobody_agreed_on_does_not():
    lead = make.lead(owner=make.person("inside_sales"))
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=make.person(), by=lead.owner, at=NOON, memo="x", exception="because")
    assert (refused.value.status, lead.handoffs.count()) == (422, 0)


def test_a_memo_is_asked_for():
    lead = make.hot_lead()
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=make.person(), by=lead.owner, at=NOON, memo="  ")
    assert refused.value.status == 422


def test_nobody_hands_over_to_themselves():
    lead = make.hot_lead()
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=lead.owner, by=lead.owner, at=NOON, memo="x")
    assert refused.value.status == 422


@pytest.mark.parametrize("stage", ["handed_over", "opportunity", "won", "lost", "disqualified"])
def test_a_lead_that_moved_on_is_not_handed_over(stage):
    lead = make.hot_lead()
    Lead.objects.filter(pk=lead.pk).update(stage=stage)
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=make.person(), by=lead.owner, at=NOON, memo="x")
    assert refused.value.status == 409


def test_a_removed_lead_does_nothing_any_more():
    lead = make.hot_lead()
    Lead.objects.filter(pk=lead.pk).update(removed_at=NOON)
    with pytest.raises(Refusal):
        lead.hand_over(to=make.person(), by=lead.owner, at=NOON, memo="x")


# -- Passing on from working --------------------------------------------------------------------


def test_the_owner_passes_on_and_the_earlier_clocks_end_as_passed_on():
    make.five_promises()
    first = make.handoff(sender=make.person("marketing"), receiver=make.person("inside_sales"))
    first.accept(by=first.receiver, at=hours(1))
    lead = again(first.lead)
    second = lead.hand_over(to=make.person("sales"), by=lead.owner, at=hours(2), memo="温まりました")
    assert second.previous == first
    assert first.clocks.get(commitment__key="contact").outcome == Clock.Outcome.PASSED_ON
    assert second.clocks.get(commitment__key="answer").stopped_at is None
    assert lead.board_column == "handed_over"


def test_only_the_owner_passes_on_from_working():
    lead = make.working()
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=make.person(), by=make.person("inside_sales"), at=hours(1), memo="x")
    assert refused.value.status == 403


# -- Who gets it ----------------------------------------------------------------------------------


def test_somebody_away_is_replaced_by_their_stand_in():
    stand_in = make.person()
    away = make.person(away_from=make.today(), away_to=make.today() + DAY, stand_in=stand_in)
    offered = make.handoff(receiver=away)
    assert (offered.receiver, offered.routing["why"]) == (stand_in, "stand_in")


def test_somebody_away_without_a_stand_in_gets_nothing():
    lead = make.hot_lead()
    with pytest.raises(Refusal) as refused:
        lead.hand_over(to=make.person(away_from=make.today()), by=lead.owner, at=NOON, memo="x")
    assert refused.value.status == 422


@pytest.mark.parametrize("gone", [{"left_on": make.today()}, {"is_active": False}])
def test_whoever_left_or_is_locked_gets_nothing(gone):
    lead = make.hot_lead()
    with pytest.raises(Refusal):
        lead.hand_over(to=make.person(**gone), by=lead.owner, at=NOON, memo="x")


def test_a_team_takes_turns_and_skips_the_absent():
    team = make.unit("営業1")
    ann, _away, _gone, ben, _locked = (
        make.person(unit=team, **fields)
        for fields in ({}, {"away_from": make.today()}, {"left_on": make.today()}, {}, {"is_active": False})
    )
    chosen = [make.handoff(receiver=team).receiver for _ in range(5)]
    assert chosen == [ann, ben, ann, ben, ann]


def test_many_at_once_spread_evenly():
    team = make.unit("営業1")
    people = [make.person(unit=team) for _ in range(4)]
    sender = make.person("inside_sales")
    leads = [make.hot_lead(by=sender) for _ in range(10)]
    chosen = [lead.hand_over(to=team, by=sender, at=NOON, memo="x").receiver for lead in leads]
    counts = sorted(chosen.count(person) for person in people)
    assert counts == [2, 2, 3, 3]


def test_the_sender_is_never_next_in_turn():
    team = make.unit("IS")
    sender, other = make.person("inside_sales", unit=team), make.person("inside_sales", unit=team)
    assert [make.handoff(sender=sender, receiver=team).receiver for _ in range(3)] == [other] * 3


def test_with_nobody_there_the_team_as_such_receives():
    team = make.unit("営業1")
    away = make.person(unit=team, away_from=make.today())
    offered = make.handoff(receiver=team)
    assert (offered.receiver, offered.receiving_unit, offered.routing["why"]) == (None, team, "nobody_there")
    offered.accept(by=away, at=hours(1))
    assert again(offered.lead).owner == away


def test_the_turn_is_kept_with_its_reason():
    team = make.unit("営業1")
    make.person(unit=team)
    make.person(unit=team, away_from=make.today())
    offered = make.handoff(receiver=team)
    assert offered.routing == {"why": "turn", "of": 1, "away": 1}
    assert Rotation.objects.get(unit=team).last == offered.receiver


# -- Recycling and reassigning ---------------------------------------------------------------------


@pytest.mark.parametrize("made", [make.working, make.opportunity, make.hot_lead])
def test_recycling_ends_the_clocks_and_sets_the_day(made):
    make.five_promises()
    lead = made()
    entry = lead.recycle(by=make.person("marketing"), at=hours(1), look_again_on=make.today() + 90 * DAY, why="来期")
    lead = again(lead)
    assert (lead.stage, lead.wake_on, lead.amount) == ("nurturing", make.today() + 90 * DAY, None)
    assert not lead.clocks.running().exists()
    assert not lead.opportunities.open().exists()
    assert (lead.board_column, entry.data["why"]) == ("", "来期")


def test_recycling_needs_a_day_to_come():
    lead = make.working()
    with pytest.raises(Refusal) as refused:
        lead.recycle(by=lead.owner, at=NOON, look_again_on=make.today())
    assert refused.value.status == 422


def test_recycling_is_for_the_four_teams():
    lead = make.working()
    with pytest.raises(Refusal) as refused:
        lead.recycle(by=make.person("executive"), at=NOON, look_again_on=make.today() + DAY)
    assert refused.value.status == 403


@pytest.mark.parametrize("stage", ["handed_over", "won"])
def test_what_is_offered_or_won_is_not_recycled(stage):
    lead = make.lead(stage=stage, owner=make.person())
    with pytest.raises(Refusal) as refused:
        lead.recycle(by=lead.owner, at=NOON, look_again_on=make.today() + DAY)
    assert refused.value.status == 409


def test_a_reply_is_still_owed_after_choosing_when_to_look_again():
    make.five_promises()
    offered = make.handoff()
    offered.return_to_sender(
        by=offered.receiver, at=hours(1), reason=make.reason(), good_points=[make.reason("good_point", "right_size")]
    )
    lead = again(offered.lead)
    lead.recycle(by=offered.sender, at=hours(2), look_again_on=make.today() + 30 * DAY)
    assert again(lead).next_clock.commitment.key == "reply"


def test_reassigning_keeps_due_times_and_moves_the_unit():
    make.five_promises()
    offered = make.handoff()
    clock = offered.clocks.get(commitment__key="answer")
    other = make.person("sales", unit=make.unit("営業2"))
    manager = make.person(is_manager=True)
    offered.lead.reassign(to=other, by=manager, at=hours(1), why="不在のため")
    moved = again(clock)
    assert (moved.due_at, moved.unit, moved.started_at) == (clock.due_at, other.unit, clock.started_at)
    assert again(offered).receiver == other
    assert again(offered.lead).owner == offered.sender


def test_reassigning_a_worked_lead_changes_its_owner():
    make.five_promises()
    lead = make.working()
    other = make.person("sales", unit=make.unit("営業2"))
    due = lead.next_clock.due_at
    lead.reassign(to=other, by=None, at=hours(1), why="退職のため")
    lead = again(lead)
    assert (lead.owner, lead.next_clock.due_at, lead.next_clock.unit) == (other, due, other.unit)


def test_a_breach_counts_for_the_unit_that_held_the_clock_then():
    make.five_promises()
    offered = make.handoff()
    clock = offered.clocks.get(commitment__key="answer")
    held_by, late = clock.unit, clock.due_at + datetime.timedelta(minutes=1)
    other = make.person("sales", unit=make.unit("営業2"))
    offered.lead.reassign(to=other, by=make.person(is_manager=True), at=late, why="代わりに")
    offered.refresh_from_db()
    offered.accept(by=other, at=late + DAY)
    assert again(clock).breach.unit == held_by
    assert again(clock).outcome == "late"


@pytest.mark.parametrize(
    ("fields", "why", "status"),
    [({}, "", 422), ({"left_on": make.today()}, "x", 422), ({"away_from": make.today()}, "x", 422)],
)
def test_reassigning_asks_for_a_reason_and_somebody_who_is_there(fields, why, status):
    lead = make.working()
    with pytest.raises(Refusal) as refused:
        lead.reassign(to=make.person(**fields), by=make.person(is_manager=True), at=NOON, why=why)
    assert refused.value.status == status


def test_reassigning_is_for_managers():
    lead = make.working()
    with pytest.raises(Refusal) as refused:
        lead.reassign(to=make.person(), by=lead.owner, at=NOON, why="x")
    assert refused.value.status == 403
