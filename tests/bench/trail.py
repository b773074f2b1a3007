"""What the bulk form of entries and deliveries costs (docs/adr/0002): python -m tests.bench.trail [NUMBER].

On the database that DATABASE_URL names; everything it writes is rolled back.
"""

import json
import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db import connection, transaction
from django.utils import timezone

from portal import bulk, delivering
from portal.models import Delivery, Entry, OrgUnit
from portal.models.entry import name_of

VERB = "lead.noted"  # two consumers want it
ROUNDS = 5


def one_by_one(subjects, at):
    for subject in subjects:
        entry = Entry.objects.create(stream=name_of(subject), verb=VERB, by=None, at=at, data={"mentions": [1]})
        for consumer in wanting():
            Delivery.objects.create(entry=entry, consumer=consumer, next_at=at)


def in_objects(subjects, at):
    """Django's bulk_create, in pieces of 1,000."""
    entries = Entry.objects.bulk_create(unsaved(subjects, at), batch_size=1_000)
    Delivery.objects.bulk_create(deliveries(entries, at), batch_size=1_000)


def in_bulk(subjects, at):
    """portal.bulk: COPY on PostgreSQL, one prepared INSERT on SQLite."""
    entries = unsaved(subjects, at)
    bulk.insert(Entry, entries)
    bulk.insert(Delivery, deliveries(entries, at))


def recorded(subjects, at):
    """What the portal calls."""
    Entry.record_many(VERB, subjects, by=None, at=at, data=[{"mentions": [1]}] * len(subjects))


def one_entry(subjects, at):
    """What an import writes: one entry for all of them."""
    Entry.record(VERB, subjects[0], by=None, at=at, data={"rows": len(subjects)})


def unsaved(subjects, at):
    return [Entry(stream=name_of(one), verb=VERB, by=None, at=at, data={"mentions": [1]}) for one in subjects]


def deliveries(entries, at):
    return [Delivery(entry=entry, consumer=name, next_at=at) for entry in entries for name in wanting()]


def wanting():
    return [name for name, consumer in delivering.consumers.items() if consumer.wants(VERB)]


def milliseconds(way, number):
    """The median of some rounds, each rolled back."""
    subjects, at, took = [OrgUnit(pk=n + 1) for n in range(number)], timezone.now(), []
    for _round in range(1 if way is one_by_one else ROUNDS):
        with transaction.atomic():
            began = time.perf_counter()
            way(subjects, at)
            took.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return round(statistics.median(took) * 1_000, 1)


if __name__ == "__main__":
    number = int(sys.argv[1]) if sys.argv[1:] else 10_000
    ways = [one_by_one, in_objects, in_bulk, recorded, one_entry]
    found = {way.__name__: milliseconds(way, number) for way in ways}
    print(json.dumps({"database": connection.vendor, "rows": number, "consumers": len(wanting()), "ms": found}))
