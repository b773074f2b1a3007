"""How long the board takes on the server, against a bare view of 200 cards (python -m tests.bench.board_bench).

Runs against the database of DATABASE_URL, which holds leads already (manage.py demo --leads 100000). Everything
goes through Django's test client, so that both sides pay for the same middleware where they have it.
"""

import gzip
import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, reset_queries
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory

from leads.models import Lead
from portal.models import Person
from portal.search import finding

ROUNDS = 60
BARE = """
<!doctype html><title>Board</title>{% for lead in leads %}<li class="card" id="lead-{{ lead.0 }}"><a href="/leads/{{ lead.0 }}/">{{ lead.1 }}</a>
<p>{{ lead.2 }} {{ lead.3 }} {{ lead.4 }}</p><p><b>{{ lead.5 }}</b> {{ lead.6 }}</p><p>{{ lead.7 }}</p><p>{{ lead.8|date:"n/j H:i" }}</p>
<p>{{ lead.9 }} {{ lead.10 }}</p><button aria-label="{{ lead.1 }}">…</button></li>{% endfor %}
"""
SQL = """
SELECT lead.id, company.name, lead.department, lead.title, lead.family_name, lead.score, lead.bant_states, lead.line, lead.attention_at,
       owner.family_name, owner.given_name
FROM leads_lead lead LEFT JOIN leads_company company ON company.id = lead.company_id LEFT JOIN portal_person owner ON owner.id = lead.owner_id
WHERE lead.board_column = 'working' ORDER BY lead.attention_at, lead.id LIMIT 200
"""


def bare(_request, template):
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        return HttpResponse(template.render({"leads": cursor.fetchall()}))


def timed(work):
    """(median, 95th percentile) in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), sorted(taken)[int(ROUNDS * 0.95)]


def main():
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(Person.objects.filter(function="sales", is_active=True).order_by("pk").first())
    template = engines["django"].from_string(BARE)
    request = RequestFactory().get("/")
    print(
        f"leads {Lead.objects.count():,}; columns {dict(Lead.objects.columns()) if hasattr(Lead.objects, 'columns') else ''}"
    )
    print("bare view      p50 {:.1f} ms, p95 {:.1f} ms".format(*timed(lambda: bare(request, template))))
    for name, url in [
        ("board", "/board/"),
        ("board, score", "/board/?sort=score"),
        ("board, newest", "/board/?sort=newest"),
        ("board, own", "/board/?sort=own"),
        ("board, score>=60", "/board/?score=60"),
        ("board, mine", "/board/?owner=me"),
        ("board, words", "/board/?q=予算"),
        ("list", "/leads/"),
        ("list, amount", "/leads/?sort=amount"),
    ]:
        answer = client.get(url)
        settings.DEBUG = True
        reset_queries()
        client.get(url)
        queries, settings.DEBUG = len(connection.queries), False
        p50, p95 = timed(lambda url=url: client.get(url))
        cards = answer.content.count(b'<li id="lead-')
        print(
            f"{name:16} p50 {p50:.1f} ms, p95 {p95:.1f} ms; {queries} queries, {cards} cards, {len(gzip.compress(answer.content, 6)) / 1024:.0f} KB compressed"
        )
    for words in ("予算", "商談", "稀覯", "株式会社"):
        p50, p95 = timed(lambda words=words: finding.find(words, ["lead", "company"], 20))
        print(
            f"search {words:8} p50 {p50:.1f} ms, p95 {p95:.1f} ms; {finding.find(words, ['lead', 'company'], 20).total}"
        )


if __name__ == "__main__":
    main()
