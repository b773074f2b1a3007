"""What is measured or prepared inside a process with the portal's settings: python -m tests.bench.inside JOB …

Prints one line of JSON. Run by tests.bench.stage.inside; the page timings come over HTTP (driving.py).
"""

import datetime
import json
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from leads import metrics, sweeping
from leads.models import Bant, Clock, Handoff, Lead
from leads.models.working import Prospect
from portal.models import Person
from portal.search import finding
from tests.bench import bare

ROUNDS = 25
OPEN_CLOCKS = 1_000_000
DUE = 100
COMMON, RARE, OLD, NOWHERE = "点検", "雲母", "鶏頭", "稀覯"  # OLD: many documents hold it, none of the newest


def timed(work, rounds=ROUNDS):
    """{"p50", "p95"} in milliseconds, after one round that does not count."""
    work()
    taken = []
    for _n in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": statistics.median(taken), "p95": sorted(taken)[int(rounds * 0.95)]}


def run(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


# -- Preparing ----------------------------------------------------------------------------------


def top_up(activities):
    """Every lead has at least so many activities; the demo tells of three or four."""
    return run(
        """
        INSERT INTO leads_activity (lead_id, kind, at, detail, outcome, external_key)
        SELECT lead.id, (ARRAY['page', 'pricing', 'download', 'mail_opened'])[1 + (lead.id + n) %% 4],
               lead.created_at + n * interval '7 hours', '製品ページ', '', ''
        FROM leads_lead AS lead
        CROSS JOIN LATERAL (SELECT count(*) AS has FROM leads_activity AS a WHERE a.lead_id = lead.id) AS old
        CROSS JOIN LATERAL generate_series(1, %s - old.has) AS n
        """,
        [int(activities)],
    )


def settle():
    """As autovacuum leaves it; and words of which is known how many documents hold them."""
    for word, holders in ((RARE, 3), (OLD, 1_500)):
        run(
            f"UPDATE portal_searchdocument SET tokens = tokens || '''{word}'':9000'::tsvector"
            " WHERE id IN (SELECT id FROM portal_searchdocument WHERE kind = 'lead' ORDER BY id LIMIT %s)",
            [holders],
        )
    run("VACUUM ANALYZE")
    return {
        "leads": run("SELECT count(*) FROM leads_lead")[0][0],
        "activities": run("SELECT count(*) FROM leads_activity")[0][0],
        "columns": dict(run("SELECT board_column, count(*) FROM leads_lead WHERE board_column <> '' GROUP BY 1")),
        "megabytes": run("SELECT pg_database_size(current_database()) / 1048576")[0][0],
        "postgres": run("SHOW server_version")[0][0].split()[0],
        "python": sys.version.split()[0],
        "django": django.get_version(),
    }


def sessions(count):
    """Session keys of so many people who are logged in, and of the two who pass leads on."""
    people = Person.objects.filter(is_active=True, function__in=["marketing", "inside_sales", "sales"])
    sender, receiver = _runners()
    return {
        "all": [_session(person) for person in people.order_by("pk")[: int(count)]],
        "sender": _session(sender),
        "receiver": _session(receiver),
        "receiver_pk": receiver.pk,
    }


def _session(person):
    client = Client()
    client.force_login(person)
    return client.session.session_key


def _runners():
    working = Person.objects.working(timezone.localdate())
    return working.filter(function="inside_sales").first(), working.filter(function="sales").first()


def ready(count):
    """Leads of which the definition in force is met, to hand over."""
    sender, _receiver = _runners()
    found = list(
        Lead.objects.present().filter(stage="nurturing", handoff=None, wake_on=None).order_by("-pk")[: int(count)]
    )
    for lead in found:
        for part in (Bant.Part.TIMELINE, Bant.Part.NEED):
            lead.learn(by=sender, at=timezone.now(), part=part, state="known", note="今期のうちに")
    return [lead.pk for lead in found]


def fill_board(cards):
    """So many cards at least in the columns that empty fastest; small demo companies have fewer."""
    sender, receiver = _runners()
    have = dict(run("SELECT board_column, count(*) FROM leads_lead WHERE board_column <> '' GROUP BY 1"))
    short = {name: max(0, int(cards) - have.get(name, 0)) for name in ("to_hand_over", "handed_over", "working")}
    leads = list(Lead.objects.filter(pk__in=ready(sum(short.values()))).order_by("pk"))
    for lead in leads[: short["to_hand_over"]]:
        lead.write_note(by=sender, at=timezone.now(), text="来期の設備更新に合わせて検討中")
    for lead in leads[short["to_hand_over"] :]:
        handoff = lead.hand_over(to=receiver, by=sender, at=timezone.now(), memo="来期の設備更新に合わせて")
        if short["working"]:
            handoff.accept(by=receiver, at=timezone.now())
            short["working"] -= 1
    return {name: Lead.objects.filter(board_column=name).count() for name in short}


def offered(*leads):
    """The hand-off that is offered of each of these leads."""
    found = dict(Handoff.objects.offered().filter(lead__in=leads).values_list("lead", "pk"))
    return [found[int(pk)] for pk in leads]


# -- Measuring ----------------------------------------------------------------------------------


def board():
    """The queries of the board, cold and warm, and whether one of them counts leads."""
    person = Person.objects.filter(function="sales", is_active=True).first()
    cache.clear()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    seen = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/board/", secure=True)
        seen.append([query["sql"] for query in queries.captured_queries])
    counting = [sql for sql in seen[0] + seen[1] if "COUNT(" in sql.upper() and 'leads_lead"' in sql]
    return {
        "status": answer.status_code,
        "first": len(seen[0]),
        "then": len(seen[1]),
        "counting": counting,
        "cards": answer.content.count(b'<li id="lead-'),
        "sql": seen[1],
    }


def bare_sql():
    def work():
        with connection.cursor() as cursor:
            cursor.execute(bare.SQL)
            cursor.fetchall()

    return timed(work, 100)


def verbs(count):
    """The verbs alone, each with its transaction, trail and clocks."""
    sender, receiver = _runners()
    taken = {"hand over": [], "accept": [], "move": []}
    for pk in ready(count):
        with translation.override("ja"):
            lead = Lead.objects.for_page().get(pk=pk)
            handoff = _clocked(
                taken["hand over"],
                lambda lead=lead: lead.hand_over(
                    to=receiver, by=sender, at=timezone.now(), memo="来期の設備更新に合わせて"
                ),
            )
            handoff = Handoff.objects.for_card().select_related("sla_revision").get(pk=handoff.pk)
            _clocked(taken["accept"], lambda handoff=handoff: handoff.accept(by=receiver, at=timezone.now()))
            lead = Lead.objects.for_page().get(pk=pk)
            _clocked(
                taken["move"],
                lambda lead=lead: lead.record_result(
                    by=receiver, at=timezone.now(), result="opportunity", quality=3, prospect=Prospect()
                ),
            )
    return {
        name: {"p50": statistics.median(times), "p95": sorted(times)[int(len(times) * 0.95)]}
        for name, times in taken.items()
    }


def _clocked(taken, work):
    began = time.perf_counter()
    found = work()
    taken.append((time.perf_counter() - began) * 1000)
    return found


def search():
    """A two-letter word in leads and companies: the newest twenty and how many there are."""
    return {
        name: timed(lambda word=word: finding.find(word, ["lead", "company"], 20))
        | {"total": finding.find(word, ["lead", "company"], 20).total}
        for name, word in (("common", COMMON), ("rare", RARE), ("common, not lately", OLD), ("absent", NOWHERE))
    }


def figures():
    """The funnel of the last twelve months by source and by month, and every metric that can be split so."""
    last = timezone.localdate()
    period = {"first": last - datetime.timedelta(days=365), "last": last}
    funnel = ["leads", "lead_to_opportunity", "lead_to_won"]
    found = {}
    for by in ("source", "month"):
        every = [name for name, metric in metrics.METRICS.items() if by in metric.dimensions]
        found[f"funnel by {by}"] = timed(lambda by=by: metrics.compute(funnel, by=by, **period), 9)
        found[f"all {len(every)} metrics by {by}"] = timed(
            lambda by=by, every=every: metrics.compute(every, by=by, **period), 5
        )
    return found


def sweep():
    """The minute's sweep among a million open clocks: with nothing due, and with a hundred."""
    _open_clocks()
    for _n in range(20):  # what the demo's own day brings about
        sweeping.sweep(at=timezone.now())
    quiet = timed(lambda: sweeping.sweep(at=timezone.now()), 9)
    taken = []
    for _n in range(9):
        late = run(
            "UPDATE leads_clock SET due_at = now() - interval '1 minute', warn_at = now() - interval '2 hours', warned_at = now()"
            " WHERE id IN (SELECT max(id) FROM leads_clock WHERE stopped_at IS NULL AND breached_at IS NULL"
            " GROUP BY lead_id ORDER BY max(id) DESC LIMIT %s)",
            [DUE],
        )
        before = Clock.objects.filter(breach__isnull=False).count()
        _clocked(taken, lambda: sweeping.sweep(at=timezone.now()))
        found = Clock.objects.filter(breach__isnull=False).count() - before
        if (late, found) != (DUE, DUE):
            raise RuntimeError(f"{late} due, {found} found")
    return {"quiet": quiet, "due": {"p50": statistics.median(taken), "p95": max(taken)}}


def _open_clocks():
    """Copies of a promise, one on each hand-off, due in the days to come; left unchecked by the database, to be quick."""
    known = {
        "lead_id": "h.lead_id",
        "handoff_id": "h.id",
        "qualification_id": "NULL",
        "due_at": "now() + interval '2 days' + random() * interval '200 days'",
        "warn_at": "now() + interval '1 day'",
        "outcome": "''",
        **dict.fromkeys(["warned_at", "paused_at", "stopped_at", "breached_at"], "NULL"),
    }
    columns = [field.column for field in Clock._meta.concrete_fields if not field.primary_key]
    values = ", ".join(known.get(column, f"c.{column}") for column in columns)
    run("SET session_replication_role = replica")
    run(
        f"""
        INSERT INTO leads_clock ({", ".join(columns)}) SELECT {values}
        FROM generate_series(1, %s) AS again
        CROSS JOIN leads_handoff AS h
        CROSS JOIN (SELECT * FROM leads_clock WHERE handoff_id IS NOT NULL LIMIT 1) AS c
        LIMIT %s
        """,
        [OPEN_CLOCKS, OPEN_CLOCKS],
    )
    run("SET session_replication_role = origin")
    run("VACUUM ANALYZE leads_clock")


JOBS = {
    job.__name__: job
    for job in (top_up, fill_board, settle, sessions, ready, offered, board, bare_sql, verbs, search, figures, sweep)
}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:]), default=str, ensure_ascii=False))
