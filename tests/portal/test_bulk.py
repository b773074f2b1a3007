import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from leads.models import Activity, Lead
from portal import bulk
from portal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 19, 20, 2500])
def test_inserted_rows_have_their_keys_and_every_value(count):
    lead = make.lead()
    rows = [
        Activity(
            lead=lead,
            kind=Activity.Kind.CALL,
            at=make.NOON + datetime.timedelta(minutes=n),
            detail=f"行{n}\t\\N\n",
            external_key=str(n),
        )
        for n in range(count)
    ]
    ids = bulk.insert(Activity, rows)
    assert ids == [row.pk for row in rows]
    stored = {row.pk: row for row in Activity.objects.all()}
    assert set(stored) == set(ids)
    for row in rows:
        for field in Activity._meta.concrete_fields:
            assert getattr(stored[row.pk], field.attname) == getattr(row, field.attname)


def test_json_times_and_defaults_arrive_as_they_do_one_by_one():
    by = make.person()
    data = {"日本": ["x", 1, None], "deep": {"a": True}}
    rows = [Entry(stream=f"lead:{n}", verb="x", by=by, at=make.NOON, data=data if n else {}) for n in range(30)]
    bulk.insert(Entry, rows)
    stored = Entry.objects.filter(verb="x").order_by("pk")
    assert [entry.data for entry in stored] == [{}] + [data] * 29
    assert all(abs(entry.recorded_at - timezone.now()) < datetime.timedelta(minutes=1) for entry in stored)


def test_rows_go_on_being_added_one_by_one_behind():
    lead = make.lead()
    ids = bulk.insert_values(Activity, ["lead_id", "at"], [(lead.pk, make.NOON)] * 50)
    after = Activity.objects.create(lead=lead, at=make.NOON)
    assert after.pk > max(ids)
    assert Activity.objects.get(pk=ids[0]).kind == "other"


def test_rows_of_two_tables_refer_to_each_other_before_they_are_sent():
    with transaction.atomic():
        leads = bulk.take_ids(Lead, 3)
        bulk.insert_values(
            Lead, ["family_name", "created_at", "recorded_at"], [("A", make.NOON, make.NOON)] * 3, ids=leads
        )
        bulk.insert_values(Activity, ["lead_id", "at"], [(pk, make.NOON) for pk in leads])
    assert sorted(Activity.objects.values_list("lead", flat=True)) == leads


def test_constraints_hold_and_all_or_nothing():
    rows = [("A", "same@example.com", make.NOON, make.NOON)] * 2
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert_values(Lead, ["family_name", "email", "created_at", "recorded_at"], rows)
    assert Lead.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_keys_are_only_taken_where_nobody_can_get_between():
    if connection.vendor == "postgresql":
        assert len(set(bulk.take_ids(Lead, 3) + bulk.take_ids(Lead, 3))) == 6
    else:
        with pytest.raises(transaction.TransactionManagementError):
            bulk.take_ids(Lead, 3)
