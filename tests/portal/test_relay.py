import datetime

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from portal import delivering, relay
from portal.models import Delivery, Entry
from tests import make

pytestmark = pytest.mark.django_db
LEASE = datetime.timedelta(seconds=60)


class Hearer:
    """A consumer that notes what it hears, and stumbles over the entries it is told to."""

    def __init__(self):
        self.heard = []
        self.stumbles_over = set()
        self.later = {}

    def hear(self, entries, *, at):
        if self.stumbles_over & {entry.pk for entry in entries}:
            raise ValueError("of no use: someone@example.com")
        self.heard.append([entry.pk for entry in entries])
        return self.later


@pytest.fixture
def hearer(monkeypatch):
    hearer = Hearer()
    monkeypatch.setattr(delivering, "consumers", {})
    delivering.register("hearer", hearer.hear, wants=lambda verb: verb == "told")
    return hearer


def entries(n):
    person = make.person()
    return [Entry.record("told", person, by=None, at=timezone.now()).pk for _n in range(n)]


def test_what_is_due_is_heard_in_batches_and_marked_done(hearer, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 3)
    told = entries(5)
    relay.hand_on()
    assert hearer.heard == [told[:3], told[3:]]
    assert Delivery.objects.filter(done_at=None).count() == 0


def test_it_stops_when_its_time_is_up_and_says_so(hearer, monkeypatch):
    monkeypatch.setattr(relay, "BATCH", 2)
    entries(3)
    assert relay.hand_on(seconds=0)
    assert [len(batch) for batch in hearer.heard] == [2]
    assert not relay.hand_on()


def test_a_worker_whose_time_is_up_is_no_fault_of_the_entry(hearer):
    entries(2)

    def end(*_args, **_more):
        raise SoftTimeLimitExceeded

    delivering.register("hearer", end, wants=lambda verb: True)
    with pytest.raises(SoftTimeLimitExceeded):
        relay.hand_on()
    assert set(Delivery.objects.values_list("attempts", "error")) == {(1, "")}


def test_nothing_is_heard_twice(hearer):
    entries(1)
    relay.hand_on()
    relay.hand_on()
    assert len(hearer.heard) == 1


def test_taking_is_a_claim(hearer):
    entries(2)
    now = timezone.now()
    assert len(relay.take(now)) == 2
    assert relay.take(now) == []


def test_what_a_dead_worker_had_taken_comes_back_after_the_lease_one_by_one(hearer):
    told = entries(3)
    relay.take(timezone.now())
    later = timezone.now() + LEASE + datetime.timedelta(seconds=1)
    assert [[d.entry_id for d in relay.take(later)] for _n in told] == [[pk] for pk in told]


def test_an_overtaken_worker_rolls_back(hearer):
    told = entries(1)
    slow = relay.take(timezone.now())
    fast = relay.take(timezone.now() + LEASE + datetime.timedelta(seconds=1))
    relay._hand_to("hearer", fast)
    done = Delivery.objects.get()
    with pytest.raises(relay.Overtaken):
        relay._hear("hearer", slow)
    assert Delivery.objects.get().done_at == done.done_at
    assert told == [done.entry_id]


def test_a_bad_entry_stops_nobody_elses_and_is_tried_again_later(hearer):
    told = entries(3)
    hearer.stumbles_over = {told[1]}
    relay.hand_on()
    assert hearer.heard == [[told[0]], [told[2]]]
    stuck = Delivery.objects.get(done_at=None)
    assert (stuck.entry_id, stuck.attempts, stuck.error) == (told[1], 1, "ValueError")
    assert stuck.next_at > timezone.now()


def test_after_eight_tries_it_is_given_up_and_listed(hearer):
    told = entries(1)
    hearer.stumbles_over = set(told)
    for _n in range(relay.TRIES + 1):
        Delivery.objects.update(next_at=timezone.now())
        relay.hand_on()
    stuck = Delivery.objects.given_up().get()
    assert (stuck.attempts, stuck.done_at) == (relay.TRIES, None)
    hearer.stumbles_over = set()
    Delivery.objects.given_up().try_again(timezone.now())
    relay.hand_on()
    assert hearer.heard == [told]


def test_a_consumer_may_ask_to_hear_of_it_later(hearer):
    told = entries(2)
    later = timezone.now() + datetime.timedelta(hours=8)
    hearer.later = {told[0]: later}
    relay.hand_on()
    waiting = Delivery.objects.get(done_at=None)
    assert (waiting.entry_id, waiting.next_at, waiting.attempts) == (told[0], later, 0)


def test_a_consumer_that_is_gone_loses_nothing(hearer, monkeypatch):
    entries(1)
    monkeypatch.setattr(delivering, "consumers", {})
    relay.hand_on()
    assert Delivery.objects.get().error == "KeyError"
