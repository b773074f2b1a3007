"""Server-sent events at /live/: a small ASGI application, inside the portal's or a process of its own."""

import asyncio
import contextlib
import json
import time

from django.http import QueryDict

from portal.live import listener
from portal.live.hub import END, Stream, hub
from portal.views.live import position

PATH = "/live/"
HEARTBEAT = 15.0  # a proxy closes what is silent for a minute
RETRY = 2_000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def application(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError(scope["type"])  # a server that asks for a lifespan goes on without one
    headers = dict(scope["headers"])
    cookies = headers.get(b"cookie", b"").decode("latin-1")
    person = await hub.ask(listener.person_of, cookies) if _is_asked_for(scope) else None
    if person is None or hub.is_closing:
        await _answer(send, 404 if scope["path"] != PATH else 503 if hub.is_closing else 403)
        return
    query = QueryDict(scope["query_string"], mutable=True)
    if last := headers.get(b"last-event-id", b"").decode("latin-1"):
        query["after"] = last
    stream = Stream(person)
    try:
        await hub.join(stream)
        for event in await hub.ask(listener.missed, person, *position(query)):
            stream.put(event)
        await _until_either_ends(_write(stream, cookies, send), _gone(receive))
    finally:
        hub.leave(stream)


def _is_asked_for(scope):
    return scope["path"] == PATH and scope["method"] == "GET"


async def _answer(send, status):
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _until_either_ends(*coroutines):
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _gone(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(stream, cookies, send):
    """Until the process ends, or the person may no longer listen."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await _send(send, f"retry: {RETRY}\n\n")
    checked = time.monotonic()
    while END not in (events := await _next(stream)):
        if time.monotonic() - checked >= HEARTBEAT:
            checked = time.monotonic()
            if await hub.ask(listener.person_of, cookies) != stream.person:
                break
        await _send(send, "".join(map(_written, events)) or ":\n\n")
    await send({"type": "http.response.body", "body": b""})


async def _next(stream):
    """Everything that waits; after a while of nothing, nothing."""
    events = []
    with contextlib.suppress(TimeoutError):
        events.append(await asyncio.wait_for(stream.queue.get(), HEARTBEAT))
    while not stream.queue.empty():
        events.append(stream.queue.get_nowait())
    return events


def _written(event):
    key = f"id: {event['entry']}\n" if "entry" in event else ""
    return f"{key}data: {json.dumps(event)}\n\n"


async def _send(send, text):
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
