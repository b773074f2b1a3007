"""The broker, the database or the live process goes away and comes back: F05, F06, O05."""

import sys
import threading
import time

import httpx
import pytest
from django.conf import settings

from tests.faults.drill import HEARD, HEARD_ENTRIES
from tests.servers import Server, free_port, wait_until, web

pytestmark = pytest.mark.fault
needs_servers = pytest.mark.skipif(settings.ON_SQLITE, reason="needs PostgreSQL and Redis")


def browser(portal, address):
    """Somebody who is signed in."""
    cookies = {settings.SESSION_COOKIE_NAME: portal.known["session"], "csrftoken": "t" * 32}
    return httpx.Client(base_url=address, cookies=cookies, headers={"X-CSRFToken": "t" * 32}, timeout=30)


# -- F05: Redis --------------------------------------------------------------------------------------


@needs_servers
def test_without_redis_pages_work_and_nothing_is_lost(drill, ground, soak):
    outage, told = (60, 10_000) if soak else (3, 300)
    with drill() as portal, web(portal.env) as pages, browser(portal, pages.url) as person:
        portal.worker()
        portal.scheduler()
        assert person.get("/notifications/").status_code == 200
        ground.redis.kill()
        portal.act("tell", told)
        end = time.monotonic() + outage
        while time.monotonic() < end:
            answers = {person.get(path).status_code for path in ["/", "/notifications/", "/account/"]}
            assert answers == {200}
        assert person.get("/readyz").status_code == 503
        ground.redis.start()
        took = portal.settle(seconds=120)
        print(f"{told} entries heard {took:.1f} s after Redis was back")
        assert (portal.asked(HEARD_ENTRIES), portal.asked(HEARD)) == (told, told)


@needs_servers
def test_a_flushed_redis_loses_nothing(drill, ground):
    import redis

    with drill() as portal:
        portal.act("tell", 300)
        redis.Redis.from_url(ground.redis.url).flushall()
        portal.worker()
        portal.scheduler()
        portal.settle(seconds=120)
        assert (portal.asked(HEARD_ENTRIES), portal.asked(HEARD)) == (300, 300)


@needs_servers
def test_a_queue_in_redis_alone_would_lose_everything(drill, ground):
    """The control."""
    import redis

    with drill() as portal:
        portal.act("tell_broker", 100)
        redis.Redis.from_url(ground.redis.url).flushall()
        portal.worker()
        time.sleep(5)
        assert portal.asked("SELECT count(*) FROM portal_jobslot WHERE job LIKE 'told:%'") < 100


# -- F06: PostgreSQL ----------------------------------------------------------------------------------


class Writer(threading.Thread):
    """Writes notes one after the other and keeps a ledger: what was sent, and what was answered."""

    def __init__(self, portal, address, name):
        super().__init__()
        self.client = browser(portal, address)
        self.url = f"/leads/{portal.known['lead']}/notes/"
        self.prefix = name
        self.ledger = []
        self.told_to_stop = threading.Event()

    def run(self):
        number = 0
        while not self.told_to_stop.is_set():
            number += 1
            text = f"{self.prefix}-{number}"
            answer = self.client.post(self.url, data={"text": text})
            self.ledger.append((text, answer.status_code, time.monotonic()))
            time.sleep(0.02)


@needs_servers
@pytest.mark.postgres
def test_while_the_database_is_away_every_answer_is_503_and_what_was_acknowledged_is_there(drill, ground, soak):
    away = 20 if soak else 4
    with drill() as portal, web(portal.env) as pages:
        writers = [Writer(portal, pages.url, name) for name in "ab"]
        for writer in writers:
            writer.start()
        wait_until(lambda: all(len(writer.ledger) > 5 for writer in writers), what="the first writes")
        ground.postgres.stop()
        time.sleep(away)
        ground.postgres.start()
        back = time.monotonic()
        time.sleep(8)
        for writer in writers:
            writer.told_to_stop.set()
            writer.join()
        ledger = [line for writer in writers for line in writer.ledger]
        acknowledged = {text for text, status, _at in ledger if status < 400}
        failed = {status for _text, status, _at in ledger if status >= 400}
        first = min(at for _text, status, at in ledger if status < 400 and at > back) - back
        print(f"{len(ledger)} writes, {len(ledger) - len(acknowledged)} of them 503; back after {first:.1f} s")
        assert failed == {503}
        assert first <= 5
        assert pages.is_running
        notes = portal.asked("SELECT string_agg(text, ' ') FROM leads_note").split()
        assert acknowledged <= set(notes)
        assert len(notes) == len(set(notes))


# -- The live process ---------------------------------------------------------------------------------


def live(env, *, worker="portal.live.worker.Worker"):
    port = free_port()
    gunicorn = f"-m gunicorn portal.live.asgi:application -k {worker} --bind 127.0.0.1:{port} --graceful-timeout 5 --no-control-socket"
    return Server([sys.executable, *gunicorn.split()], env=env, port=port)


def stopping_with_open_streams(portal, **given):
    """(seconds it took, how the streams ended)."""
    with live(portal.env, **given) as server, browser(portal, server.url) as person:
        opened, ended = threading.Semaphore(0), []

        def listen():
            try:
                with person.stream("GET", "/live/") as stream:
                    opened.release()
                    for _piece in stream.iter_raw():
                        pass
                ended.append("in order")
            except httpx.HTTPError:
                ended.append("cut")

        listeners = [threading.Thread(target=listen) for _n in range(5)]
        for listener in listeners:
            listener.start()
        for _listener in listeners:
            assert opened.acquire(timeout=20)
        time.sleep(1)
        began = time.monotonic()
        server.stop(seconds=60)
        took = time.monotonic() - began
        for listener in listeners:
            listener.join(5)
        return took, ended


def test_the_live_process_ends_within_three_seconds_whoever_listens(drill):
    with drill() as portal:
        took, ended = stopping_with_open_streams(portal)
        print(f"ended in {took:.1f} s")
        assert took <= 3
        assert ended == ["in order"] * 5


def test_a_server_that_waits_for_its_streams_would_not(drill):
    """The control: the stock worker waits for the whole time of grace."""
    with drill() as portal:
        took, _ended = stopping_with_open_streams(portal, worker="asgi")
        assert took > 3


def test_a_change_is_heard_while_the_pages_come_from_another_process(drill):
    """As in production: pages and live updates apart, with or without Redis between them."""
    with drill() as portal, live(portal.env) as server, browser(portal, server.url) as person:
        heard = threading.Event()

        def listen():
            with person.stream("GET", f"/live/?from={time.time()}") as stream:
                for line in stream.iter_lines():
                    if '"type": "lead"' in line:
                        heard.at = time.monotonic()
                        heard.set()
                        return

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        time.sleep(2)
        portal.act("tell", 1)
        written = time.monotonic()
        assert heard.wait(5)
        print(f"heard {heard.at - written:.2f} s after the writing process had ended")
        assert heard.at - written <= 2
