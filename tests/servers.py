"""Throw-away servers for tests that take servers down; every one may be killed at any moment.

    with Postgres() as database, Redis() as redis:
        env = environment(tmp_path, DATABASE_URL=database.url, REDIS_URL=redis.url)
        manage("migrate", env=env)
        with web(env) as portal, worker(env) as crew, scheduler(env):
            httpx.get(f"{portal.url}/healthz")
            crew.kill()
            crew.start()

Each runs in a session of its own, so that kill() takes its children with it, and ends with the tests even
if those are killed. They can be used as root: PostgreSQL, which refuses root, then runs as another user.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from portal.launcher.children import end_with
from tests import programs

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30


def free_port():
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return attempt.getsockname()[1]


def wait_until(is_true, *, seconds=PATIENCE, what="a server"):
    """Returns how many seconds it took; fails the test when it takes too long."""
    began = time.monotonic()
    while not is_true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - began


class Server:
    """A program that listens (or works) until it is stopped; start() again after stop() or kill()."""

    end_signal = signal.SIGTERM
    user = None

    def __init__(self, arguments, *, env=None, port=None, log=None):
        self.arguments = arguments
        self.env = env
        self.port = port
        self.log = log
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        parent = os.getpid()
        with open(self.log or os.devnull, "ab") as log:
            self.process = subprocess.Popen(
                self.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=lambda: end_with(parent),
                **(
                    {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}
                    if self.user
                    else {}
                ),
            )
        if self.port:
            wait_until(self.answers, what=Path(self.arguments[0]).name)

    def answers(self):
        if not self.is_running:
            raise RuntimeError(f"{self.arguments} ended with {self.process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self, *, seconds=PATIENCE):
        """Asks it to end and returns its exit status."""
        self.process.send_signal(self.end_signal)
        return self.process.wait(seconds)

    def kill(self):
        """kill -9 of the whole session, as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Redis(Server):
    """Writes to disk each second, as production does; kill() and start() keep all but the last second."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tasuki-redis-")
        port = free_port()
        options = f"--bind 127.0.0.1 --port {port} --dir {self.folder} --appendonly yes --save"
        super().__init__([programs.find("redis-server"), *options.split(), ""], port=port)

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Server):
    """A cluster of its own. `durable` writes through to the disk, which a test of power cuts needs."""

    end_signal = signal.SIGINT

    def __init__(self, *, durable=False):
        self.user = _ordinary_user()
        self.folder = tempfile.mkdtemp(prefix="tasuki-postgres-")
        if self.user:
            shutil.chown(self.folder, self.user)
        port = free_port()
        options = [f"-cport={port}", "-clisten_addresses=127.0.0.1", f"-cunix_socket_directories={self.folder}"]
        if not durable:
            options += ["-cfsync=off", "-csynchronous_commit=off", "-cfull_page_writes=off"]
        super().__init__([programs.find("postgres"), "-D", f"{self.folder}/data", *options], port=port)

    @property
    def url(self):
        return f"postgres://tasuki@127.0.0.1:{self.port}/tasuki"

    def __enter__(self):
        self._run(
            "initdb", "-D", f"{self.folder}/data", "-U", "tasuki", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tasuki", "tasuki")
        return self

    def copy(self, name):
        """The address of a copy of the database, to which nobody may be connected."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tasuki", "-T", "tasuki", name)
        return f"postgres://tasuki@127.0.0.1:{self.port}/{name}"

    def answers(self):
        """The port opens before the database takes connections, after a kill long before."""
        asked = [programs.find("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *arguments):
        subprocess.run(
            [programs.find(program), *arguments],
            user=self.user,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )


def _ordinary_user():
    """PostgreSQL refuses to run as root; somebody else is at hand on every system."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def environment(folder, **settings):
    """The environment for the portal's own programs: a folder of its own and nothing of the tests' settings."""
    inherited = {"PATH", "HOME", "LANG", "TMPDIR"}
    return {
        **{name: value for name, value in os.environ.items() if name in inherited},
        "TASUKI_MODE": "embedded",
        "TASUKI_VAR": str(folder),
        "SECRET_KEY": "only-for-tests" * 5,
        "PYTHONWARNINGS": "ignore:You're running the worker",
        **settings,
    }


def manage(*arguments, env, check=True):
    """manage.py, run to its end; `check=False` where the test is about a refusal."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def web(env, *, workers=2, port=None, log=None):
    """The pages, served as in production."""
    port = port or free_port()
    gunicorn = f"-m gunicorn portal.wsgi --threads 4 --workers {workers} --bind 127.0.0.1:{port} --no-control-socket"
    return Server([sys.executable, *gunicorn.split()], env=env, port=port, log=log)


def worker(env, *, processes=2, log=None):
    """The worker; without Redis it uses threads, as the embedded portal does."""
    kind = "prefork" if env.get("REDIS_URL") else "threads"
    celery = f"-m celery -q -A portal worker -P {kind} -c {processes} --without-gossip --without-mingle -l WARNING"
    return Server([sys.executable, *celery.split()], env=env, log=log)


def scheduler(env, *, log=None, schedule=None):
    """A scheduler; a second one beside it needs a `schedule` file of its own, as a second machine would have."""
    celery = f"-m celery -q -A portal beat -l WARNING --pidfile= {f'-s {schedule}' if schedule else ''}"
    return Server([sys.executable, *celery.split()], env=env, log=log)
