"""The connections of one process, and the one poller that serves them all."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.conf import settings
from django.db import connection

from portal.live import ring, source

logger = structlog.get_logger(__name__)

# A ring comes first where there is one; the interval is for what a ring did not reach.
INTERVAL = 1.0 if settings.REDIS_URL else 0.5
AFTER_TROUBLE = 2.0
LONGEST_QUEUE = 500
END = object()


class Stream:
    """One browser's connection: what it is still to be sent."""

    def __init__(self, person):
        self.person = person
        self.queue: asyncio.Queue = asyncio.Queue()

    def put(self, event):
        """A browser too slow for its queue is told to look at everything again."""
        if self.queue.qsize() >= LONGEST_QUEUE:
            while not self.queue.empty():
                self.queue.get_nowait()
            event = {"type": "many"}
        self.queue.put_nowait(event)

    def end(self):
        self.queue.put_nowait(END)


class Hub:
    def __init__(self):
        self.streams: set[Stream] = set()
        self.is_closing = False
        self._loop = None
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task] = []
        # All questions to the database go through one thread with one connection, never through the loop.
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")

    async def ask(self, function, *arguments):
        """Run a function that uses the database; its connection is renewed after trouble."""
        return await asyncio.get_running_loop().run_in_executor(self._database, _with_connection, function, arguments)

    async def join(self, stream):
        self._loop = asyncio.get_running_loop()
        self.streams.add(stream)
        if not any(not task.done() for task in self._tasks):
            watch = await self.ask(source.Watch)
            self._tasks = [asyncio.create_task(self._follow(watch))]
            if settings.REDIS_URL:
                self._tasks.append(asyncio.create_task(ring.listen(self._woken.set)))

    def leave(self, stream):
        self.streams.discard(stream)
        if not self.streams:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    def wake(self):
        """From any thread: there may be news."""
        if self._loop is not None and self.streams:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._woken.set)

    def close(self):
        """The process is about to end: so do the streams, and browsers go to another process."""
        self.is_closing = True
        for stream in self.streams:
            stream.end()

    async def _follow(self, watch):
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), INTERVAL)
            self._woken.clear()
            try:
                self._tell(*await self.ask(watch.look))
            except Exception as error:  # the database is away: positions are kept, nothing is missed
                logger.warning("live_source_unreachable", exc_info=error)
                await asyncio.sleep(AFTER_TROUBLE)

    def _tell(self, news, told):
        for stream in self.streams:
            for event in source.told(news, stream.person):
                stream.put(event)
            if stream.person in told:
                stream.put({"type": "bell"})


def _with_connection(function, arguments):
    try:
        return function(*arguments)
    except Exception:
        connection.close()
        raise


hub = Hub()
