import os
import signal
import time

DRAIN_SECONDS = 30
TICK = 0.2


class Supervisor:
    """Keeps its children running until it is told to stop; then lets them finish what they hold.

    A first signal asks, a second one insists.
    """

    def __init__(self, children, *, parent=None):
        self.children = children
        self.parent = parent
        self.signals = 0

    def run(self, *, when_started):
        """Returns the exit status: 0 when told to stop, 1 when a child cannot be kept running."""
        for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
            signal.signal(number, self._on_signal)
        for child in self.children:
            child.start()
        try:
            started = False
            while not self._told_to_stop():
                if not self._all_running():
                    return 1
                if not started:
                    started = when_started()
                time.sleep(TICK)
            return 0
        finally:
            self._end()

    def _on_signal(self, *_):
        self.signals += 1

    def _told_to_stop(self):
        return self.signals > 0 or (self.parent is not None and os.getppid() != self.parent)

    def _all_running(self):
        for child in self.children:
            if not child.is_running:
                if child.keeps_falling:
                    return False
                child.start()
        return True

    def _end(self):
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + DRAIN_SECONDS
        asked = self.signals
        while any(child.is_running for child in self.children):
            if time.monotonic() > deadline or self.signals > max(asked, 1):
                break
            time.sleep(TICK)
        for child in self.children:
            child.end_now()
