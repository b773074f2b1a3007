"""The source, the hub and the application; a browser looks at all of it in tests/browser."""

import asyncio
import json

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from portal.live import app, source
from portal.live.hub import Hub, Stream
from portal.models import Entry, Notification
from tests import make

SINCE = reverse("portal:live-since")


def happen(person=None):
    return Entry.record("lead.added", make.lead(stand=False), by=person, at=timezone.now())


# -- The source -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_new_comes_once():
    happen()
    watch = source.Watch()
    entry = happen()
    news, told = watch.look()
    assert [(one.kind, one.key, one.entry) for one in news] == [("lead", entry.subject[1], entry.pk)]
    assert told == set()
    assert watch.look() == ([], set())


@pytest.mark.django_db
def test_an_entry_that_is_committed_after_its_successor_still_comes():
    watch = source.Follower(Entry, ["stream"])
    first = happen().pk
    watch.new_rows()
    late, early = Entry(pk=first + 3, stream="lead:3", verb="v", at=timezone.now()), happen_at(first + 5)
    assert [row[0] for row in watch.new_rows()] == [early.pk]
    late.save(force_insert=True)
    assert [row[0] for row in watch.new_rows()] == [late.pk]
    assert [gap[:2] for gap in watch.gaps if gap[0] > first] == [(first + 1, first + 2), (first + 4, first + 4)]


@pytest.mark.django_db
def test_a_number_that_is_never_used_is_forgotten():
    watch = source.Follower(Entry, ["stream"])
    first = happen().pk
    watch.new_rows(now=0)
    happen_at(first + 5)
    watch.new_rows(now=0)
    assert watch.gaps
    watch.new_rows(now=source.GAP_SECONDS + 1)
    assert not watch.gaps


@pytest.mark.django_db
def test_a_look_costs_two_queries_however_much_there_is(django_assert_num_queries):
    watch = source.Watch()
    for _n in range(5):
        happen()
    with django_assert_num_queries(2):
        watch.look()


@pytest.mark.django_db
def test_whoever_was_told_something_is_named():
    watch, person = source.Watch(), make.person()
    Notification.objects.create(person=person, entry=happen(), why="receiver", at=timezone.now())
    assert watch.look()[1] == {person.pk}


def happen_at(key):
    entry = Entry(pk=key, stream="lead:1", verb="lead.added", at=timezone.now())
    entry.save(force_insert=True)
    return entry


# -- Polling --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_browser_that_polls_is_told_kinds_and_keys_only(client):
    me = make.person()
    client.force_login(me)
    entry = happen(me)
    answer = client.get(SINCE, {"from": repr(entry.recorded_at.timestamp())}).json()
    event = {"type": "lead", "id": entry.subject[1], "entry": entry.pk, "mine": True}
    assert answer == {"events": [event], "after": entry.pk, "unread": 0}
    other = happen()
    again = client.get(SINCE, {"after": answer["after"]}).json()
    assert [one["entry"] for one in again["events"] if one["entry"] > entry.pk] == [other.pk]
    assert again["after"] == other.pk


@pytest.mark.django_db
def test_too_much_is_not_told_one_by_one(client, monkeypatch):
    monkeypatch.setattr(source, "MANY", 2)
    client.force_login(make.person())
    at = timezone.now().timestamp()
    entries = [happen() for _n in range(3)]
    answer = client.get(SINCE, {"from": str(at)}).json()
    assert answer["events"] == [{"type": "many", "entry": entries[-1].pk}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=9" * 30, "from=1e400", "from=nan", "from=-1e12", "after=%E2%91%A0", ""]
)
def test_a_position_that_makes_no_sense_is_the_present(client, query):
    client.force_login(make.person())
    assert client.get(f"{SINCE}?{query}").json()["events"] == []


@pytest.mark.django_db
def test_where_no_stream_is_served_the_browser_is_sent_to_poll(client):
    client.force_login(make.person())
    assert client.get(reverse("portal:live")).status_code == 204


@pytest.mark.django_db
@pytest.mark.parametrize("url", [SINCE, reverse("portal:live")])
def test_both_need_somebody_signed_in(client, url):
    assert client.get(url).status_code == 302


# -- The stream -----------------------------------------------------------------------------------

pytest_stream = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hub(monkeypatch):
    hub = Hub()
    monkeypatch.setattr(app, "hub", hub)
    monkeypatch.setattr(app, "HEARTBEAT", 0.2)
    yield hub
    hub._database.submit(lambda: connection.close()).result()
    hub._database.shutdown()


class Browser(ApplicationCommunicator):
    """An EventSource: what it was sent, event by event."""

    def __init__(self, client, query="", headers=()):
        cookie = (
            client.cookies[settings.SESSION_COOKIE_NAME].value if settings.SESSION_COOKIE_NAME in client.cookies else ""
        )
        super().__init__(
            app.application,
            {
                "type": "http",
                "method": "GET",
                "path": "/live/",
                "query_string": query.encode(),
                "headers": [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()), *headers],
            },
        )

        self.events = []

    async def open(self):
        await self.send_input({"type": "http.request", "body": b""})
        started = await self.receive_output(5)
        return started["status"], dict(started["headers"])

    async def event(self):
        """The next event; None when the stream has ended."""
        while not self.events:
            piece = await self.receive_output(5)
            lines = piece["body"].decode().splitlines()
            self.events += [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
            if not piece.get("more_body"):
                return None
        return self.events.pop(0)


def in_thread(function, *arguments):
    def run():
        try:
            return function(*arguments)
        finally:
            connection.close()

    return asyncio.to_thread(run)


@pytest_stream
def test_a_change_reaches_an_open_stream_within_two_seconds(client, hub):
    client.force_login(make.person())

    async def story():
        browser = Browser(client, f"from={timezone.now().timestamp()}")
        status, headers = await browser.open()
        assert (status, headers[b"x-accel-buffering"]) == (200, b"no")
        entry = await in_thread(happen)
        event = await asyncio.wait_for(browser.event(), 2)
        assert event == {"type": "lead", "id": entry.subject[1], "entry": entry.pk, "mine": False}
        await browser.send_input({"type": "http.disconnect"})
        await browser.wait(2)
        assert not hub.streams

    asyncio.run(story())


@pytest_stream
def test_whoever_comes_back_is_told_what_was_missed(client, hub):
    client.force_login(make.person())
    seen, missed = happen(), happen()

    async def story():
        browser = Browser(client, headers=[(b"last-event-id", str(seen.pk).encode())])
        await browser.open()
        events = []
        while {"type": "bell"} not in events:
            events.append(await browser.event())
        assert {"type": "lead", "id": missed.subject[1], "entry": missed.pk, "mine": False} in events
        await browser.send_input({"type": "http.disconnect"})
        await browser.wait(2)

    asyncio.run(story())


@pytest_stream
def test_nobody_listens_without_signing_in(client, hub):
    async def story():
        assert (await Browser(client).open())[0] == 403

    asyncio.run(story())


@pytest_stream
@pytest.mark.parametrize("how", ["disabled", "signed out"])
def test_the_stream_of_somebody_who_may_no_longer_listen_ends(client, hub, how):
    person = make.person()
    client.force_login(person)

    def shut_out():
        if how == "disabled":
            type(person).objects.filter(pk=person.pk).update(is_active=False)
        else:
            client.logout()

    async def story():
        browser = Browser(client)
        assert (await browser.open())[0] == 200
        await in_thread(shut_out)
        assert await asyncio.wait_for(browser.event(), 3) is None

    asyncio.run(story())


@pytest_stream
def test_the_streams_end_with_the_process(client, hub):
    client.force_login(make.person())

    async def story():
        browser = Browser(client)
        await browser.open()
        hub.close()
        assert await asyncio.wait_for(browser.event(), 1) is None
        assert (await Browser(client).open())[0] == 503

    asyncio.run(story())


@pytest_stream
def test_a_change_is_told_at_once_when_the_bell_rings(client, hub, monkeypatch):
    monkeypatch.setattr("portal.live.hub.INTERVAL", 60)
    client.force_login(make.person())

    async def story():
        browser = Browser(client)
        await browser.open()
        entry = await in_thread(happen)
        hub.wake()
        assert (await asyncio.wait_for(browser.event(), 2))["entry"] == entry.pk
        await browser.send_input({"type": "http.disconnect"})
        await browser.wait(2)

    asyncio.run(story())


def test_a_browser_that_is_too_slow_is_told_to_look_at_everything(monkeypatch):
    monkeypatch.setattr("portal.live.hub.LONGEST_QUEUE", 2)

    async def story():
        stream = Stream(1)
        for n in range(3):
            stream.put({"type": "lead", "id": n})
        assert [stream.queue.get_nowait() for _n in range(stream.queue.qsize())] == [{"type": "many"}]

    asyncio.run(story())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_order_of_commits_does_not_matter():
    """Two real transactions: the one that took its key first commits last."""
    import threading

    watch = source.Follower(Entry, ["stream"])
    taken, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            happen()
            taken.set()
            go.wait(5)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    taken.wait(5)
    quick = happen()
    assert [row[0] for row in watch.new_rows()] == [quick.pk]
    go.set()
    thread.join()
    assert [row[0] for row in watch.new_rows()] == [quick.pk - 1]
