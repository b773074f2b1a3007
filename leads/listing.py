"""The list of all leads: the pool, the lost and the disqualified too. Paged by key, both ways."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, DateTimeField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from leads import board
from leads.keyset import ORDERS
from leads.models import Lead
from portal.models import Entry

A_PAGE = 50
SORTS = ("due", "score", "newest", "amount")


@dataclass(frozen=True)
class Kind:
    """A column of the table: `sort` names its order, `hide` the class that hides it on a phone."""

    name: str
    label: Any
    sort: str = ""
    right: bool = False
    hide: str = "m-hide"


COLUMNS = {
    kind.name: kind
    for kind in (
        Kind("stage", _("Stage")),
        Kind("source", _("Source")),
        Kind("score", _("Score"), sort="score", right=True, hide=""),
        Kind("bant", _("BANT")),
        Kind("due", _("Next due"), sort="due", hide="m-2"),
        Kind("owner", _("Carried by"), hide="m-2"),
        Kind("amount", _("Amount"), sort="amount", right=True),
        Kind("moved", _("Last movement"), right=True),
        Kind("campaign", _("Campaign")),
        Kind("industry", _("Industry")),
        Kind("employees", _("Employees"), right=True),
        Kind("email", _("E-mail")),
        Kind("created", _("Asked to be contacted"), sort="newest", right=True),
    )
}
BESIDES = ("source", "campaign", "company__industry", "company__employees", "phone", "kana", "moved_at")
DEFAULT = ("stage", "source", "score", "bant", "due", "owner", "amount", "moved")


@dataclass(frozen=True)
class Line:
    """A row of the table: the lead as a card knows it, and what only the table shows."""

    row: board.Row
    source: int | None
    campaign: int | None
    industry: str
    employees: int | None
    phone: str
    kana: str
    moved_at: Any


@dataclass(frozen=True)
class Page:
    """Tokens of the pages before and after; empty where there is none."""

    lines: list[Line]
    before: str
    after: str


def page(asked, *, before="", size=A_PAGE, movements=True):
    """The page after `asked.after`, or the one before `before`."""
    order = ORDERS[asked.filters.sort]
    backwards = bool(order.read(before))
    leads = asked.filters.apply(Lead.objects.all(), asked.viewer, asked.directory, asked.at)
    leads = order.beyond(
        order.sort(leads, backwards=backwards), before if backwards else asked.after, backwards=backwards
    )
    found = list(_shown(leads, movements)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    lines = _lines(found)
    first, last = (_token(order, lines[0]), _token(order, lines[-1])) if lines else ("", "")
    came_from = bool(order.read(asked.after))
    return Page(lines, first if (more if backwards else came_from) else "", last if backwards or more else "")


def total(asked):
    """(number, whether there are more), as far as 1,000."""
    leads = asked.filters.apply(Lead.objects.order_by(), asked.viewer, asked.directory, asked.at)
    n = leads.values("pk")[: board.COUNTED + 1].count()
    return min(n, board.COUNTED), n > board.COUNTED


def chosen_columns(names):
    """The columns of these names in the table's order; the usual ones where none is known."""
    chosen = [kind for name, kind in COLUMNS.items() if name in names]
    return chosen or [COLUMNS[name] for name in DEFAULT]


def _shown(leads, movements):
    """Key, then what Line holds besides the row; the last entry of a lead's stream is when it last moved."""
    if not movements:
        return leads.annotate(moved_at=Value(None, output_field=DateTimeField())).values_list("pk", *BESIDES)
    stream = Concat(Value("lead:"), Cast(OuterRef("pk"), CharField()))
    last = Entry.objects.filter(stream=stream).order_by("-id").values("at")[:1]
    return leads.annotate(moved_at=Subquery(last)).values_list("pk", *BESIDES)


def _lines(found):
    rows = board.rows(pk for pk, *_rest in found)
    return [Line(rows[pk], *rest) for pk, *rest in found if pk in rows]


def _token(order, line):
    return order.token(getattr(line.row, order.column), line.row.id)
