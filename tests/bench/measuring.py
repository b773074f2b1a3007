"""One size after the other: what each costs, as rows of the table."""

import os
import tempfile
import uuid
from dataclasses import dataclass, field

from tests.bench import driving, stage
from tests.bench.driving import Client, Timing
from tests.servers import Postgres, Redis

CLIENTS = 8
VERBS = 60
IMPORTED = 100_000
COMMON = "%E7%82%B9%E6%A4%9C"  # 点検
KNOWN = "今期のうちに"  # as tests.bench.inside.ready writes it
COPIED_UP_TO = 200_000  # leads; a bigger database is not copied to import into, it grows by what comes in
# The form as the dialog sends it: with what is known of the lead, unchanged.
HANDED_OVER = {
    "memo": "来期の設備更新に合わせて",
    **{f"fact-{part}": "known" for part in ("timeline", "need")},
    **{f"fact-{part}_note": KNOWN for part in ("timeline", "need")},
    **{f"fact-{part}": "unknown" for part in ("budget", "authority")},
}


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
    cpu: dict[str, float] = field(default_factory=dict)  # ms of gunicorn's processes for one answer
    load: float = 0.0  # running processes; with the bench alone about two
    memory: dict = field(default_factory=dict)  # MB


def measure(leads, tell):
    """Everything at one size, on servers of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="tasuki-bench-") as folder,
        Postgres(durable=True) as database,
        Redis() as redis,
    ):
        env = stage.settings(folder, database, redis)
        tell("database and demo company")
        stage.prepare(env)
        size = Size(leads, about=stage.fill(env, leads))
        measure_on(size, env, database, tell)
    return size


def measure_on(size, env, database, tell):
    """Everything on a database that is filled; the last two change it beyond use."""
    logins = stage.inside(env, "sessions", CLIENTS)
    tell("pages")
    with stage.gunicorn(env) as portal, stage.gunicorn(env, serves="bare") as bare:
        _pages(size, portal, bare, logins)
        tell("verbs")
        _verbs(size, portal, env, logins)
        size.memory = stage.memory(portal)
        size.load = os.getloadavg()[0]
    for job in ("board", "bare_sql", "search", "figures"):
        tell(job)
        size.inside[job] = stage.inside(env, job)
    tell("verbs without their pages")
    size.inside["verbs"] = stage.inside(env, "verbs", VERBS)
    tell("imports")
    _imports(size, env, database)
    tell("sweep among a million clocks")
    size.inside["sweep"] = stage.inside(env, "sweep")


def _pages(size, portal, bare, logins):
    """The board from a cold start, then beside the bare view; the other pages at one client."""
    sessions = logins["all"]
    client = Client(portal.port, sessions[0])
    size.first, status, body, headers = client.get("/board/")
    if status != 200:
        raise RuntimeError(f"the board answered {status}")
    size.wire = {"bare view": len(Client(bare.port).get("/")[2]) / 1024, "board": len(body) / 1024}
    page = driving.unpacked(body, headers)
    size.about["cards"] = page.count(b'<li id="lead-')
    pages = {"bare view": (bare.port, "/", [""] * CLIENTS), "board": (portal.port, "/board/", sessions)}
    one = driving.side_by_side(pages)
    servers = {"bare view": bare, "board": portal}
    before = {name: stage.cpu(server) for name, server in servers.items()}
    crowd = driving.crowds_side_by_side(pages)
    size.cpu = {name: (stage.cpu(server) - before[name]) / len(crowd[name].taken) for name, server in servers.items()}
    size.pages = {name: (one[name], crowd[name]) for name in pages}
    lead = page.split(b'<li id="lead-')[1].split(b'"')[0].decode()
    others = {"home": "/", "list": "/leads/", "lead": f"/leads/{lead}/", "search": f"/search/?q={COMMON}"}
    for name, path in others.items():
        size.pages[name] = (driving.one_client(portal.port, path, sessions[0]), None)


def _verbs(size, portal, env, logins):
    """Hand over, accept, move on the board: the whole POST, from the form to the answer."""

    def posted(name, client, forms):
        before = stage.cpu(portal)
        size.posts[name] = _posted(client, forms)
        size.cpu[name] = (stage.cpu(portal) - before) / len(forms)

    leads = stage.inside(env, "ready", VERBS)
    sender, receiver = Client(portal.port, logins["sender"]), Client(portal.port, logins["receiver"])
    form = HANDED_OVER | {"to": f"person-{logins['receiver_pk']}"}
    posted("hand over", sender, [(f"/leads/{pk}/handoffs/new/", form) for pk in leads])
    handoffs = stage.inside(env, "offered", *leads)
    posted("accept", receiver, [(f"/handoffs/{pk}/acceptance/", {}) for pk in handoffs])
    posted("move", receiver, [(f"/leads/{pk}/result/", {"outcome": "opportunity", "quality": 3}) for pk in leads])


def _posted(client, forms):
    taken = []
    for number, (path, form) in enumerate(forms):
        milliseconds, status, body, headers = client.post(path, request_id=uuid.uuid4(), **form)
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
        found = stage.run(
            own, "tests.bench.intake", "--rows", rows, "--first", number * IMPORTED, "--encoding", encoding
        )
        size.imports.append({"encoding": encoding, "rows": rows, **found})
