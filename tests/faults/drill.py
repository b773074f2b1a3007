"""A portal of its own to be taken down: its servers, and what its database holds afterwards."""

import contextlib
import json
import sqlite3
import subprocess
import sys

import psycopg
from django.conf import settings

from tests.servers import ROOT, Postgres, Redis, Server, environment, manage, wait_until

HEARD = "SELECT count(*) FROM portal_jobslot WHERE job LIKE 'heard:%'"
HEARD_ENTRIES = "SELECT count(DISTINCT job) FROM portal_jobslot WHERE job LIKE 'heard:%'"
NOTIFIED = "SELECT count(*) FROM portal_notification"
WAITING = "SELECT count(*) FROM portal_delivery WHERE done_at IS NULL"


def act(what, *numbers, env):
    """What people do meanwhile (tests.faults.acts), in a process of its own; its answer."""
    arguments = [sys.executable, "-m", "tests.faults.acts", what, *map(str, numbers)]
    done = subprocess.run(arguments, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


class Ground:
    """What every drill starts from, prepared once: a migrated database with a few people in it."""

    def __init__(self, folder):
        self.folder = folder
        self.stack = contextlib.ExitStack()
        self.postgres = self.redis = None
        self.drills = 0

    def __enter__(self):
        env = environment(self.folder)
        if not settings.ON_SQLITE:
            self.postgres, self.redis = self.stack.enter_context(Postgres()), self.stack.enter_context(Redis())
            env |= {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
        manage("migrate", env=env)
        self.known = act("people", env=env)
        return self

    def __exit__(self, *_):
        self.stack.close()

    def copy_to(self, folder):
        """A database like it, for one drill; its settings."""
        self.drills += 1
        if self.postgres is None:
            for name in ["queue", "queue-control"]:
                (folder / name).mkdir()
            with contextlib.closing(sqlite3.connect(self.folder / "tasuki.sqlite3")) as source:
                with contextlib.closing(sqlite3.connect(folder / "tasuki.sqlite3")) as target:
                    source.backup(target)
            return {}
        server, broker = self.postgres.url.rpartition("/")[0], self.redis.url.rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE drill{self.drills} TEMPLATE tasuki")
        return {"DATABASE_URL": f"{server}/drill{self.drills}", "REDIS_URL": f"{broker}/{self.drills % 16}"}


class Drill:
    """On SQLite with the embedded queue, or on PostgreSQL with Redis: whichever the suite is run on."""

    def __init__(self, ground, folder, **env):
        self.ground, self.folder = ground, folder
        self.stack = contextlib.ExitStack()
        short = {"VISIBILITY_TIMEOUT": "10", "TASK_TIME_LIMIT": "8", "RELAY_LEASE": "3"}
        self.env = environment(folder, **{**short, **ground.copy_to(folder), **env})
        self.known = ground.known

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()

    def act(self, what, *numbers):
        return act(what, *numbers, env=self.env)

    def worker(self, **env):
        kind = "threads" if settings.ON_SQLITE else "prefork"
        return self._celery(f"worker -P {kind} -c 2 --without-gossip --without-mingle", env)

    def scheduler(self, name="beat", **env):
        return self._celery(f"beat --pidfile= -s {self.folder / name}", env)

    def _celery(self, arguments, env):
        celery = f"-m celery -q -A tests.faults.app {arguments} -l WARNING"
        server = Server([sys.executable, *celery.split()], env=self.env | env, log=self.folder / "log")
        return self.stack.enter_context(server)

    def asked(self, question):
        """The single number that answers it."""
        if settings.ON_SQLITE:
            with contextlib.closing(sqlite3.connect(self.folder / "tasuki.sqlite3", timeout=20)) as connection:
                return connection.execute(question).fetchone()[0]
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            return connection.execute(question).fetchone()[0]

    def settle(self, *, seconds):
        """Until nothing waits; returns how long that took."""
        return wait_until(lambda: self.asked(WAITING) == 0, seconds=seconds, what="an empty queue")
