"""What is already here of a chunk of rows: a handful of look-ups by index, however many rows."""

import json

from django.db import connection

from leads.models import Activity, Clock, Company, ExternalId, ImportRow, Lead, Note, Opportunity

LEAD = (
    "id", "family_name", "given_name", "kana", "email", "phone", "department", "title", "company_id", "source_id",
    "campaign_id", "may_mail", "owner_id", "stage", "created_at", "has_note", "bant_states", "custom", "handoff_id",
    "removed_at", "external_key", "amount", "line", "board_column", "next_on",
)  # fmt: skip
COMPANY = ("id", "name", "key", "corporate_number", "domain", "industry", "employees", "region", "address")
OPPORTUNITY = (
    "id",
    "lead_id",
    "external_key",
    "state",
    "name",
    "amount",
    "likelihood",
    "expected_close_on",
    "closed_on",
    "owner_id",
)


class Known:
    """The leads, companies and deals that the rows of one chunk may mean.

    Leads are locked as they are read, so that nobody's edit falls between reading and writing.
    """

    def __init__(self, rows, *, system, of, locks):
        self.leads, self.by_email, self.by_id = {}, {}, {}
        self._find_leads(rows, system, locks)
        matched = list(self.leads)
        self.companies, self.by_number, self.by_key, self.by_domain = {}, {}, {}, {}
        self._find_companies(rows)
        self.tied, self.made_here = {}, set()
        for lead, number, outcome in _pairs(
            ImportRow, ("lead_id", "number", "outcome"), "lead_id", matched, "of_id = %s", [of]
        ):
            self.tied[lead] = max(number, self.tied.get(lead, 0))
            if outcome == "created":
                self.made_here.add(lead)
        self.activities = set(_pairs(Activity, ("lead_id", "external_key"), "lead_id", matched, "external_key <> ''"))
        noted = matched if any("note" in row.values for row in rows) else []
        self.notes = set(_pairs(Note, ("lead_id", "text"), "lead_id", noted, "removed_at IS NULL"))
        self._find_deals(rows, system, matched)

    def _find_leads(self, rows, system, locks):
        ids = {row.values["external_id"] for row in rows if "external_id" in row.values}
        prints = [row.values["print"] for row in rows if "print" in row.values]
        pairs = [("value", "lead_id")]
        for name, values in [(system, list(ids)), ("row", prints)]:
            for value, lead in _pairs(ExternalId, *pairs, "value", values, "system = %s", [name]):
                self.by_id[name, value] = lead
        emails = list({row.values["email"] for row in rows if "email" in row.values})
        found = set(self.by_id.values())
        found.update(pk for (pk,) in _pairs(Lead, ("id",), "email", emails, "email <> '' AND removed_at IS NULL"))
        lock = " ORDER BY id FOR NO KEY UPDATE" if locks and connection.vendor == "postgresql" else ""
        custom = LEAD.index("custom")
        for values in _pairs(Lead, LEAD, "id", list(found), suffix=lock):
            lead = dict(zip(LEAD, values, strict=True))
            if isinstance(values[custom], str):
                lead["custom"] = json.loads(values[custom])
            self.leads[lead["id"]] = lead
            if lead["email"] and lead["removed_at"] is None:
                self.by_email[lead["email"]] = lead["id"]

    def _find_companies(self, rows):
        numbers = list({row.values["corporate_number"] for row in rows if "corporate_number" in row.values})
        keys = list({row.values["company_key"] for row in rows if row.values.get("company_key")})
        domains = list(
            {row.values["domain"] for row in rows if row.values.get("domain") and "company_name" not in row.values}
        )
        present = "removed_at IS NULL"
        self._keep(_pairs(Company, COMPANY, "corporate_number", numbers, f"{present} AND corporate_number <> ''"))
        self._keep(_pairs(Company, COMPANY, "key", keys, present))
        self._keep(_pairs(Company, COMPANY, "domain", domains, f"{present} AND domain <> ''"))
        current = {lead["company_id"] for lead in self.leads.values()} - {None, *self.companies}
        self._keep(_pairs(Company, COMPANY, "id", list(current)))

    def _keep(self, found):
        for values in found:
            company = dict(zip(COMPANY, values, strict=True))
            if company["id"] not in self.companies:
                self.add_company(company)

    def add_company(self, company):
        self.companies[company["id"]] = company
        if company["corporate_number"]:
            self.by_number[company["corporate_number"]] = company
        if company["key"]:
            self.by_key.setdefault(company["key"], []).append(company)
        if company["domain"]:
            self.by_domain.setdefault(company["domain"], []).append(company)

    def _find_deals(self, rows, system, matched):
        keys = [row.values["deal_key"] for row in rows if "deal_key" in row.values]
        self.deals, self.open_deals, self.in_hand = {}, set(), set()
        if not keys:
            return
        for values in _pairs(
            Opportunity, OPPORTUNITY, "external_key", keys, "external_key <> '' AND removed_at IS NULL"
        ):
            deal = dict(zip(OPPORTUNITY, values, strict=True))
            self.deals[deal["external_key"]] = deal
        self.open_deals = {
            pk
            for (pk,) in _pairs(Opportunity, ("lead_id",), "lead_id", matched, "state = 'open' AND removed_at IS NULL")
        }
        self.in_hand = {pk for (pk,) in _pairs(Clock, ("lead_id",), "lead_id", matched, "stopped_at IS NULL")}


def _pairs(model, names, column, values, condition="", params=(), suffix=""):
    """Rows whose column is among the values: one parameter, however many values there are."""
    if not values:
        return []
    if connection.vendor == "postgresql":
        among, given = f"{column} = ANY(%s)", values
    else:
        among, given = f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(values)  # noqa: S608 - names are ours
    where = f"{among} AND {condition}" if condition else among
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {where}{suffix}', [given, *params])  # noqa: S608 - names are ours
        rows = cursor.fetchall()
    return _converted(model, names, rows) if connection.vendor == "sqlite" else rows


def _converted(model, names, rows):
    """SQLite hands times, days and truth values out as text and numbers."""
    changes = []
    for place, name in enumerate(names):
        field = next(field for field in model._meta.concrete_fields if field.column == name)
        target = getattr(field, "target_field", field)
        converters = connection.ops.get_db_converters(target.get_col(model._meta.db_table))
        if converters and not field.is_relation and target.get_internal_type() != "JSONField":
            changes.append((place, converters, target.get_col(model._meta.db_table)))
    if not changes:
        return rows
    return [_changed(list(row), changes) for row in rows]


def _changed(row, changes):
    for place, converters, expression in changes:
        for convert in converters:
            row[place] = convert(row[place], expression, connection)
    return row
