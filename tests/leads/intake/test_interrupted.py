"""Kills, races and two workers: every row comes in exactly once."""

import random
import threading
import time

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from leads.intake import receive
from leads.models import Activity, Company, ExternalId, Import, ImportRow, Lead
from tests import make
from tests.leads.intake.taking import counts, in_another_process, prepared

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import datetime, sys
from leads.intake import receive
receive.SILENCE = datetime.timedelta(seconds=0.2)
receive.chunk_size = lambda: 200
print("up", flush=True)
while receive.carry_on(int(sys.argv[1])):
    pass
"""


def rows(count):
    lines = [
        f"{n},架空{n // 5}工業,架空 {n},p{n}@k{n // 5}.example,展示会{n % 7},2026-04-{n % 28 + 1:02}"
        for n in range(count)
    ]
    return "\n".join(["ID,会社名,氏名,メール,施策,登録日", *lines])


def worker(pk):
    return in_another_process(WORKER, pk)


def started(count):
    imported = prepared(rows(count))
    receive.start(imported, at=make.NOON)
    return imported


def assert_each_once(imported, count):
    imported.refresh_from_db()
    assert (imported.state, counts(imported)) == ("done", (count, 0, 0, 0))
    assert sorted(ImportRow.objects.filter(of=imported).values_list("number", flat=True)) == list(range(2, count + 2))
    assert [model.objects.count() for model in (Lead, Activity, ExternalId)] == [count] * 3
    assert Company.objects.count() == -(-count // 5)


@pytest.mark.fault
def test_a_killed_worker_leaves_nothing_twice_and_nothing_out(soak):
    count, kills = (40_000, 10) if soak else (4_000, 4)
    imported = started(count)
    killed = 0
    for _attempt in range(60):
        process = worker(imported.pk)
        process.stdout.readline()
        if killed < kills:
            time.sleep(random.uniform(0.05, 0.5))
            process.kill()
            killed += process.wait() == -9
            time.sleep(0.25)
            continue
        assert process.wait(timeout=300) == 0
        imported.refresh_from_db()
        if imported.state == "done":
            break
    assert killed
    assert_each_once(imported, count)


@pytest.mark.fault
def test_two_workers_at_once_share_one_import():
    imported = started(3_000)
    crew = [worker(imported.pk) for _ in range(3)]
    for process in crew:
        process.communicate(timeout=120)
    for _attempt in range(20):
        imported.refresh_from_db()
        if imported.state == "done":
            break
        time.sleep(0.3)
        worker(imported.pk).communicate(timeout=120)
    assert_each_once(imported, 3_000)


def test_a_worker_whose_import_was_taken_over_books_nothing_more(monkeypatch):
    monkeypatch.setattr(receive, "chunk_size", lambda: 10)
    imported = started(40)
    monkeypatch.setattr(receive, "_breathe", lambda: Import.objects.filter(pk=imported.pk).update(worker="another"))
    assert receive.carry_on(imported.pk) is False
    assert Lead.objects.count() == 10
    monkeypatch.setattr(receive, "_breathe", lambda: None)
    Import.objects.filter(pk=imported.pk).update(worker="", beat_at=None)
    receive.carry_on(imported.pk)
    assert_each_once(imported, 40)


@pytest.mark.parametrize("leads", [50])
def test_the_same_lead_by_form_and_by_file_at_once_is_one_lead(leads, monkeypatch):
    monkeypatch.setattr(receive, "chunk_size", lambda: 5)
    imported = started(leads)

    def by_form():
        try:
            for n in random.sample(range(leads), leads):
                try:
                    with transaction.atomic():
                        Lead.objects.create(family_name="架空", email=f"p{n}@k{n // 5}.example", created_at=make.NOON)
                except (IntegrityError, OperationalError):
                    continue
        finally:
            connection.close()

    person = threading.Thread(target=by_form)
    person.start()
    while receive.carry_on(imported.pk):
        pass
    person.join()
    imported.refresh_from_db()
    assert imported.state == "done"
    assert Lead.objects.count() == leads
    assert imported.created + imported.updated + imported.unchanged == leads


def test_a_clash_at_the_last_moment_is_decided_anew(monkeypatch):
    """The control: somebody's lead appears between looking and writing."""
    imported = started(3)
    real, clashes = receive.booking.book, []

    def beaten(run, decided):
        if not clashes:
            clashes.append(1)
            Lead.objects.create(family_name="架空", email="p1@k0.example", created_at=make.NOON)
            raise IntegrityError("beaten to it")
        real(run, decided)

    monkeypatch.setattr(receive.booking, "book", beaten)
    receive.carry_on(imported.pk)
    imported.refresh_from_db()
    assert clashes
    assert (imported.state, Lead.objects.count()) == ("done", 3)


def test_one_row_the_database_does_not_take_costs_one_row(monkeypatch):
    monkeypatch.setattr(receive, "TRIES", 1)
    imported = started(20)
    real = receive.booking.book

    def choosy(run, decided):
        if any(lead["email"] == "p7@k1.example" for lead in decided.leads):
            raise IntegrityError("no")
        real(run, decided)

    monkeypatch.setattr(receive.booking, "book", choosy)
    receive.carry_on(imported.pk)
    imported.refresh_from_db()
    assert counts(imported) == (19, 0, 0, 1)
    assert [(row.number, row.code) for row in imported.refused_rows.all()] == [(9, "not_stored")]
