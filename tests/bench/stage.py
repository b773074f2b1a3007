"""Where it is played: PostgreSQL and Redis of its own, the demo company, and gunicorn as in production."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT, Server, environment, free_port, manage

ACTIVITIES = 5
TOLD = 100_000  # leads whose lives are told one by one; a bigger company is as many copies of them
CARDS = 60  # a page of a column has 40


def settings(folder, database, redis):
    """The environment of production, on loopback; TLS is said to end in front, as it does there."""
    return environment(
        folder,
        TASUKI_MODE="production",
        DATABASE_URL=database.url,
        REDIS_URL=redis.url,
        ALLOWED_HOSTS="127.0.0.1",
        EMAIL_URL="smtp://127.0.0.1:25",
        STATIC_ROOT=str(Path(folder) / "static"),
        FILES_DIR=str(Path(folder) / "files"),
        DATABASE_STATEMENT_TIMEOUT="0",
    )


def prepare(env):
    manage("migrate", "--no-input", env=env)
    manage("collectstatic", "--no-input", "-v", "0", env=env)


def fill(env, leads):
    """So many leads, five activities each, a full first page in every open column, and their search documents."""
    factor = max(1, leads // TOLD)
    manage("demo", "--leads", str(leads // factor), env=env)
    inside(env, "top_up", ACTIVITIES)
    inside(env, "fill_board", CARDS)
    manage("reindex_search", env=env)
    if factor > 1:
        run(env, "tests.bench.multiplying", factor)
    return inside(env, "settle")


def inside(env, job, *arguments):
    """What tests/bench/inside.py found out, in a process of its own with the portal's settings."""
    return run(env, "tests.bench.inside", job, *arguments)


def run(env, module, *arguments):
    """The JSON that a module of ours prints last."""
    asked = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(asked, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {arguments}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def gunicorn(env, *, serves="portal", log=None):
    """Two worker processes with four threads each: the portal by deploy/gunicorn.conf.py, the bare view likewise."""
    port = free_port()
    config = "--config deploy/gunicorn.conf.py"
    if serves == "bare":
        config = "--worker-class gthread --workers 2 --threads 4 --preload --keep-alive 15 --no-control-socket"
    arguments = [sys.executable, "-m", "gunicorn", "tests.bench.served:application", *config.split()]
    served = {"BIND": f"127.0.0.1:{port}", "BENCH_SERVES": serves, "MALLOC_ARENA_MAX": "2"}
    server = Server([*arguments, "--bind", served["BIND"]], env=env | served, port=port, log=log)
    with server:
        yield server


def memory(server):
    """Megabytes (PSS: shared pages are shared out among those that map them) of the workers, and of their parent."""
    found = {"workers": 0.0, "parent": 0.0}
    for process in _processes(server):
        with contextlib.suppress(OSError):
            size = int((process / "smaps_rollup").read_text().split("\nPss:")[1].split()[0]) / 1024
            found["parent" if int(process.name) == server.process.pid else "workers"] += size
    return found


def cpu(server):
    """Milliseconds that gunicorn's processes have spent so far; a busy machine does not make them more by much."""
    spent = 0
    for process in _processes(server):
        with contextlib.suppress(OSError):
            user, system = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
            spent += int(user) + int(system)
    return spent * 1000 / os.sysconf("SC_CLK_TCK")


def _processes(server):
    group = os.getpgid(server.process.pid)
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and os.getpgid(int(entry.name)) == group:
                yield entry
