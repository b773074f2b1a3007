import pytest
from django.db import DatabaseError, connection, transaction

from portal import delivering
from portal.models import Delivery, Entry
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    person = make.person()
    return Entry.record("lead.thanked", person, by=person, at=NOON, data={"to": person.pk})


def test_an_entry_comes_with_a_delivery_for_each_consumer_that_wants_it(entry):
    wanted = {name for name, consumer in delivering.consumers.items() if consumer.wants("lead.thanked")}
    assert {delivery.consumer for delivery in entry.deliveries.all()} == wanted
    assert "notifications" in wanted


def test_what_concerns_nobody_in_particular_is_delivered_to_nobody(trail_only):
    consumers = delivering.consumers
    consumers["deaf"] = delivering.Consumer("deaf", hear=None, wants=lambda verb: False)
    person = make.person()
    assert not Entry.record("lead.added", person, by=person, at=NOON).deliveries.exists()


@pytest.fixture
def trail_only(monkeypatch):
    monkeypatch.setattr(delivering, "consumers", {})


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_change_the_trail(entry):
    with pytest.raises(DatabaseError, match="never updated or deleted"):
        run("UPDATE portal_entry SET verb = 'x'")


@pytest.mark.postgres
def test_the_database_refuses_to_shorten_the_trail(entry):
    Delivery.objects.all().delete()
    with pytest.raises(DatabaseError, match="never updated or deleted"):
        run("DELETE FROM portal_entry")


def test_without_the_trigger_it_would_be_changed(entry):
    """The control."""
    on_table = " ON portal_entry" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER portal_trail_is_append_only{on_table}")
    run("UPDATE portal_entry SET verb = 'x'")
    assert Entry.objects.get(pk=entry.pk).verb == "x"


def test_saving_and_deleting_an_entry_are_refused_by_the_model_as_well(entry):
    entry.verb = "lead.won"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


@pytest.mark.parametrize("n", [3, 50])
def test_many_entries_are_written_at_once(n, django_assert_max_num_queries):
    people = [make.person() for _n in range(n)]
    with transaction.atomic(), django_assert_max_num_queries(12 if n > 20 else 6 * n):
        entries = Entry.record_many(
            "lead.thanked", people, by=None, at=NOON, about=people, data=[{"to": person.pk} for person in people]
        )
    stored = Entry.objects.filter(pk__in=[entry.pk for entry in entries]).order_by("pk")
    assert [(e.stream, e.about, e.data) for e in stored] == [
        (f"person:{person.pk}", f"person:{person.pk}", {"to": person.pk}) for person in people
    ]
    assert Delivery.objects.filter(entry__in=entries, consumer="notifications").count() == n


def test_an_entry_is_read_by_its_parts(entry):
    assert (entry.subject, entry.object) == (("person", entry.by_id), ("", 0))
