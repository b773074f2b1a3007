"""What `make test`, `make quick` and `make soak` run: the suite in rounds, and at the end what could not run.

Here as on a build server; there (CI=true) nothing may be missing.
"""

import os
import subprocess
import sys
import time

from tests import programs
from tests.servers import Postgres, Redis

QUICK = "not browser and not fault and not soak and not bench"
DAILY = f"{QUICK} and not wide"
NO_TESTS = 5


class Run:
    def __init__(self):
        self.lines = []
        self.missing = []
        self.failed = False

    def round(self, name, *arguments, **env):
        """One call of pytest; its own closing lines stay the last word on it."""
        print(f"\n──── {name} " + "─" * (70 - len(name)), flush=True)
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], env=os.environ | env, check=False)
        verdict = {0: "passed", NO_TESTS: "nothing to run"}.get(done.returncode, "FAILED")
        self.failed |= verdict == "FAILED"
        self.lines.append(f"  {verdict:<15}{name} ({time.monotonic() - began:.0f} s)")

    def without(self, what, reason):
        self.missing.append(f"  {what}: {reason}")

    def close(self):
        print("\n──── In short " + "─" * 60)
        print("\n".join(self.lines))
        if self.missing:
            print("Could not run here:")
            print("\n".join(self.missing))
        return 1 if self.failed or (self.missing and os.environ.get("CI") == "true") else 0


def servers_missing():
    return programs.missing("postgres", "initdb", "redis-server")


def on_sqlite(run, *, marks=QUICK):
    run.round("SQLite", "-n", "2", "-m", marks, DATABASE_URL="", REDIS_URL="")


def on_postgres(run):
    with Postgres() as database, Redis() as redis:
        run.round("PostgreSQL and Redis", "-n", "2", "-m", QUICK, DATABASE_URL=database.url, REDIS_URL=redis.url)


def under_faults(run, *, soak=False):
    """One at a time: they measure how long recovery takes, and a neighbour would be measured too."""
    marks = "fault or soak" if soak else "fault"
    settings = {"SOAK": "1"} if soak else {}
    run.round("Faults and load, SQLite", "-m", marks, DATABASE_URL="", REDIS_URL="", **settings)
    with Postgres() as database, Redis() as redis:
        env = {"DATABASE_URL": database.url, "REDIS_URL": redis.url, **settings}
        run.round("Faults and load, PostgreSQL and Redis", "-m", marks, **env)


def in_browser(run):
    run.round("Browser", "-m", "browser", DATABASE_URL="", REDIS_URL="", CHROMIUM=programs.find("chromium"))


def test(run):
    on_sqlite(run)
    if servers_missing():
        run.without("the suite on PostgreSQL and Redis, faults and load", servers_missing())
    else:
        on_postgres(run)
        under_faults(run)
    if programs.missing("chromium"):
        run.without("the browser tests", programs.missing("chromium"))
    else:
        in_browser(run)


def quick(run):
    """What a developer repeats all day; the walks over every address are left to `make test`."""
    on_sqlite(run, marks=DAILY)


def soak(run):
    if servers_missing():
        run.without("faults and load at full length", servers_missing())
    else:
        under_faults(run, soak=True)


if __name__ == "__main__":
    this = Run()
    {"test": test, "quick": quick, "soak": soak}[sys.argv[1]](this)
    sys.exit(this.close())
