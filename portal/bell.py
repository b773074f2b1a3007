"""Wakes whoever waits for new entries. Only a convenience: nothing is lost when it does not ring.

It rings on a thread of its own, so that no request ever waits for a broker that is slow or down, and
once for all that was written within a moment.
"""

import os
import threading
import time
from collections.abc import Callable

import structlog

logger = structlog.get_logger(__name__)

MOMENT = 0.05
ringers: list[Callable[[], object]] = []

_unheard: set[Callable[[], object]] = set()
_rung = threading.Event()
_starting = threading.Lock()
_thread: threading.Thread | None = None


def ring():
    """Called after a commit that wrote entries."""
    global _thread
    _rung.set()
    if _thread is None:
        with _starting:
            if _thread is None:
                _thread = threading.Thread(target=_keep_ringing, name="bell", daemon=True)
                _thread.start()


def _keep_ringing():
    while True:
        _rung.wait()
        _rung.clear()
        for ringer in ringers:
            _try(ringer)
        time.sleep(MOMENT)


def _try(ringer):
    """An outage is one line, not one for each entry that is written meanwhile."""
    try:
        ringer()
        _unheard.discard(ringer)
    except Exception as error:  # every transport raises its own kinds; the schedule comes by anyway
        if ringer not in _unheard:
            _unheard.add(ringer)
            logger.warning("bell_not_heard", exc_info=error)


def _forget_thread():
    """A forked process has the memory of a thread, and not the thread."""
    global _thread, _starting
    _thread, _starting = None, threading.Lock()
    _rung.clear()


os.register_at_fork(after_in_child=_forget_thread)
