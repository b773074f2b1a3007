import threading

import pytest

from portal import bell


@pytest.fixture
def ringers(monkeypatch):
    ringers = []
    monkeypatch.setattr(bell, "ringers", ringers)
    return ringers


def test_whoever_waits_is_woken_on_another_thread(ringers):
    woken, threads = threading.Event(), []
    ringers.append(lambda: (threads.append(threading.current_thread()), woken.set()))
    bell.ring()
    assert woken.wait(2)
    assert threads[0] is not threading.current_thread()


def test_what_comes_within_a_moment_rings_once(ringers, monkeypatch):
    monkeypatch.setattr(bell, "MOMENT", 0.3)
    rung, first, last = [], threading.Event(), threading.Event()

    def ringer():
        rung.append(1)
        (last if first.is_set() else first).set()

    ringers.append(ringer)
    bell.ring()
    assert first.wait(2)
    for _n in range(100):
        bell.ring()
    assert last.wait(2)
    assert len(rung) == 2


def test_a_ringer_that_fails_keeps_nobody_else_from_being_woken(ringers):
    woken = threading.Event()

    def broken():
        raise OSError("the broker is down")

    ringers += [broken, woken.set]
    bell.ring()
    assert woken.wait(2)


def test_ringing_waits_for_nobody(ringers):
    """A broker that does not answer must not keep a page waiting."""
    held, release = threading.Event(), threading.Event()
    ringers.append(lambda: (held.set(), release.wait(5)))
    bell.ring()
    assert held.wait(2)
    bell.ring()  # returns although the first ring is still held
    release.set()
