import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.servers import ROOT, Server, environment, free_port, wait_until

pytestmark = [pytest.mark.fault, pytest.mark.once]


def portal(folder, port):
    return Server([sys.executable, "manage.py", "up", "--port", str(port)], env=environment(folder), port=port)


def refused(folder, *arguments, **settings):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr.splitlines()


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid):
    return [found for child in children_of(pid) for found in [child, *descendants(child)]]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def beats(server):
    return httpx.get(f"{server.url}/readyz", timeout=10).json()["ready"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_command_starts_everything_and_one_signal_ends_it(tmp_path, number):
    with portal(tmp_path, free_port()) as launcher:
        wait_until(lambda: len(children_of(launcher.process.pid)) == 3)
        if number == signal.SIGTERM:
            wait_until(lambda: beats(launcher), what="the first heartbeat")
        everyone = descendants(launcher.process.pid)
        launcher.end_signal = number
        assert launcher.stop() == 0
        assert [pid for pid in everyone if is_alive(pid)] == []


def test_children_do_not_outlive_a_killed_launcher(tmp_path):
    with portal(tmp_path, free_port()) as launcher:
        everyone = descendants(launcher.process.pid)
        os.kill(launcher.process.pid, signal.SIGKILL)
        wait_until(lambda: not any(is_alive(pid) for pid in everyone), what="the end of every child")


def test_a_killed_child_is_started_again(tmp_path):
    with portal(tmp_path, free_port()) as launcher:
        wait_until(lambda: len(children_of(launcher.process.pid)) == 3)
        web = children_of(launcher.process.pid)[0]
        os.killpg(web, signal.SIGKILL)
        wait_until(lambda: web not in children_of(launcher.process.pid), what="another web process")
        wait_until(launcher.answers, what="the pages")
        assert launcher.stop() == 0


def test_a_taken_port_is_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, lines = refused(tmp_path, "up", "--port", str(taken.getsockname()[1]))
    assert (status, len(lines)) == (2, 1)
    assert "is taken" in lines[0]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    status, lines = refused(tmp_path / "file" / "var", "up", "--port", str(free_port()))
    assert (status, len(lines)) == (2, 1)
    assert "cannot be written to" in lines[0]


def test_production_names_everything_it_lacks_in_one_line(tmp_path):
    status, lines = refused(tmp_path, "check", TASUKI_MODE="production", SECRET_KEY="", ALLOWED_HOSTS="x.example")
    assert (status, len(lines)) == (2, 1)
    assert lines[0].startswith("Production needs SECRET_KEY, DATABASE_URL, REDIS_URL, EMAIL_URL ")


def test_a_task_that_outlives_its_message_is_refused_at_the_start(tmp_path):
    status, lines = refused(tmp_path, "check", REDIS_URL="redis://127.0.0.1:1/0", VISIBILITY_TIMEOUT="1500")
    assert status == 1
    assert any("portal.E001" in line for line in lines)


def test_the_embedded_secret_is_its_owners_alone_and_stays(tmp_path):
    assert refused(tmp_path, "check", SECRET_KEY="") == (0, [])
    path = tmp_path / "secret_key"
    secret = path.read_text()
    assert (path.stat().st_mode & 0o777, len(secret)) == (0o600, 80)
    assert refused(tmp_path, "check", SECRET_KEY="") == (0, [])
    assert path.read_text() == secret
