"""The baseline: a bare Django view with one hand-written SELECT and a template of 200 cards; no log-in, no middleware."""

import os

import dj_database_url
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

COLUMNS = ("to_hand_over", "handed_over", "working", "opportunity", "returned")
CARDS = 40
# The cards of the board: the same leads in the same order.
SQL = """
SELECT lead.id, company.name AS company, lead.department, lead.title, lead.family_name, lead.given_name, lead.score,
       lead.bant_states AS bant, lead.line, lead.amount, owner.family_name AS owner, clock.due_at
FROM ({page}) AS page
JOIN leads_lead AS lead ON lead.id = page.id
LEFT JOIN leads_company AS company ON company.id = lead.company_id
LEFT JOIN portal_person AS owner ON owner.id = lead.owner_id
LEFT JOIN leads_clock AS clock ON clock.id = lead.next_clock_id
""".format(
    page=" UNION ALL ".join(
        f"(SELECT id FROM leads_lead WHERE board_column = '{column}' AND removed_at IS NULL"
        f" ORDER BY attention_at, id LIMIT {CARDS})"
        for column in COLUMNS
    )
)
TEMPLATE = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>Leads</title></head><body><main><ul>
{% for lead in leads %}<li class="card" id="lead-{{ lead.id }}">
  <p class="due">{{ lead.due_at|date:"n/j H:i" }}</p>
  <a class="company" href="/leads/{{ lead.id }}/">{{ lead.company }}</a>
  <p class="person">{{ lead.department }} {{ lead.title }} {{ lead.family_name }} {{ lead.given_name }}</p>
  <p class="score"><b>{{ lead.score }}</b> {{ lead.bant }}</p>
  <p class="line"><b>{{ lead.amount }}</b> {{ lead.line }}</p>
  <p class="owner">{{ lead.owner }}</p>
</li>
{% endfor %}</ul></main></body></html>
"""


def configure(database_url):
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="the baseline keeps no secrets",
        USE_TZ=True,
        TIME_ZONE="Asia/Tokyo",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        MIDDLEWARE=[],
        DATABASES={
            "default": dj_database_url.parse(database_url) | {"OPTIONS": {"pool": {"min_size": 1, "max_size": 10}}}
        },
    )
    django.setup()


def cards(_request):
    from django.db import connection
    from django.http import HttpResponse
    from django.template import engines

    global _template
    _template = _template or engines["django"].from_string(TEMPLATE)
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return HttpResponse(_template.render({"leads": rows}))


_template = None
urlpatterns = [path("", cards)]


def application():
    configure(os.environ["DATABASE_URL"])
    return get_wsgi_application()
