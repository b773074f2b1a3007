"""What a person can do with a lead, and what moving a card means."""

import datetime

import pytest
from django.urls import resolve

from leads import verbs
from leads.models import Lead
from portal.models import Person
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ALWAYS = {"learn", "note", "edit"}


def codes(lead, person):
    return {verb.code for verb in verbs.available(Lead.objects.for_page().get(pk=lead.pk), person)}


def test_the_receiver_answers_the_sender_withdraws_others_watch():
    make.five_promises()
    offered = make.handoff()
    stranger = make.person("sales", unit=make.unit("営業2"))
    assert codes(offered.lead, offered.receiver) == {"accept", "return", "ask_for_time"} | ALWAYS
    assert codes(offered.lead, offered.sender) == {"withdraw"} | ALWAYS
    assert codes(offered.lead, stranger) == ALWAYS
    assert codes(offered.lead, make.person("executive")) == set()


def test_accepting_takes_one_tap_and_comes_first():
    offered = make.handoff()
    first = verbs.available(offered.lead, offered.receiver)[0]
    assert (first.code, first.one_tap, first.is_main, first.key) == ("accept", True, True, "r")


def test_the_carrier_works():
    make.five_promises()
    lead = make.working()
    assert codes(lead, lead.owner) == {"contact", "result", "pause", "ask_for_time", "hand_over", "recycle"} | ALWAYS
    lead.pause(by=lead.owner, at=NOON, why="x", until=make.today() + DAY)
    assert codes(lead, lead.owner) == {"contact", "result", "resume", "hand_over", "recycle"} | ALWAYS


def test_an_opportunity_is_won_or_lost():
    lead = make.opportunity()
    assert codes(lead, lead.owner) == {"contact", "win", "lose", "recycle"} | ALWAYS
    lead.win(by=lead.owner, at=NOON, on=make.today(), amount=1)
    assert codes(lead, lead.owner) == ALWAYS


def test_a_request_for_time_is_answered_by_the_other_side():
    make.five_promises()
    lead = make.working()
    lead.ask_for_time(by=lead.owner, at=NOON, clock=lead.next_clock, minutes=60, why="x")
    assert "answer_time" in codes(lead, make.person("marketing"))
    assert not {"answer_time", "ask_for_time"} & codes(lead, lead.owner)


def test_a_return_is_replied_to_and_a_disagreement_settled():
    offered = make.handoff()
    offered.return_to_sender(
        by=offered.receiver, at=NOON, reason=make.reason(), good_points=[make.reason("good_point", "right_size")]
    )
    assert "reply" in codes(offered.lead, offered.sender)
    assert "reply" not in codes(offered.lead, offered.receiver)
    offered.answer_return(by=offered.sender, at=NOON, reply="dispute", line="x")
    assert "settle" in codes(offered.lead, offered.receiver)
    assert "reply" not in codes(offered.lead, offered.sender)


def test_managers_give_to_somebody_else():
    lead = make.working()
    assert "reassign" in codes(lead, make.person(is_manager=True))


def test_a_removed_lead_offers_nothing():
    assert codes(make.lead(removed_at=NOON), make.person()) == set()


def test_every_verb_has_an_address_and_a_name():
    make.five_promises()
    boss = make.person(is_manager=True)
    for build in (make.lead, make.hot_lead, make.working, make.opportunity):
        lead = build()
        for person in (lead.owner or boss, boss):
            for verb in verbs.available(lead, person):
                assert resolve(verb.url.partition("?")[0]).namespace == "leads"
                assert str(verb.label)


def moved(lead, person, column):
    found = verbs.for_move(Lead.objects.for_page().get(pk=lead.pk), person, column)
    return found if isinstance(found, str) else found.code


@pytest.mark.parametrize(
    ("build", "who", "column", "code"),
    [
        (make.hot_lead, "owner", "handed_over", "hand_over"),
        (make.handoff, "receiver", "working", "accept"),
        (make.handoff, "receiver", "returned", "return"),
        (make.handoff, "sender", "to_hand_over", "withdraw"),
        (make.working, "owner", "opportunity", "result"),
        (make.working, "owner", "returned", "result"),
        (make.working, "owner", "handed_over", "hand_over"),
        (make.opportunity, "owner", "won", "win"),
        (make.opportunity, "owner", "returned", "recycle"),
    ],
)
def test_a_move_is_the_same_verb(build, who, column, code):
    made = build()
    lead = made if isinstance(made, Lead) else made.lead
    assert moved(lead, getattr(made, who), column) == code


def test_moving_a_worked_lead_says_which_result_is_meant():
    lead = make.working()
    assert verbs.for_move(lead, lead.owner, "opportunity").url.endswith("?result=opportunity")
    assert verbs.for_move(lead, lead.owner, "returned").url.endswith("?result=nurture")


@pytest.mark.parametrize("column", ["working", "opportunity", "won", "to_hand_over"])
def test_nothing_can_be_skipped(column):
    lead = make.lead(owner=make.person("inside_sales"))
    assert not hasattr(verbs.for_move(lead, lead.owner, column), "code")


def test_whoever_may_not_hears_who_can():
    offered = make.handoff(receiver=make.person(family_name="青葉"))
    assert "青葉" in moved(offered.lead, offered.sender, "working")
    lead = make.working(receiver=make.person(family_name="白瀬"))
    assert "白瀬" in moved(lead, make.person("marketing"), "opportunity")
    hot = make.hot_lead()
    assert isinstance(verbs.for_move(hot, make.person("sales"), "handed_over"), str)
    assert isinstance(verbs.for_move(hot, make.person("executive"), "returned"), str)


def test_a_column_that_is_none_or_the_same_is_no_move():
    lead = make.working()
    assert isinstance(verbs.for_move(lead, lead.owner, "nowhere"), str)
    assert isinstance(verbs.for_move(lead, lead.owner, "working"), str)


def test_functions_without_a_side_change_nothing():
    lead = make.working()
    for function in (Person.Function.EXECUTIVE, Person.Function.OTHER):
        assert codes(lead, make.person(function)) == set()
