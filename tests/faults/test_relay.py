"""Entries are heard exactly once, whatever dies meanwhile: F01, F02, F03, F10."""

import os
import time

import pytest
from django.conf import settings

from tests.faults.drill import HEARD, HEARD_ENTRIES, NOTIFIED
from tests.servers import environment, manage, wait_until

pytestmark = pytest.mark.fault
# That a guard is needed does not depend on the database: at full length only, the controls run on both.
control = pytest.mark.skipif(not settings.ON_SQLITE and not os.environ.get("SOAK"), reason="shown on SQLite")
# Lease 3 s and what a killed batch takes when its entries come one by one; the target is the lease + 15 s.
WHOLE_AGAIN = 30
AT_LEISURE = {"TASK_TIME_LIMIT": "60", "VISIBILITY_TIMEOUT": "90"}


def killed_while_telling(drill, number, kills, **env):
    """Entries are written while the worker is killed again and again."""
    drill.scheduler()
    worker = drill.worker(SLOW="0.005", **env)
    told = 0
    for _kill in range(kills):
        told += drill.act("tell", number // kills)
        before = drill.asked(HEARD)
        wait_until(lambda before=before: drill.asked(HEARD) > before, what="the worker")
        time.sleep(0.3)
        worker.kill()
        worker.start()
    return told


def test_killing_workers_loses_nothing_and_repeats_nothing(drill, soak):
    """F01."""
    number, kills = (10_000, 10) if soak else (600, 2)
    with drill() as portal:
        told = killed_while_telling(portal, number, kills)
        took = portal.settle(seconds=600 if soak else WHOLE_AGAIN)
        print(f"whole again {took:.1f} s after the last of {kills} kills, {told} entries")
        assert (portal.asked(HEARD_ENTRIES), portal.asked(HEARD), portal.asked(NOTIFIED)) == (told, told, told)


@control
def test_acknowledging_early_would_lose_what_a_killed_worker_held(drill):
    """F01's control."""
    with drill() as portal:
        told = killed_while_telling(portal, 300, 1, CARELESS="done_when_taken")
        portal.settle(seconds=WHOLE_AGAIN)
        assert portal.asked(HEARD_ENTRIES) < told


def killed_between_commit_and_acknowledgement(drill, rounds, **env):
    held = drill.folder / "held"
    drill.scheduler()
    worker = drill.worker(HOLD=str(held), **env)
    for _round in range(rounds):
        drill.act("tell", 5)
        wait_until(held.exists, what="the moment after the commit")
        worker.kill()
        held.unlink()
        worker.start()
    worker.kill()
    held.unlink(missing_ok=True)
    drill.worker()
    drill.settle(seconds=WHOLE_AGAIN)


def test_killing_between_commit_and_acknowledgement_repeats_nothing(drill, soak):
    """F02."""
    rounds = 200 if soak else 2
    with drill() as portal:
        killed_between_commit_and_acknowledgement(portal, rounds)
        assert (portal.asked(HEARD_ENTRIES), portal.asked(HEARD)) == (rounds * 5, rounds * 5)


@control
def test_marking_in_a_transaction_of_its_own_would_repeat(drill):
    """F02's control."""
    with drill() as portal:
        killed_between_commit_and_acknowledgement(portal, 1, CARELESS="mark_later")
        assert portal.asked(HEARD) > portal.asked(HEARD_ENTRIES) == 5


def handed_out_several_times(drill, **env):
    """The same message at two workers while the first still works on it, as after a visibility timeout."""
    drill.act("tell", 40)
    workers = [drill.worker(SLOW="0.1", **env) for _n in range(1 if settings.ON_SQLITE else 2)]
    drill.act("ring", 4)
    drill.scheduler()
    drill.settle(seconds=WHOLE_AGAIN + 30)
    for worker in workers:
        worker.stop()


def test_a_task_handed_out_again_while_it_runs_has_its_effect_once(drill):
    """F03. The lease is longer than the work: a second worker finds it taken."""
    with drill(RELAY_LEASE="60", **AT_LEISURE) as portal:
        handed_out_several_times(portal)
        assert (portal.asked(HEARD_ENTRIES), portal.asked(HEARD)) == (40, 40)


def test_a_worker_slower_than_its_lease_has_its_effect_once(drill):
    """F03, when the lease is too short for the work: whoever comes too late rolls back."""
    with drill(RELAY_LEASE="1", **AT_LEISURE) as portal:
        handed_out_several_times(portal)
        assert (portal.asked(HEARD_ENTRIES), portal.asked(HEARD)) == (40, 40)


@control
def test_without_a_claim_it_would_have_its_effect_twice(drill):
    """F03's control."""
    with drill(**AT_LEISURE) as portal:
        handed_out_several_times(portal, CARELESS="no_claim")
        assert portal.asked(HEARD) > portal.asked(HEARD_ENTRIES) == 40


def test_a_task_may_not_run_longer_than_the_visibility_timeout(tmp_path):
    """F03: refused before anything starts; the control is the same setting the other way round."""
    env = environment(tmp_path, REDIS_URL="redis://127.0.0.1:1/0", VISIBILITY_TIMEOUT="60", TASK_TIME_LIMIT="60")
    refused = manage("check", env=env, check=False)
    assert (refused.returncode, "portal.E001" in refused.stderr) == (1, True)
    assert manage("check", env=env | {"TASK_TIME_LIMIT": "59"}, check=False).returncode == 0


TICKED = "SELECT count(*) FROM portal_jobslot WHERE job = 'ticked:0'"
SLOTS = "SELECT count(*) FROM portal_jobslot WHERE job = 'tick'"
SECONDS = "SELECT count(DISTINCT substr(CAST(claimed_at AS text), 1, 19)) FROM portal_jobslot WHERE job = 'ticked:0'"
SPAN = "SELECT max(slot) - min(slot) + 1 FROM portal_jobslot WHERE job = 'tick'"


def ticking_under_two_schedulers(drill, seconds, **env):
    """One of them is killed half way and comes back."""
    drill.worker(**env)
    schedulers = [drill.scheduler("one", **env), drill.scheduler("two", **env)]
    wait_until(lambda: drill.asked(TICKED) > 0, what="the first tick")
    time.sleep(seconds / 2)
    schedulers[0].kill()
    schedulers[0].start()
    time.sleep(seconds / 2)
    for scheduler in schedulers:
        scheduler.kill()
    time.sleep(2)


def test_two_schedulers_run_each_job_once_a_slot(drill, soak):
    """F10."""
    seconds = 600 if soak else 8
    with drill() as portal:
        ticking_under_two_schedulers(portal, seconds)
        assert portal.asked(TICKED) == portal.asked(SLOTS)
        assert portal.asked(SPAN) - portal.asked(SLOTS) <= max(2, seconds // 50)  # slots that a busy machine skipped


@control
def test_without_slots_two_schedulers_would_run_it_twice(drill):
    """F10's control."""
    with drill() as portal:
        ticking_under_two_schedulers(portal, 5, CARELESS="no_slot")
        assert portal.asked(TICKED) > 1.3 * portal.asked(SECONDS)
