"""A demo company ten times as big: python -m tests.bench.multiplying FACTOR copies every lead with all that hangs on it.

The demo tells each life one by one, which takes minutes for a hundred thousand; PostgreSQL copies their rows in bulk.
Keys are shifted by a step for each copy, and with them whatever refers to them.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.db import connection

from leads.models import (
    Activity,
    Bant,
    Breach,
    Clock,
    ColumnTally,
    Company,
    Handoff,
    Lead,
    Note,
    Opportunity,
    Qualification,
    Thanks,
)  # fmt: skip
from portal.models import Entry, SearchDocument

MODELS = [
    Company, Lead, Activity, Bant, Note, Qualification, Handoff, Clock, Breach, Opportunity, Thanks, Entry,
    SearchDocument, Handoff.good_points.through, Opportunity.reasons.through,
]  # fmt: skip
STEP = 10_000_000
# What names a record otherwise than by a foreign key, or must not be there twice.
OTHERWISE = {
    "leads_lead.email": "CASE WHEN email = '' THEN '' ELSE 'c{copy}.' || email END",
    "leads_company.key": "key || '-{copy}'",
    "leads_company.domain": "CASE WHEN domain = '' THEN '' ELSE 'c{copy}.' || domain END",
    "portal_searchdocument.object_id": "object_id + {shift}",
    "portal_entry.stream": "split_part(stream, ':', 1) || ':' || (split_part(stream, ':', 2)::bigint + {shift})",
    "portal_entry.about": "CASE WHEN about = '' THEN ''"
    " ELSE split_part(about, ':', 1) || ':' || (split_part(about, ':', 2)::bigint + {shift}) END",
}


def run(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def multiply(factor):
    run("SET session_replication_role = replica")  # neither checks nor triggers: the rows have passed them once
    run("SET maintenance_work_mem = '512MB'")
    indexes = _put_away()
    for model in MODELS:
        for copy in range(1, factor):
            _copy(model, copy)
        last = run(f'SELECT max(id) FROM "{model._meta.db_table}"')[0][0] or 1
        run("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, last])
    for definition in indexes:
        run(definition)
    run("SET session_replication_role = origin")
    _tally()
    return {"leads": Lead.objects.count()}


def _put_away():
    """Drop the indexes that no constraint needs, and return how to make them again."""
    found = run(
        """
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef NOT LIKE 'CREATE UNIQUE%%'
        """,
        [[model._meta.db_table for model in MODELS]],
    )
    for name, _definition in found:
        run(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _copy(model, copy):
    table, shift = model._meta.db_table, copy * STEP
    values = []
    for field in model._meta.concrete_fields:
        column = f'"{field.column}"'
        if f"{table}.{field.column}" in OTHERWISE:
            column = OTHERWISE[f"{table}.{field.column}"].format(copy=copy, shift=shift)
        elif field.primary_key or field.related_model in MODELS:
            column = f"{column} + {shift}"
        values.append(column)
    names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    run(f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)} FROM "{table}" WHERE id < {STEP}')


def _tally():
    """The board's counts, as its triggers would have kept them."""
    table = ColumnTally._meta.db_table
    run(f'DELETE FROM "{table}"')
    run(
        f'INSERT INTO "{table}" (board_column, leads, amount) SELECT board_column, count(*), coalesce(sum(amount), 0)'
        " FROM leads_lead WHERE board_column <> '' AND removed_at IS NULL GROUP BY board_column"
    )


if __name__ == "__main__":
    print(json.dumps(multiply(int(sys.argv[1]))))
