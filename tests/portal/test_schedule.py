import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from portal import schedule

NOON = datetime(2026, 6, 12, 3, 0, tzinfo=UTC)


def test_a_slot_is_given_out_once(db):
    assert schedule.once_a_slot("sweep", 60, at=NOON)
    assert not schedule.once_a_slot("sweep", 60, at=NOON + timedelta(seconds=59))
    assert schedule.once_a_slot("sweep", 60, at=NOON + timedelta(seconds=60))


def test_old_slots_are_forgotten(db):
    schedule.once_a_slot("sweep", 60, at=NOON - timedelta(days=3))
    schedule.once_a_slot("sweep", 60, at=NOON)
    schedule.forget_old_slots(at=NOON)
    assert schedule.last_run("sweep") == NOON
    assert schedule.JobSlot.objects.count() == 1


def test_a_run_that_died_gives_its_slot_back(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        schedule.once_a_slot("sweep", 60, at=NOON)
        raise RuntimeError
    assert schedule.once_a_slot("sweep", 60, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_many_schedulers_at_once_one_gets_the_slot():
    start, won = threading.Barrier(8), []

    def claim():
        try:
            start.wait()
            won.append(schedule.once_a_slot("sweep", 60, at=NOON))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]
