"""The board's cards: one query for all columns, each read along its index as far as its page goes."""

import datetime
import functools
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from leads.keyset import ORDERS
from leads.models import CardPosition, ColumnTally, Lead

A_PAGE = 40
COUNTED = 1_000
COLUMNS = tuple(Lead.Column.values)
COLLAPSED = Lead.Column.WON

Row = namedtuple(
    "Row",
    "place id board_column stage version attention_at created_at score amount line highlights bant_states family_name given_name"
    " email external_key department title wake_on next_on owner company handoff_state handoff_reply settled_at sender receiver"
    " receiving_unit return_reason promise started_at warn_at due_at paused_at calendar calendar_version won_on",
)
INSTANTS = [
    Row._fields.index(name)
    for name in ("attention_at", "created_at", "settled_at", "started_at", "warn_at", "due_at", "paused_at")
]
DAYS = [Row._fields.index(name) for name in ("wake_on", "next_on", "won_on")]

CARDS = """
SELECT page.place, lead.id, lead.board_column, lead.stage, lead.version, lead.attention_at, lead.created_at, lead.score, lead.amount,
       lead.line, CAST(lead.highlights AS text), lead.bant_states, lead.family_name, lead.given_name, lead.email, lead.external_key,
       lead.department, lead.title, lead.wake_on, lead.next_on, lead.owner_id, company.name, handoff.state, handoff.reply,
       handoff.settled_at, handoff.sender_id, handoff.receiver_id, handoff.receiving_unit_id, handoff.return_reason_id,
       clock.commitment_id, clock.started_at, clock.warn_at, clock.due_at, clock.paused_at, clock.calendar_id, clock.calendar_version,
       CASE WHEN lead.stage = 'won' THEN (
           SELECT max(closed_on) FROM leads_opportunity AS deal
           WHERE deal.lead_id = lead.id AND deal.state = 'won' AND deal.removed_at IS NULL
       ) END
FROM ({page}) AS page
JOIN leads_lead AS lead ON lead.id = page.id
LEFT JOIN leads_company AS company ON company.id = lead.company_id
LEFT JOIN leads_handoff AS handoff ON handoff.id = lead.handoff_id
LEFT JOIN leads_clock AS clock ON clock.id = lead.next_clock_id
"""


@dataclass(frozen=True)
class Column:
    """A page of a column: its rows, and the token that the next page begins after ("" at the end)."""

    name: str
    rows: list[Row]
    next: str


@dataclass(frozen=True)
class Asked:
    """Which cards: conditions, whose own order, and from where on (in one column, where it is named)."""

    filters: Any
    viewer: Any
    directory: Any
    at: datetime.datetime
    after: str = ""
    column: str = ""

    def after_in(self, name):
        return self.after if self.column in ("", name) else ""


def columns(asked, names=COLUMNS, size=A_PAGE):
    """{name: Column} for these columns, in one query."""
    sql, params = _pages(asked, names, size + 1)
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for row in _read(CARDS.format(page=sql), params):
        rows[row.board_column].append(row)
    return {name: _page(name, _in_order(found, asked.filters.sort), asked, size) for name, found in rows.items()}


def card(pk):
    """One lead's row, whether it stands on the board or not; None where there is no such lead."""
    found = _read(
        CARDS.format(page="SELECT id, NULL AS place FROM leads_lead WHERE id = %s AND removed_at IS NULL"), [pk]
    )
    return found[0] if found else None


def rows(ids):
    """These leads' rows by id: what a list shows of its page."""
    ids = list(ids)
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    found = _read(CARDS.format(page=f"SELECT id, NULL AS place FROM leads_lead WHERE id IN ({marks})"), ids)  # noqa: S608
    return {row.id: row for row in found}


def people_of(rows):
    """Whom these rows name, as directory.load takes them."""
    return [("people", pk) for row in rows for pk in (row.owner, row.sender, row.receiver)]


def counts(asked):
    """{column: (leads, yen or None, whether there are more)}: maintained ones, or counted as far as 1,000."""
    if not asked.filters.is_narrow:
        totals = ColumnTally.objects.totals()
        return {name: (*totals.get(name, (0, 0)), False) for name in COLUMNS}
    parts, params = [], []
    for name in COLUMNS:
        sql, values = _narrowed(asked, name).order_by().values("id")[: COUNTED + 1].query.sql_with_params()
        parts.append(f"SELECT '{name}', count(*) FROM ({sql}) AS counted")  # noqa: S608 - the names are our own
        params += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {name: (min(n, COUNTED), None, n > COUNTED) for name, n in cursor.fetchall()}


def matches(asked, pk):
    """Whether a lead still belongs to what is shown."""
    return (
        not asked.filters.is_narrow
        or asked.filters.apply(Lead.objects.filter(pk=pk), asked.viewer, asked.directory, asked.at).exists()
    )


# -- The page of each column ------------------------------------------------------------------


def _pages(asked, names, size):
    """One SELECT of (id, place) for all columns; the text is kept where nothing but the order is set."""
    if not asked.filters.is_narrow and asked.filters.sort != "own" and not asked.after:
        return _plain_pages(asked.filters.sort, tuple(names), size)
    parts = [part for name in names for part in _column_pages(asked, name, size)]
    return _united(parts)


@functools.lru_cache(maxsize=64)
def _plain_pages(sort, names, size):
    order = ORDERS[sort]
    return _united([_part(order.sort(Lead.objects.filter(board_column=name)), size) for name in names])


def _united(parts):
    return " UNION ALL ".join(sql for sql, _params in parts), [value for _sql, params in parts for value in params]


def _part(leads, size):
    sql, params = leads.values("id")[:size].query.sql_with_params()
    return f"SELECT id, CAST(NULL AS double precision) AS place FROM ({sql}) AS part", params  # noqa: S608


def _column_pages(asked, name, size):
    leads = _narrowed(asked, name)
    if asked.filters.sort != "own":
        order = ORDERS[asked.filters.sort]
        return [_part(order.beyond(order.sort(leads), asked.after_in(name)), size)]
    return _own_pages(leads, asked.viewer, asked.after_in(name), size)


def _own_pages(leads, viewer, after, size):
    """First what the viewer has put somewhere, then the rest by their due times."""
    mine = CardPosition.objects.filter(person=viewer, lead=OuterRef("pk"))
    rest = ORDERS["due"].sort(leads.filter(~Exists(mine)))
    if after.startswith("r"):
        return [_part(ORDERS["due"].beyond(rest, after[1:]), size)]
    placed = CardPosition.objects.filter(person=viewer, lead__in=leads).order_by("position", "lead_id")
    if after.startswith("p"):
        placed = placed.filter(position__gt=_float(after[1:].partition("_")[0]))
    sql, params = placed.values("lead_id", "position")[:size].query.sql_with_params()
    return [(f"SELECT lead_id AS id, position AS place FROM ({sql}) AS placed", params), _part(rest, size)]  # noqa: S608


def _narrowed(asked, name):
    leads = Lead.objects.filter(board_column=name)
    return asked.filters.apply(leads, asked.viewer, asked.directory, asked.at) if asked.filters.is_narrow else leads


def _page(name, found, asked, size):
    shown = found[:size]
    token = _token(shown[-1], asked.filters.sort) if len(found) > size else ""
    return Column(name, shown, token)


def _token(row, sort):
    if sort != "own":
        order = ORDERS[sort]
        return order.token(getattr(row, order.column), row.id)
    if row.place is not None:
        return f"p{row.place!r}_{row.id}"
    return "r" + ORDERS["due"].token(row.attention_at, row.id)


def _in_order(rows, sort):
    """The database need not keep the order of a UNION; the few rows of a page are put in order here."""
    if sort == "score":
        return sorted(rows, key=lambda row: (-1 if row.score is None else row.score, row.id), reverse=True)
    if sort == "newest":
        return sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)
    if sort == "own":
        placed = sorted((row for row in rows if row.place is not None), key=lambda row: (row.place, row.id))
        return placed + _in_order([row for row in rows if row.place is None], "due")
    return sorted(rows, key=lambda row: (row.attention_at, row.id))


def _read(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    if connection.vendor == "sqlite":
        found = [_typed(row) for row in found]
    return [Row._make(row) for row in found]


def _typed(row):
    """SQLite keeps instants and days as text, and hands out instants without their zone."""
    row = list(row)
    for place in INSTANTS:
        if row[place] is not None:
            at = (
                row[place] if isinstance(row[place], datetime.datetime) else datetime.datetime.fromisoformat(row[place])
            )
            row[place] = at.replace(tzinfo=datetime.UTC)
    for place in DAYS:
        if isinstance(row[place], str):
            row[place] = datetime.date.fromisoformat(row[place])
    return row


def _float(text):
    try:
        return float(text)
    except ValueError:
        return 0.0
