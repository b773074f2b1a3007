"""Rule 2: every verb writes exactly one entry, in the same transaction, with who and when."""

import datetime

import pytest
from django.db import transaction

from leads.models import Bant, Lead
from portal import delivering
from portal.models import Delivery, Entry
from portal.refusals import Refusal
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
AT = NOON + datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def again(lead):
    return Lead.objects.get(pk=lead.pk)


def good():
    return [make.reason("good_point", "concrete_need")]


def returned():
    offered = make.handoff()
    offered.return_to_sender(by=offered.receiver, at=NOON, reason=make.reason(), good_points=good())
    return offered


def disputed():
    offered = returned()
    offered.answer_return(by=offered.sender, at=NOON, reply="dispute", line="時期は書いてあります")
    return offered


def asked_for_time():
    lead = make.working()
    return lead.ask_for_time(by=lead.owner, at=NOON, clock=lead.clocks.running().get(), minutes=60, why="先方不在")


def paused():
    lead = make.working()
    lead.pause(by=lead.owner, at=NOON, why="返事待ち", until=make.today() + DAY)
    return again(lead)


def answer_time(request, granted):
    lead = request.clock.lead
    return lead.answer_time_request(by=make.person("inside_sales"), at=AT, request=request, granted=granted)


def undo(lead):
    entry = lead.record_contact(by=lead.owner, at=AT, channel="call", outcome="reached")
    return lambda: lead.undo(entry, by=lead.owner, at=entry.recorded_at)


# verb → (what must be there, how it is done given that)
VERBS = {
    "lead.handed_over": (
        make.hot_lead,
        lambda lead: lead.hand_over(to=make.person(), by=lead.owner, at=AT, memo="来春"),
    ),
    "handoff.accepted": (make.handoff, lambda one: one.accept(by=one.receiver, at=AT)),
    "handoff.returned": (
        make.handoff,
        lambda one: one.return_to_sender(by=one.receiver, at=AT, reason=make.reason(), good_points=good()),
    ),
    "handoff.withdrawn": (make.handoff, lambda one: one.withdraw(by=one.sender, at=AT, why="先方の都合")),
    "handoff.replied": (returned, lambda one: one.answer_return(by=one.sender, at=AT, reply="agree")),
    "handoff.settled": (disputed, lambda one: one.settle(by=one.sender, at=AT)),
    "lead.contacted": (
        make.working,
        lambda lead: lead.record_contact(by=lead.owner, at=AT, channel="call", outcome="reached"),
    ),
    "lead.resulted": (make.working, lambda lead: lead.record_result(by=lead.owner, at=AT, result="opportunity")),
    "lead.won": (make.opportunity, lambda lead: lead.win(by=lead.owner, at=AT, on=make.today(), amount=None)),
    "lead.lost": (
        make.opportunity,
        lambda lead: lead.lose(by=lead.owner, at=AT, on=make.today(), reasons=[make.reason("loss", "price")]),
    ),
    "lead.paused": (
        make.working,
        lambda lead: lead.pause(by=lead.owner, at=AT, why="返事待ち", until=make.today() + DAY),
    ),
    "lead.resumed": (paused, lambda lead: lead.resume(by=lead.owner, at=AT)),
    "lead.recycled": (
        make.working,
        lambda lead: lead.recycle(by=lead.owner, at=AT, look_again_on=make.today() + 30 * DAY),
    ),
    "lead.reassigned": (
        make.working,
        lambda lead: lead.reassign(to=make.person(), by=make.person(is_manager=True), at=AT, why="担当替え"),
    ),
    "lead.learned": (make.working, lambda lead: lead.learn(by=lead.owner, at=AT, part=Bant.Part.BUDGET, state="known")),
    "lead.noted": (make.working, lambda lead: lead.write_note(by=lead.owner, at=AT, text="ご相談です")),
    "lead.thanked": (make.working, lambda lead: lead.thank(to=lead.handoff.sender, by=lead.owner, at=AT)),
    "lead.woken": (lambda: make.lead(wake_on=make.today()), lambda lead: lead.wake(at=AT)),
    "lead.reconsidered": (make.working, lambda lead: lead.reconsider(by=lead.owner, at=AT)),
    "clock.time_asked": (
        make.working,
        lambda lead: lead.ask_for_time(
            by=lead.owner, at=AT, clock=lead.clocks.running().get(), minutes=60, why="先方不在"
        ),
    ),
    "clock.time_granted": (asked_for_time, lambda request: answer_time(request, granted=True)),
    "clock.time_declined": (asked_for_time, lambda request: answer_time(request, granted=False)),
    "lead.undone": (lambda: undo(make.working()), lambda take_back: take_back()),
}
# Written by what is no verb of a person: the sweep (test_sweep.py), forms of master data (test_editing.py), an
# administrator who publishes other hours.
ELSEWHERE = {"clock.warned", "clock.breached", "lead.added", "lead.edited", "clock.moved"}


def test_every_verb_is_here():
    from leads import verb_words

    assert set(VERBS) | ELSEWHERE == set(verb_words.VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_writes_one_entry_with_its_deliveries(verb):
    make.five_promises()
    needed, act = VERBS[verb]
    record = needed()
    before = Entry.objects.count()
    act(record)
    entry = Entry.objects.order_by("-pk").first()
    assert (Entry.objects.count(), entry.verb) == (before + 1, verb)
    assert entry.stream.startswith("lead:")
    assert (entry.by is None) == (verb == "lead.woken")
    consumers = {name for name, consumer in delivering.consumers.items() if consumer.wants(verb)}
    assert {delivery.consumer for delivery in entry.deliveries.all()} == consumers


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_what_is_rolled_back_leaves_neither_entry_nor_delivery(verb):
    make.five_promises()
    needed, act = VERBS[verb]
    record = needed()
    before = (Entry.objects.count(), Delivery.objects.count())

    class Changed(Exception):
        pass

    with pytest.raises(Changed), transaction.atomic():
        act(record)
        raise Changed
    assert (Entry.objects.count(), Delivery.objects.count()) == before


def test_a_refused_verb_writes_nothing():
    offered = make.handoff()
    before = Entry.objects.count()
    with pytest.raises(Refusal):
        offered.accept(by=make.person("marketing"), at=AT)
    assert Entry.objects.count() == before
