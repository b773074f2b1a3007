from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from portal import schedule
from portal.views import health


def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200


def test_ready_when_everything_is_there(client, db):
    schedule.once_a_slot("heartbeat", 10)
    answer = client.get("/readyz")
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "broker": "ok",
        "migrations": "ok",
        "beat": "ok",
        "beat_age_seconds": 0,
    }


def test_not_ready_before_the_first_beat(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["beat"]) == (503, "never")


def test_not_ready_when_the_last_beat_is_old(client, db):
    schedule.once_a_slot("heartbeat", 10, at=timezone.now() - timedelta(seconds=75))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["beat"]) == (503, "late")
    assert 75 <= answer.json()["beat_age_seconds"] < 90


def test_not_ready_without_the_broker(client, db, monkeypatch):
    schedule.once_a_slot("heartbeat", 10)
    monkeypatch.setattr(health.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(health.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "unreachable")


def test_not_ready_while_a_migration_is_missing(client, db):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="portal").order_by("-name")[0].delete()
    schedule.once_a_slot("heartbeat", 10)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


@pytest.mark.parametrize("error", [OperationalError("down")])
def test_a_lost_database_is_a_503_that_passes(client, db, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("portal.views.health.schedule.last_run", fail)
    client.raise_request_exception = False
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
