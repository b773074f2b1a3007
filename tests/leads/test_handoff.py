"""The answer to a hand-off, and what follows a return."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from leads.models import Handoff, Lead
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


def good():
    return [make.reason("good_point", "concrete_need")]


def returned(at=None, **given):
    offered = make.handoff()
    offered.return_to_sender(by=offered.receiver, at=at or hours(1), reason=make.reason(), good_points=good(), **given)
    return again(offered)


def test_accept_makes_the_receiver_owner_and_starts_the_contact_clock():
    make.five_promises()
    offered = make.handoff()
    offered.accept(by=offered.receiver, at=hours(1))
    lead = again(offered.lead)
    assert (lead.stage, lead.owner, lead.board_column) == ("working", offered.receiver, "working")
    assert lead.next_clock.commitment.key == "contact"


def test_anyone_of_the_receiving_team_accepts():
    offered = make.handoff()
    colleague = make.person("sales", unit=offered.receiver.unit)
    offered.accept(by=colleague, at=hours(1))
    assert again(offered.lead).owner == colleague


@pytest.mark.parametrize("answer", ["accept", "return"])
def test_nobody_else_answers(answer):
    offered = make.handoff()
    stranger = make.person("sales", unit=make.unit("営業2"))
    with pytest.raises(Refusal) as refused:
        if answer == "accept":
            offered.accept(by=stranger, at=hours(1))
        else:
            offered.return_to_sender(by=stranger, at=hours(1), reason=make.reason(), good_points=good())
    assert refused.value.status == 403
    assert again(offered).state == "offered"


def test_the_second_answer_hears_who_was_faster():
    offered = make.handoff()
    colleague = make.person("sales", unit=offered.receiver.unit)
    again(offered).accept(by=offered.receiver, at=hours(1))
    with pytest.raises(Refusal, match=offered.receiver.family_name) as refused:
        offered.accept(by=colleague, at=hours(1))
    assert refused.value.status == 409
    assert Entry.objects.filter(verb="handoff.accepted").count() == 1


def test_a_return_leaves_reason_good_points_and_line_and_does_not_touch_the_score():
    make.five_promises()
    offered = make.handoff(score=82)
    offered.return_to_sender(
        by=offered.receiver,
        at=hours(1),
        reason=make.reason("return", "other_decider"),
        good_points=good(),
        line="工場長向けの資料があると進みます",
        try_again_on=make.today() + 40 * DAY,
    )
    lead, handoff = again(offered.lead), again(offered)
    assert (lead.stage, lead.owner, lead.score, lead.wake_on) == (
        "nurturing",
        offered.sender,
        82,
        make.today() + 40 * DAY,
    )
    assert (handoff.return_reason.code, [r.code for r in handoff.good_points.all()]) == (
        "other_decider",
        ["concrete_need"],
    )
    assert lead.line == "工場長向けの資料があると進みます"
    assert {c.commitment.key: c.outcome for c in handoff.clocks.all()} == {"answer": "met", "reply": ""}


@pytest.mark.parametrize("given", [{"good_points": []}, {"try_again_on": make.today()}])
def test_a_return_asks_for_something_good_and_for_a_day_to_come(given):
    offered = make.handoff()
    with pytest.raises(Refusal) as refused:
        offered.return_to_sender(
            **({"by": offered.receiver, "at": hours(1), "reason": make.reason(), "good_points": good()} | given)
        )
    assert refused.value.status == 422
    assert again(offered).state == "offered"


def test_a_line_is_asked_for_where_the_sla_or_the_reason_asks():
    offered = make.handoff()
    offered.sla_revision.parameters["return_line"] = True
    with pytest.raises(Refusal) as refused:
        offered.return_to_sender(by=offered.receiver, at=hours(1), reason=make.reason(), good_points=good(), line=" ")
    assert refused.value.status == 422
    reason = make.reason("return", "other")
    reason.needs_line = True
    offered.sla_revision.parameters["return_line"] = False
    with pytest.raises(Refusal):
        offered.return_to_sender(by=offered.receiver, at=hours(1), reason=reason, good_points=good())


def test_a_reason_of_another_kind_is_no_reason_for_a_return():
    offered = make.handoff()
    with pytest.raises(ValueError, match="loss"):
        offered.return_to_sender(
            by=offered.receiver, at=hours(1), reason=make.reason("loss", "price"), good_points=good()
        )


@pytest.mark.parametrize("away", [{"away_from": make.today()}, {"left_on": make.today()}])
def test_while_the_sender_is_away_or_gone_the_stand_in_gets_it_back(away):
    stand_in = make.person("inside_sales")
    sender = make.person("inside_sales", stand_in=stand_in)
    offered = make.handoff(sender=sender)
    type(sender).objects.filter(pk=sender.pk).update(**away)
    again(offered).return_to_sender(by=offered.receiver, at=hours(1), reason=make.reason(), good_points=good())
    assert again(offered.lead).owner == stand_in


def test_without_a_stand_in_the_manager_gets_it_back():
    manager = make.person("inside_sales", is_manager=True)
    sender = make.person("inside_sales", manager=manager)
    offered = make.handoff(sender=sender)
    type(sender).objects.filter(pk=sender.pk).update(left_on=make.today())
    again(offered).return_to_sender(by=offered.receiver, at=hours(1), reason=make.reason(), good_points=good())
    assert again(offered.lead).owner == manager


# -- Withdrawing ------------------------------------------------------------------------------------


def test_a_withdrawal_breaks_no_promise_and_puts_the_lead_back_in_line():
    make.five_promises()
    offered = make.handoff()
    offered.withdraw(by=offered.sender, at=hours(1), why="担当が変わるため")
    lead = again(offered.lead)
    assert (lead.stage, lead.owner, lead.board_column) == ("nurturing", offered.sender, "to_hand_over")
    assert offered.clocks.get(commitment__key="answer").outcome == "ended"
    assert lead.next_clock.commitment.key == "hand_over"


def test_only_the_sender_withdraws_and_says_why():
    offered = make.handoff()
    for by, why, status in [(offered.receiver, "x", 403), (offered.sender, " ", 422)]:
        with pytest.raises(Refusal) as refused:
            offered.withdraw(by=by, at=hours(1), why=why)
        assert refused.value.status == status
    offered.accept(by=offered.receiver, at=hours(1))
    with pytest.raises(Refusal) as refused:
        offered.withdraw(by=offered.sender, at=hours(2), why="x")
    assert refused.value.status == 409


# -- Replying ------------------------------------------------------------------------------------------


def test_agreeing_settles_the_return_and_stops_the_clock():
    make.five_promises()
    handoff = returned()
    handoff.answer_return(by=handoff.sender, at=hours(2), reply="agree")
    handoff = again(handoff)
    assert (handoff.reply, handoff.settled_at, handoff.waits_for_reply) == ("agree", hours(2), False)
    assert handoff.clocks.get(commitment__key="reply").outcome == "met"


def test_answering_a_return_opens_nothing():
    make.five_promises()
    handoff = returned()
    handoff.answer_return(by=handoff.sender, at=hours(2), reply="agree")
    lead = again(handoff.lead)
    assert not lead.qualifications.filter(until=None).exists()
    assert lead.board_column == ""


def test_after_a_return_a_note_alone_opens_nothing_but_a_new_fact_does():
    handoff = returned()
    lead = again(handoff.lead)
    lead.write_note(by=handoff.sender, at=hours(2), text="もう一度聞いてみます")
    assert not lead.qualifications.filter(until=None).exists()
    lead.learn(by=handoff.sender, at=hours(3), part="authority", state="known", note="工場長が決裁")
    assert lead.qualifications.get(until=None).since == hours(3)
    assert again(lead).board_column == "to_hand_over"


def test_after_a_return_the_agreed_day_opens_anew():
    handoff = returned(try_again_on=make.today() + 3 * DAY)
    lead = again(handoff.lead)
    assert lead.wake(at=NOON + 2 * DAY) is None
    assert not lead.qualifications.filter(until=None).exists()
    lead.wake(at=NOON + 3 * DAY)
    assert lead.qualifications.get(until=None).since == NOON + 3 * DAY
    assert again(lead).wake_on is None


def test_disagreeing_needs_a_line_and_stays_open_until_they_have_talked():
    handoff = returned()
    with pytest.raises(Refusal) as refused:
        handoff.answer_return(by=handoff.sender, at=hours(2), reply="dispute")
    assert refused.value.status == 422
    handoff.answer_return(by=handoff.sender, at=hours(2), reply="dispute", line="時期は聞いています")
    assert again(handoff).is_disputed
    assert again(handoff.lead).board_column == "returned"
    again(handoff).settle(by=handoff.answered_by, at=hours(3), line="来月もう一度")
    assert (again(handoff).is_disputed, again(handoff.lead).board_column) == (False, "")


def test_the_senders_team_or_manager_replies_nobody_else():
    handoff = returned()
    with pytest.raises(Refusal) as refused:
        handoff.answer_return(by=handoff.receiver, at=hours(2), reply="agree")
    assert refused.value.status == 403
    colleague = make.person("inside_sales", unit=handoff.sending_unit)
    handoff.answer_return(by=colleague, at=hours(2), reply="agree")
    with pytest.raises(Refusal) as refused:
        handoff.answer_return(by=handoff.sender, at=hours(3), reply="agree")
    assert refused.value.status == 409


def test_settling_is_for_those_who_disagreed_or_their_managers():
    handoff = returned()
    with pytest.raises(Refusal) as refused:
        handoff.settle(by=handoff.sender, at=hours(2))
    assert refused.value.status == 409
    handoff.answer_return(by=handoff.sender, at=hours(2), reply="dispute", line="x")
    with pytest.raises(Refusal) as refused:
        again(handoff).settle(by=make.person("sales", unit=make.unit("営業9")), at=hours(3))
    assert refused.value.status == 403


# -- What the database refuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "accepted", "answered_by": None, "answered_at": None},
        {"state": "offered", "answered_at": NOON},
        {"state": "returned", "return_reason": None},
        {"reply": "agree", "replied_by": None},
        {"receiver": None, "receiving_unit": None},
    ],
)
def test_the_database_refuses_half_written_hand_offs(fields):
    offered = make.handoff()
    if fields.get("state") == "returned":
        fields = fields | {"answered_by": offered.receiver, "answered_at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        Handoff.objects.filter(pk=offered.pk).update(**fields)


def test_the_database_refuses_a_second_offer():
    offered = make.handoff()
    with pytest.raises(IntegrityError), transaction.atomic():
        Handoff.objects.create(lead=offered.lead, sender=offered.sender, receiver=offered.receiver, offered_at=NOON)


def test_the_database_refuses_a_worked_lead_without_an_owner_and_one_nobody_can_tell_apart():
    lead = make.working()
    for fields in ({"owner": None}, {"email": "", "family_name": "", "external_key": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(**fields)
