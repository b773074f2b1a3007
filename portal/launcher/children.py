import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
TOO_SOON = 20
TRIES = 3
# What the embedded way of running has no cure for: a container's root, and files served by an ASGI process.
SILENT = "ignore:You're running the worker,ignore:StreamingHttpResponse must consume"


class Child:
    """A program in a session of its own, started again when it falls over."""

    def __init__(self, name, arguments):
        self.name = name
        self.arguments = arguments
        self.starts = []

    def start(self):
        self.starts.append(time.monotonic())
        parent = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            stdin=subprocess.DEVNULL,
            env=os.environ | {"PYTHONWARNINGS": SILENT},
            start_new_session=True,
            preexec_fn=lambda: end_with(parent),
        )

    @property
    def is_running(self):
        return self.process.poll() is None

    @property
    def keeps_falling(self):
        recent = [start for start in self.starts if time.monotonic() - start < TOO_SOON * TRIES]
        return len(recent) >= TRIES

    def ask_to_end(self):
        if self.is_running:
            self.process.terminate()

    def end_now(self):
        """Whatever is left of its session: the program itself may be gone and its children not."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_with(parent):
    """Linux tells a child when its parent dies, even of kill -9; elsewhere the child outlives such a death."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
