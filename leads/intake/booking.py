"""Writes what was decided about a chunk: a COPY a table, an UPDATE for each set of changed fields."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from leads.intake.deals import morning
from leads.models import Activity, Company, ExternalId, ImportRow, Lead, Note, Opportunity, RefusedRow
from leads.models.clock import NEVER
from portal import bulk

LEAD = (
    "company_id", "family_name", "given_name", "kana", "email", "phone", "department", "title", "source_id",
    "campaign_id", "may_mail", "custom", "created_at", "external_key", "stage", "owner_id", "has_note", "amount",
    "line", "board_column", "next_on",
)  # fmt: skip
COMPANY = ("name", "key", "corporate_number", "domain", "industry", "employees", "region", "address")
DEAL = (
    "lead_id", "company_id", "name", "owner_id", "amount", "likelihood", "expected_close_on", "state", "opened_at",
    "closed_on", "closed_at", "external_key",
)  # fmt: skip


def book(run, decided):
    """All rows of the chunk, inside the caller's transaction."""
    at = run.at
    companies = [company["id"] for company in decided.companies]
    bulk.insert_values(
        Company,
        [*COMPANY, "created_at"],
        ([*(c[name] for name in COMPANY), at] for c in decided.companies),
        ids=companies,
    )
    bulk.insert_values(
        Lead,
        [*LEAD, "recorded_at", "attention_at"],
        ([*(lead[name] for name in LEAD), run.now, _attention(lead, run)] for lead in decided.leads),
        ids=[lead["id"] for lead in decided.leads],
    )
    bulk.insert_values(ExternalId, ["lead_id", "system", "value"], decided.external_ids)
    _update(Company, decided.changed_companies)
    _update_leads(run, decided)
    names = ["lead_id", "kind", "at", "detail", "campaign_id", "external_key"]
    activities = bulk.insert_values(Activity, names, decided.activities)
    notes = bulk.insert_values(
        Note, ["lead_id", "text", "by_id", "at"], ((*note, run.by_id, run.at) for note in decided.notes)
    )
    deals = bulk.insert_values(
        Opportunity, DEAL, ([deal[name] for name in DEAL] for deal in decided.deals), count=len(decided.deals)
    )
    _update(Opportunity, decided.changed_deals)
    bulk.insert_values(
        ImportRow,
        ["of_id", "number", "lead_id", "outcome", "activity", "before", "made"],
        (_tie(run.pk, tie, activities, notes, deals) for tie in decided.ties),
        count=len(decided.ties),
    )
    bulk.insert_values(
        RefusedRow,
        ["of_id", "number", "column", "code", "params", "value", "cells"],
        (_refusal(run.pk, row, reason) for row, reason in decided.refusals),
        count=len(decided.refusals),
    )
    decided.counts["activities"] = len(activities)
    decided.counts["changes"] = sum(len(fields) for fields in decided.changed_leads.values())
    for pk in decided.to_reconsider:
        Lead.objects.get(pk=pk).reconsider(by=run.by, at=run.now)


def _attention(lead, run):
    if lead["stage"] == "opportunity" and lead["next_on"]:
        return morning(lead["next_on"], run.zone)
    return NEVER


def _tie(of, tie, activities, notes, deals):
    """A row of the books: references become keys now that everything has one."""
    number, lead, outcome, rest = tie
    made, before = rest["made"], rest["before"] or None
    activity = None
    if "activities" in made:
        keys = [activities[place] for place in made.pop("activities")]
        activity = keys[0]
        if len(keys) > 1:
            made["activities"] = keys[1:]
    if "note" in made:
        made["note"] = notes[made["note"]]
    if "deals" in made:
        made["deals"] = [deals[place] for place in made["deals"]]
    if made and made.keys() == {"company"}:
        made = bulk.Encoded(f'{{"company": {made["company"]}}}')  # by far the most frequent, and encoding takes time
    return (of, number, lead, outcome, activity, before, made or None)


def _refusal(of, row, reason):
    cells = [cell.replace("\0", "\ufffd") for cell in row.cells]
    params = {key: value if isinstance(value, int) else str(value) for key, value in reason.params.items()}
    return (of, row.number, reason.column[:200], reason.code, params, reason.value.replace("\0", "\ufffd"), cells)


def _update_leads(run, decided):
    changes = decided.changed_leads
    for pk, fields in changes.items():
        lead = decided.known.leads[pk]
        if "next_on" in fields:
            fields["attention_at"] = _attention(lead, run)
    _update(Lead, changes)


def _update(model, changes):
    """{key: {column: value}} with the rows of the same columns in one go; each row's version moves on."""
    groups = {}
    for pk, fields in sorted(changes.items()):
        groups.setdefault(tuple(sorted(fields)), []).append((pk, fields))
    table = model._meta.db_table
    for names, rows in groups.items():
        sets = ", ".join(f'"{name}" = %s' for name in names)
        # Names are the model's own; the values are parameters.
        statement = f'UPDATE "{table}" SET {sets}, version = version + 1 WHERE id = %s'  # noqa: S608
        adapt = [_adapter(model, name) for name in names]
        with connection.cursor() as cursor:
            cursor.executemany(
                statement,
                [
                    [*(change(fields[name]) for change, name in zip(adapt, names, strict=True)), pk]
                    for pk, fields in rows
                ],
            )


def _adapter(model, name):
    field = next(field for field in model._meta.concrete_fields if field.column == name)
    if field.get_internal_type() == "JSONField":
        return lambda value: json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return lambda value: field.get_db_prep_save(value, connection)
