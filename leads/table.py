"""What a row of the list says, ready for its template and for a file."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import cards
from leads.models import Bant, Lead
from leads.models.bant import states_of
from portal import words


@dataclass(frozen=True)
class Shown:
    """A row as it is shown: finished words."""

    pk: int
    url: str
    name: str
    person: str
    stage: str
    source: str
    score: int | None
    bant: list[str]
    clock: Any
    holder: str
    function: str
    amount: int | None
    moved: str
    campaign: str
    industry: str
    employees: int | None
    email: str
    created: str


def line(found, asked):
    row, names, drawing = found.row, asked.directory, _drawing(asked)
    clock = cards.clock_of(row, drawing)
    facts = cards.facts_of(row, drawing, clock)
    holder = cards.holder_of(row, names)[0]
    return Shown(
        pk=row.id,
        url=reverse("leads:lead", args=[row.id]),
        name=facts.name,
        person="・".join(filter(None, [facts.person, facts.place])),
        stage=stage_words(row),
        source=_name(names.sources, found.source),
        score=row.score,
        bant=states_of(row.bant_states),
        clock=cards.chip(clock, asked.at, facts.name),
        holder=facts.holder or facts.holder_team,
        function=holder.function if holder else "sales" if facts.holder_team else "",
        amount=row.amount,
        moved=_instant(found.moved_at or row.created_at, asked.at),
        campaign=_name(names.campaigns, found.campaign),
        industry=found.industry or "",
        employees=found.employees,
        email=row.email,
        created=_instant(row.created_at, asked.at),
    )


def _drawing(asked):
    """A list shows many people's leads: where the due time has passed, a team stands for the name."""
    return cards.Drawing(
        asked.viewer, asked.directory, asked.at, hides_clocks=asked.filters.hides_clocks, hides_late_names=True
    )


def stage_words(row):
    """The board's column where the lead stands in one, else its stage."""
    return str(Lead.Column(row.board_column).label if row.board_column else Lead.Stage(row.stage).label)


def cells(found, asked):
    """The same for a file, in the order of HEADINGS. Where the due time has passed, a team stands for the name."""
    row, names, drawing = found.row, asked.directory, _drawing(asked)
    holder, team, _role = cards.named(row, drawing, cards.clock_of(row, drawing))
    due = None if asked.filters.hides_clocks else row.due_at
    return [
        row.id, row.company or "", f"{row.family_name} {row.given_name}".strip(), found.kana, row.department, row.title, row.email,
        found.phone, stage_words(row), _name(names.sources, found.source), _name(names.campaigns, found.campaign), row.score, *(str(Bant.State(state).label) for state in states_of(row.bant_states)),
        timezone.localtime(due) if due else None, holder or team, row.amount, timezone.localtime(row.created_at), row.external_key,
    ]  # fmt: skip


HEADINGS = [
    _("Key"), _("Company"), _("Name"), _("Reading (kana)"), _("Department"), _("Title"), _("E-mail"), _("Telephone"), _("Stage"),
    _("Source"), _("Campaign"), _("Score"), _("Budget"), _("Authority"), _("Need"), _("Timeline"), _("Next due"), _("Carried by"),
    _("Amount (yen)"), _("Asked to be contacted"), _("External id"),
]  # fmt: skip


def _name(shelf, pk):
    found = shelf.get(pk)
    return found.name if found else ""


def _instant(at, now):
    return words.instant(at, now=now, near=False, weekday=False)
