"""The worker and the scheduler as the drills start them: the portal's own, with a consumer that counts.

    celery -A tests.faults.app worker

`CARELESS` takes a guard away, for the controls; `SLOW` makes each entry take its time; `HOLD` names a file
that is touched between the commit and the acknowledgement, and then the worker waits to be killed.
"""

import os
import pathlib
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db import transaction  # noqa: E402 - needs the apps
from django.utils import timezone  # noqa: E402

from portal import delivering, relay, schedule  # noqa: E402
from portal.celery import app  # noqa: E402
from portal.models import Delivery, Entry, JobSlot  # noqa: E402

CARELESS = os.environ.get("CARELESS", "")
SLOW = float(os.environ.get("SLOW", "0"))
HOLD = os.environ.get("HOLD", "")


def count(entries, *, at):
    """An effect that nothing else makes unique: a second time would be a second row."""
    for entry in entries:
        time.sleep(SLOW)
        _effect("heard", entry.pk)


def _effect(job, number):
    JobSlot.objects.create(job=f"{job}:{number}", slot=time.monotonic_ns(), claimed_at=timezone.now())


delivering.register("counter", count, wants=lambda verb: verb == "lead.noted")


@app.task(name="drill.tick")
def tick():
    """A scheduled job that says when it ran."""
    if CARELESS == "no_slot" or schedule.once_a_slot("tick", 1):
        _effect("ticked", 0)


@app.task(name="drill.tell")
def tell(number):
    """The careless way of telling: the message in the broker is all there is."""
    _effect("told", number)


app.conf.beat_schedule = app.conf.beat_schedule | {
    "tick": {"task": "drill.tick", "schedule": 1},
    "hand-on": {"task": "portal.tasks.hand_on", "schedule": 1},
}


def _done_when_taken(at):
    """Early acknowledgement: what a killed worker held is gone."""
    due = list(Delivery.objects.due(at)[: relay.BATCH])
    Delivery.objects.filter(pk__in=[one.pk for one in due]).update(done_at=at)
    return due


def _without_claim(at):
    return list(Delivery.objects.due(at)[: relay.BATCH])


def _hear_then_mark(name, deliveries):
    """The effect and its mark in two transactions."""
    at = timezone.now()
    with transaction.atomic():
        entries = list(Entry.objects.filter(pk__in=[one.entry_id for one in deliveries]))
        delivering.consumers[name].hear(entries, at=at)
    _hold()
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(done_at=at)


def _hold():
    if HOLD:
        pathlib.Path(HOLD).touch()
        time.sleep(60)


if CARELESS == "done_when_taken":
    relay.take = _done_when_taken
    relay._still_ours = lambda deliveries: Delivery.objects.filter(pk__in=[one.pk for one in deliveries])
elif CARELESS == "no_claim":
    relay.take = _without_claim
    relay._still_ours = lambda deliveries: Delivery.objects.filter(pk__in=[one.pk for one in deliveries])
elif CARELESS == "mark_later":
    relay._hear = _hear_then_mark
elif HOLD:
    hear = relay._hear

    def _hear_and_hold(name, deliveries):
        hear(name, deliveries)
        if name == "counter":
            _hold()

    relay._hear = _hear_and_hold
