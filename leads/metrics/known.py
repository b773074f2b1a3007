"""The tables that figures are computed from: as they stand, or as the portal knew them at an earlier instant.

As of now they are the tables themselves. As of an earlier instant each is reckoned back:

1. a record counts if it was known by then (`recorded_at`) and not removed by then;
2. what a verb recorded later has changed is put back to what that verb found; every entry of the trail
   keeps that (`leads.models.verb.Step`), a verb taken back later included;
3. what carries a later time than the instant cannot have been known and counts as not yet happened.
   This alone serves records that came without entries of their own, such as those of a file.

It costs what was recorded since, not what exists. What administrators edit (names, the units of people) is as it
stands today.
"""

# ruff: noqa: S608 - only names of tables and columns are written into the SQL; every value is a parameter

import dataclasses
import json

from leads.metrics import dialect
from leads.models import Clock, Handoff, JoinedLead, Lead, Opportunity
from portal.models import Entry

AT_ONCE = 1_000

FIELDS = {
    Lead: ["id", "created_at", "source_id", "campaign_id", "owner_id", "recorded_at", "removed_at"],
    Handoff: [
        "id", "lead_id", "offered_at", "sending_unit_id", "receiving_unit_id", "definition_revision_id", "exception", "previous_id",
        "state", "answered_at", "return_reason_id", "contacted_at", "resulted_at", "undone_at",
    ],
    Clock: [
        "id", "handoff_id", "lead_id", "commitment_id", "unit_id", "started_at",
        "due_at", "stopped_at", "outcome", "breached_at",
    ],
    Opportunity: [
        "id", "lead_id", "handoff_id", "owner_id", "opened_at", "recorded_at",
        "state", "closed_on", "closed_at", "amount", "removed_at",
    ],
    JoinedLead: ["id", "opportunity_id", "lead_id", "at"],
}  # fmt: skip
BORN = {
    Lead: "recorded_at", Handoff: "offered_at", Clock: "started_at", Opportunity: "recorded_at", JoinedLead: "at",
}  # fmt: skip
# What stands in a column once the time beside it lies after the instant asked for.
NOT_YET = {
    Lead: {"removed_at": ("removed_at", "NULL")},
    Handoff: {
        "state": ("answered_at", "'offered'"),
        "return_reason_id": ("answered_at", "NULL"),
        "answered_at": ("answered_at", "NULL"),
        "contacted_at": ("contacted_at", "NULL"),
        "resulted_at": ("resulted_at", "NULL"),
        "undone_at": ("undone_at", "NULL"),
    },
    Clock: {
        "outcome": ("stopped_at", "''"),
        "stopped_at": ("stopped_at", "NULL"),
        "breached_at": ("breached_at", "NULL"),
    },
    Opportunity: {
        "state": ("closed_at", "'open'"),
        "closed_on": ("closed_at", "NULL"),
        "closed_at": ("closed_at", "NULL"),
        "removed_at": ("removed_at", "NULL"),
    },
    JoinedLead: {},
}


@dataclasses.dataclass
class Known:
    """SQL for each table as known at an instant, with the parameters that it needs."""

    tables: dict
    params: dict

    def __getitem__(self, model):
        return self.tables[model]


def now():
    return Known({model: model._meta.db_table for model in FIELDS}, {})


def as_of(at):
    found = _found_since(at)
    known = Known({}, {"known_at": dialect.stored(at)})
    for model in FIELDS:
        known.tables[model] = _table(model, found.get(model._meta.model_name, {}), known.params)
    return known


def _found_since(at):
    """{kind: {id: {field: value as it stood}, or None where it did not exist}} from the entries since."""
    found: dict = {model._meta.model_name: {} for model in FIELDS}
    entries = Entry.objects.filter(recorded_at__gt=at).order_by("id").values_list("data", flat=True)
    for data in entries.iterator(chunk_size=AT_ONCE):
        for name, values in (data.get("undo") or data.get("before") or {}).items():
            kind, _colon, pk = name.partition(":")
            if kind in found:
                _find(found[kind], int(pk), values)
    return found


def _find(records, pk, values):
    """The first entry since that touched a field knows how it stood."""
    if pk not in records:
        records[pk] = None if values is None else dict(values)
    elif records[pk] is not None and values is not None:
        records[pk] = values | records[pk]


def _table(model, records, params):
    table = model._meta.db_table
    columns = ", ".join(_column(model, name) for name in FIELDS[model])
    if not records:
        return f"(SELECT {columns} FROM {table} WHERE {BORN[model]} <= %(known_at)s)"
    kind = model._meta.model_name
    plain = ", ".join(FIELDS[model])
    fields = [_field(model, name) for name in FIELDS[model]]
    untouched, ids = dialect.not_among("id", f"{kind}_ids", records)
    params |= ids
    params[f"{kind}_rows"] = json.dumps(list(_as_they_stood(model, records)))
    given = f"SELECT {plain} FROM ({dialect.rows_of(f'{kind}_rows', fields)}) AS given_{kind}"
    both = f"SELECT {plain} FROM {table} WHERE {untouched} UNION ALL {given}"
    return f"(SELECT {columns} FROM ({both}) AS known_{kind} WHERE {BORN[model]} <= %(known_at)s)"


def _column(model, name):
    if name not in NOT_YET[model]:
        return name
    time, instead = NOT_YET[model][name]
    return f"CASE WHEN {time} > %(known_at)s THEN {instead} ELSE {name} END AS {name}"


def _as_they_stood(model, records):
    there = [pk for pk, values in records.items() if values is not None]
    for begin in range(0, len(there), AT_ONCE):
        rows = model.objects.filter(pk__in=there[begin : begin + AT_ONCE]).values(*FIELDS[model])
        for row in rows:
            stood = {name: records[row["id"]].get(name, value) for name, value in row.items()}
            yield {_field(model, name).column: _plain(model, name, value) for name, value in stood.items()}


def _plain(model, name, value):
    value = dialect.stored(_field(model, name).to_python(value))
    return value.isoformat() if hasattr(value, "isoformat") else value


def _field(model, name):
    return model._meta.get_field(name if name == "id" else name.removesuffix("_id"))
