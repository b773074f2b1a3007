"""Two at the same instant: one wins, the others are told who did (RELIABILITY C01, C02, C06; controls C09).

Each race has a control with its guard taken away: it must go wrong there, or the race proves nothing.
"""

import datetime

import pytest
from django.db import connection

from leads.models import Handoff, Lead, Rotation
from leads.models.handoff import HandoffQuerySet
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.leads.intake.taking import prepared
from tests.make import NOON
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + datetime.timedelta(hours=1)


def again(record):
    return type(record).objects.get(pk=record.pk)


def by_outcome(found):
    """(what worked, refusals, anything else)."""
    errors = [one for one in found if isinstance(one, Exception)]
    refusals = [one for one in errors if isinstance(one, Refusal)]
    return [one for one in found if one not in errors], refusals, [one for one in errors if one not in refusals]


def accepting(handoff, person):
    return lambda: again(handoff).accept(by=person, at=LATER)


def team_of(offered, number):
    return [offered.receiver, *(make.person("sales", unit=offered.receiver.unit) for _ in range(number - 1))]


# -- C01: everybody accepts -------------------------------------------------------------------------


def test_of_many_who_accept_at_once_one_wins_and_the_others_hear_who(soak):
    people_at_once, rounds = (50, 100) if soak else (12, 3)
    sender, receiver = make.person("inside_sales"), make.person("sales")
    team = [receiver, *(make.person("sales", unit=receiver.unit) for _ in range(people_at_once - 1))]
    for _round in range(rounds):
        offered = make.handoff(sender=sender, receiver=receiver)
        won, refusals, others = by_outcome(race(*(accepting(offered, person) for person in team)))
        assert (len(won), len(refusals), others) == (1, people_at_once - 1, [])
        winner = again(offered).answered_by
        assert {refusal.status for refusal in refusals} == {409}
        assert all(str(winner) in str(refusal.message) for refusal in refusals)
        assert Entry.objects.about(offered.lead).filter(verb="handoff.accepted").count() == 1
        assert again(offered.lead).owner == winner


def test_without_the_claim_several_would_win(monkeypatch):
    monkeypatch.setattr(HandoffQuerySet, "offered", lambda self: self)
    offered = make.handoff()
    found = race(*(accepting(offered, person) for person in team_of(offered, 6)))
    assert len(by_outcome(found)[0]) > 1
    assert Entry.objects.about(offered.lead).filter(verb="handoff.accepted").count() > 1


# -- C02: three different answers ------------------------------------------------------------------------


def answers(offered, colleague):
    reason, good = make.reason(), [make.reason("good_point", "right_size")]
    return [
        accepting(offered, offered.receiver),
        lambda: again(offered).return_to_sender(by=colleague, at=LATER, reason=reason, good_points=good),
        lambda: again(offered).withdraw(by=offered.sender, at=LATER, why="x"),
    ]


VERB_OF = {"accepted": "handoff.accepted", "returned": "handoff.returned", "withdrawn": "handoff.withdrawn"}
STAGE_OF = {"accepted": "working", "returned": "nurturing", "withdrawn": "nurturing"}


def test_of_accept_return_and_withdraw_one_holds_and_the_trail_says_the_same(soak):
    make.five_promises()
    sender, receiver = make.person("inside_sales"), make.person("sales")
    colleague = make.person("sales", unit=receiver.unit)
    for _round in range(200 if soak else 8):
        offered = make.handoff(sender=sender, receiver=receiver)
        won, refusals, others = by_outcome(race(*answers(offered, colleague)))
        assert (len(won), len(refusals), others) == (1, 2, [])
        handoff = again(offered)
        verbs = [entry.verb for entry in Entry.objects.about(offered.lead) if entry.verb.startswith("handoff.")]
        assert verbs == [VERB_OF[handoff.state]]
        assert again(offered.lead).stage == STAGE_OF[handoff.state]
        assert handoff.good_points.count() == (1 if handoff.state == "returned" else 0)


def test_without_the_claim_the_trail_would_contradict_itself(monkeypatch):
    monkeypatch.setattr(HandoffQuerySet, "offered", lambda self: self)
    offered = make.handoff()
    colleague = make.person("sales", unit=offered.receiver.unit)
    found = race(*answers(offered, colleague))
    assert len(by_outcome(found)[0]) > 1


def test_taking_an_offer_back_while_it_is_accepted_leaves_one_of_the_two(soak):
    """Both lock the lead first: neither waits for the other for ever."""
    sender, receiver = make.person("inside_sales"), make.person("sales")
    for _round in range(50 if soak else 5):
        offered = make.handoff(sender=sender, receiver=receiver)
        entry = Entry.objects.about(offered.lead).first()
        won, refusals, others = by_outcome(
            race(
                accepting(offered, receiver),
                lambda entry=entry, lead=offered.lead: again(lead).undo(entry, by=sender, at=entry.recorded_at),
            )
        )
        assert (len(won), len(refusals), others) == (1, 1, [])
        assert (again(offered).state, again(offered.lead).stage) in {
            ("accepted", "working"),
            ("withdrawn", "nurturing"),
        }


def test_a_lead_is_handed_over_once(soak):
    for _round in range(50 if soak else 4):
        lead, sender = make.hot_lead(), make.person("marketing")
        receivers = [make.person("sales") for _ in range(4)]
        found = race(
            *(lambda to=to: again(lead).hand_over(to=to, by=sender, at=LATER, memo="x") for to in receivers)  # noqa: B023
        )
        won, refusals, others = by_outcome(found)
        assert (len(won), len(refusals), others) == (1, 3, [])
        assert Handoff.objects.offered().filter(lead=lead).count() == 1


# -- The turn of a team ---------------------------------------------------------------------------------


def handing_over(leads, team, sender):
    return [lambda lead=lead: again(lead).hand_over(to=team, by=sender, at=LATER, memo="x") for lead in leads]


def test_hand_offs_at_the_same_instant_go_to_different_people(soak):
    team, sender = make.unit("営業1"), make.person("inside_sales")
    for _person in range(4):
        make.person("sales", unit=team)
    Rotation.objects.create(unit=team)
    for _round in range(20 if soak else 2):
        leads = [make.hot_lead(by=sender) for _ in range(8)]
        found = race(*handing_over(leads, team, sender))
        chosen = [handoff.receiver_id for handoff in found]
        assert sorted(chosen.count(person) for person in set(chosen)) == [2, 2, 2, 2]


@pytest.mark.postgres
def test_without_the_lock_on_the_turn_somebody_would_get_two(monkeypatch):
    team, sender = make.unit("営業1"), make.person("inside_sales")
    for _person in range(8):
        make.person("sales", unit=team)
    Rotation.objects.create(unit=team)
    monkeypatch.setattr(type(Rotation.objects.all()), "select_for_update", lambda self, **_given: self)
    leads = [make.hot_lead(by=sender) for _ in range(8)]
    chosen = [
        handoff.receiver_id for handoff in race(*handing_over(leads, team, sender)) if isinstance(handoff, Handoff)
    ]
    assert len(set(chosen)) < len(chosen)


# -- C06: the same lead by form and by import ---------------------------------------------------------------


def adding(email, by):
    return lambda: Lead.find_or_add(by=by, at=LATER, email=email, family_name="浜辺")


def importing(email):
    from leads.intake import receive

    imported = prepared(f"姓,メール\n浜辺,{email}\n")
    receive.start(imported, at=LATER)
    return lambda: receive.carry_on(imported.pk)


def test_the_same_lead_by_form_and_import_at_once_is_one_lead(soak):
    by = make.person("marketing")
    for nth in range(50 if soak else 3):
        email = f"race{nth}@example.com"
        found = race(adding(email, by), adding(email, by), adding(email, by), importing(email))
        assert [one for one in found if isinstance(one, Exception)] == []
        assert Lead.objects.filter(email=email).count() == 1
        assert sum(is_new for _lead, is_new in found[:3]) <= 1
        assert len({lead.pk for lead, _is_new in found[:3]}) == 1


def test_without_the_index_there_would_be_several():
    index = next(c for c in Lead._meta.constraints if c.name == "one_lead_per_email")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Lead, index)
    try:
        by = make.person("marketing")
        found = []
        for nth in range(10):
            race(*(adding(f"race{nth}@example.com", by) for _ in range(6)))
            found.append(Lead.objects.filter(email=f"race{nth}@example.com").count())
        Lead.objects.all().delete()
    finally:
        with connection.schema_editor() as editor:
            editor.add_constraint(Lead, index)
    assert max(found) > 1
