"""Clients: each a thread with one connection that it keeps, as a browser does."""

import gzip
import http.client
import threading
import time
import urllib.parse
from dataclasses import dataclass, field

SECRET = "b" * 32  # a CSRF token of ours: cookie and field must agree, nothing more


@dataclass(frozen=True)
class Timing:
    """Milliseconds of every answer, and how many came a second."""

    taken: list = field(default_factory=list)
    seconds: float = 0.0

    @property
    def p50(self):
        return self._at(0.50)

    @property
    def p95(self):
        return self._at(0.95)

    @property
    def rate(self):
        return len(self.taken) / self.seconds if self.seconds else 0.0

    def _at(self, share):
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


class Client:
    """A person's browser: one connection, their session."""

    def __init__(self, port, session=""):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Accept-Encoding": "gzip",
            "X-Forwarded-Proto": "https",
            "Cookie": f"__Host-session={session}; __Host-csrf={SECRET}",
        }

    def get(self, path):
        return self._ask("GET", path, None, self.headers)

    def post(self, path, **form):
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": SECRET, **form}, doseq=True)
        more = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"https://127.0.0.1:{self.port}",
            "HX-Request": "true",
        }
        return self._ask("POST", path, body, self.headers | more)

    def _ask(self, method, path, body, headers):
        """(milliseconds, status, body as it came over the wire, its headers)."""
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        found = answer.read()
        return (time.perf_counter() - began) * 1000, answer.status, found, answer.headers


def unpacked(body, headers):
    return gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body


def one_client(port, path, session, *, times=60, seconds=4, warm=6):
    """One client, one page after the other."""
    return side_by_side({"": (port, path, [session])}, times=times, seconds=seconds, warm=warm)[""]


def side_by_side(pages, *, times=150, seconds=16, warm=20):
    """{name: Timing} at one client of {name: (port, path, sessions)}, in turns, so that whatever else the machine
    does burdens all alike."""
    clients = {name: (Client(port, sessions[0]), path) for name, (port, path, sessions) in pages.items()}
    taken, began = {name: [] for name in pages}, time.perf_counter()
    for number in range(warm + times):
        for name, (client, path) in clients.items():
            milliseconds, *_rest = _checked(client.get(path), path)
            if number >= warm:
                taken[name].append(milliseconds)
        if number > warm + 5 and time.perf_counter() - began > seconds:
            break
    return {name: Timing(found, sum(found) / 1000) for name, found in taken.items()}


def crowds_side_by_side(pages, *, rounds=4, seconds=2.5):
    """The same at as many clients at once as there are sessions, a few seconds each in turns."""
    found = {name: Timing([], 0.0) for name in pages}
    for _n in range(rounds):
        for name, (port, path, sessions) in pages.items():
            crowd = many_clients(port, path, sessions, seconds=seconds)
            found[name] = Timing(found[name].taken + crowd.taken, found[name].seconds + crowd.seconds)
    return found


def many_clients(port, path, sessions, *, seconds):
    """As many clients at once as there are sessions, for some seconds."""
    taken, failed = [], []
    until = time.perf_counter() + seconds

    def drive(session):
        try:
            client = Client(port, session)
            while time.perf_counter() < until:
                taken.append(_checked(client.get(path), path)[0])
        except Exception as error:  # told after the others have ended
            failed.append(error)

    threads = [threading.Thread(target=drive, args=[session]) for session in sessions]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return Timing(taken, time.perf_counter() - began)


def _checked(answered, path):
    if answered[1] != 200:
        raise RuntimeError(f"{path} answered {answered[1]}")
    return answered
