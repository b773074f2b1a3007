"""One size after the other: what each costs, as rows of the table."""

import tempfile
from dataclasses import dataclass, field

from tests.bench import driving, stage
from tests.bench.driving import Client, Timing
from tests.servers import Postgres, Redis

CLIENTS = 8
VERBS = 60
IMPORTED = 100_000
COPIED_UP_TO = 200_000  # leads; a bigger database is not copied to import into, it grows by what comes in


@dataclass
class Size:
    """All that was measured at one size."""

    leads: int
    about: dict = field(default_factory=dict)
    pages: dict[str, tuple[Timing, Timing | None]] = field(default_factory=dict)  # at one client, at eight
    wire: dict[str, float] = field(default_factory=dict)  # KB
    first: float = 0.0  # ms of the first board after a start
    posts: dict[str, Timing] = field(default_factory=dict)
    inside: dict = field(default_factory=dict)
    imports: list[dict] = field(default_factory=list)
    memory: float = 0.0  # MB


def measure(leads, tell):
    """Everything at one size, on servers of its own."""
    size = Size(leads)
    with tempfile.TemporaryDirectory(prefix="tasuki-bench-") as folder, Postgres(durable=True) as database, Redis() as redis:
        env = stage.settings(folder, database, redis)
        tell("database and demo company")
        stage.prepare(env)
        size.about = stage.fill(env, leads)
        logins = stage.inside(env, "sessions", CLIENTS)
        tell("pages")
        _bare(size, env)
        with stage.gunicorn(env) as portal:
            _pages(size, portal, logins)
            tell("verbs")
            _verbs(size, portal, env, logins)
            size.memory = stage.memory(portal)
        for job in ("board", "bare_sql", "search", "figures"):
            tell(job)
            size.inside[job] = stage.inside(env, job)
        tell("verbs without their pages")
        size.inside["verbs"] = stage.inside(env, "verbs", VERBS)
        tell("imports")
        _imports(size, env, database)
        tell("sweep among a million clocks")
        size.inside["sweep"] = stage.inside(env, "sweep")
    return size


def _bare(size, env):
    with stage.gunicorn(env, serves="bare") as bare:
        size.wire["bare view"] = len(Client(bare.port).get("/")[2]) / 1024
        size.pages["bare view"] = (
            driving.one_client(bare.port, "/", ""),
            driving.many_clients(bare.port, "/", [""] * CLIENTS),
        )


def _pages(size, portal, logins):
    """The board first, from a cold start; the others at one client each."""
    sessions = logins["all"]
    size.first, status, body, headers = Client(portal.port, sessions[0]).get("/board/")
    if status != 200:
        raise RuntimeError(f"the board answered {status}")
    _milliseconds, _status, body, headers = Client(portal.port, sessions[0]).get("/board/")
    size.wire["board"] = len(body) / 1024
    size.about["cards"] = driving.unpacked(body, headers).count(b'<li id="lead-')
    one = driving.one_client(portal.port, "/board/", sessions[0])
    size.pages["board"] = (one, driving.many_clients(portal.port, "/board/", sessions))
    lead = driving.unpacked(body, headers).split(b'<li id="lead-')[1].split(b'"')[0].decode()
    for name, path in {
        "home": "/",
        "list": "/leads/",
        "lead": f"/leads/{lead}/",
        "search, common word": "/search/?q=%E7%82%B9%E6%A4%9C",
    }.items():
        size.pages[name] = (driving.one_client(portal.port, path, sessions[0], times=60, seconds=4, warm=6), None)


def _verbs(size, portal, env, logins):
    """Hand over, accept, move on the board: the whole POST, from the form to the answer."""
    leads = stage.inside(env, "ready", VERBS)
    sender, receiver = Client(portal.port, logins["sender"]), Client(portal.port, logins["receiver"])
    to = f"person-{logins['receiver_pk']}"
    size.posts["hand over"] = _posted(
        sender, [(f"/leads/{pk}/handoffs/new/", {"to": to, "memo": "来期の設備更新に合わせて"}) for pk in leads]
    )
    handoffs = stage.inside(env, "offered", *leads)
    size.posts["accept"] = _posted(receiver, [(f"/handoffs/{pk}/acceptance/", {}) for pk in handoffs])
    size.posts["move"] = _posted(
        receiver, [(f"/leads/{pk}/result/", {"outcome": "opportunity", "quality": 3}) for pk in leads]
    )


def _posted(client, forms):
    taken = []
    for number, (path, form) in enumerate(forms):
        milliseconds, status, body, headers = client.post(path, **form)
        if status != 204:
            raise RuntimeError(f"{path} answered {status}: {driving.unpacked(body, headers).decode()[:2000]}")
        if number >= 10:  # the first ones warm up
            taken.append(milliseconds)
    return Timing(taken, sum(taken) / 1000)


def _imports(size, env, database):
    """Each encoding into a database of this size; few rows and many, to see whether memory grows with them."""
    for number, (encoding, rows) in enumerate([("cp932", IMPORTED), ("utf-8", IMPORTED), ("utf-8", IMPORTED // 5)]):
        own = env
        if size.leads <= COPIED_UP_TO:
            own = env | {"DATABASE_URL": database.copy(f"import{number}")}
        found = stage.run(own, "tests.bench.intake", "--rows", rows, "--first", number * IMPORTED, "--encoding", encoding)
        size.imports.append({"encoding": encoding, "rows": rows, **found})


