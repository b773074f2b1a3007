"""Hands entries on to their consumers, each at least once. The database is the queue of record.

A delivery is taken by moving its next try behind a lease, and marked done in the transaction of the
consumer's own writes: a worker that dies in between leaves it due again when the lease is over, and one
that was too slow finds its mark gone and rolls back. So whatever a consumer writes into the database
happens once; what it does elsewhere happens at least once.
"""

import datetime
import itertools
import math
import time

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal import delivering
from portal.models import Delivery, Entry

logger = structlog.get_logger(__name__)

BATCH = 200
TRIES = 8
FIRST_WAIT = datetime.timedelta(seconds=5)
LONGEST_WAIT = datetime.timedelta(hours=1)


class Overtaken(Exception):
    """The lease ran out and somebody else has taken the delivery."""


def hand_on(*, seconds=math.inf):
    """Hand on what is due, for about so long; whether anything may be left."""
    began = time.monotonic()
    while taken := take(timezone.now()):
        for name, deliveries in itertools.groupby(sorted(taken, key=_consumer), key=_consumer):
            _hand_to(name, list(deliveries))
        if time.monotonic() - began > seconds:
            return True
    return False


def take(at):
    """Claim what is due at an instant for one lease. Two workers never take the same.

    Fresh deliveries come in batches. One that was tried before comes alone: if it was what killed its
    worker, it must not take its neighbours with it again.
    """
    while Delivery.objects.due(at).exists():  # without SQLite's write lock, most looks find nothing
        with transaction.atomic():
            due = list(Delivery.objects.due(at).select_for_update(skip_locked=True)[:BATCH])
            if not due:
                break
            if due[0].attempts < TRIES:
                return _claim(due[:1] if due[0].attempts else [d for d in due if not d.attempts], at)
            _give_up(due[0], at)
    return []


def _claim(deliveries, at):
    lease = datetime.timedelta(seconds=settings.RELAY_LEASE)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        taken_at=at, attempts=F("attempts") + 1, next_at=at + lease
    )
    for delivery in deliveries:
        delivery.taken_at, delivery.attempts = at, delivery.attempts + 1
    return deliveries


def _give_up(delivery, at):
    logger.error("delivery_given_up", delivery=delivery.pk, consumer=delivery.consumer)
    Delivery.objects.filter(pk=delivery.pk).update(given_up_at=at)


def _consumer(delivery):
    return delivery.consumer


def _hand_to(name, deliveries):
    """One transaction for all; where that fails, one each, so that a bad entry stops nobody else's."""
    try:
        _hear(name, deliveries)
    except Overtaken:
        return
    except SoftTimeLimitExceeded:
        raise  # the worker's time is up, which is no fault of the entry; the lease brings it back
    except Exception as error:  # whatever a consumer raises, its delivery stays due
        if len(deliveries) == 1:
            _put_off(deliveries[0], error)
            return
        for delivery in deliveries:
            _hand_to(name, [delivery])


@transaction.atomic
def _hear(name, deliveries):
    at = timezone.now()
    entries = list(
        Entry.objects.filter(pk__in=[delivery.entry_id for delivery in deliveries]).select_related("by").order_by("id")
    )
    again = delivering.consumers[name].hear(entries, at=at) or {}
    done = [delivery for delivery in deliveries if delivery.entry_id not in again]
    if _still_ours(done).update(done_at=at, error="") != len(done):
        raise Overtaken
    for delivery in deliveries:
        if delivery.entry_id in again:
            _still_ours([delivery]).update(next_at=again[delivery.entry_id], attempts=0)


def _still_ours(deliveries):
    taken_at = deliveries[0].taken_at if deliveries else None
    return Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries], taken_at=taken_at, done_at=None, given_up_at=None
    )


def _put_off(delivery, error):
    """Try again later, each time waiting twice as long; a text of an error may quote data, so only its kind is kept."""
    at = timezone.now()
    logger.warning("delivery_failed", delivery=delivery.pk, consumer=delivery.consumer, exc_info=error)
    wait = min(FIRST_WAIT * 2**delivery.attempts, LONGEST_WAIT)
    _still_ours([delivery]).update(next_at=at + wait, error=type(error).__name__)
