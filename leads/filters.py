"""The conditions a board or a list is narrowed by: read from the address, written back into it, and applied.

That nobody's lateness is a list is kept here, so that no page, view or export can forget it: see
`Filters.read`. What is hidden on single cards is decided by `hides_clocks` and `hides_late_names`.
"""

import datetime
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import permissions, search
from leads.models import Handoff, ImportRow, Lead

FEW = 3  # people; a smaller team's lateness would be somebody's
SORTS = ("due", "score", "newest", "own", "amount")
DUES = ("today", "week", "overdue")
SCORES = (80, 60, 40)
NURTURING_ALL = f"{Lead.Stage.NURTURING}_all"  # those that stand in no column, too
STAGES = (*Lead.Column.values, NURTURING_ALL, Lead.Stage.LOST, Lead.Stage.DISQUALIFIED)
NONE = "none"

NOT_OF_OTHERS = gettext_lazy("Clocks are not shown for one colleague at a time. You see your own and your team's.")
NOT_OF_FEW = gettext_lazy("What is overdue is shown for teams of three people or more.")


@dataclass(frozen=True)
class Filters:
    """Conditions that a viewer has set; keys of records, not the records."""

    owner: int | None = None
    unit: int | None = None
    waiting: bool = False  # for the viewer's answer
    source: int | str | None = None
    campaign: int | None = None
    stage: str = ""
    due: str = ""
    score: int | None = None
    q: str = ""
    file: int | None = None  # an import: the leads that it brought or met
    sort: str = "due"
    about_other: bool = False  # somebody who is neither the viewer nor their report
    refused: str = ""

    @classmethod
    def read(cls, params, viewer, directory, *, sorts=SORTS):
        """What an address asks for, as far as it can be had; what is unknown is left out."""
        given = cls(
            owner=_owner(params.get("owner"), viewer, directory),
            unit=_unit(params.get("owner"), directory),
            waiting=params.get("waiting") == "me",
            source=NONE if params.get("source") == NONE else _key(params.get("source"), directory.sources),
            campaign=_key(params.get("campaign"), directory.campaigns),
            stage=_one_of(params.get("stage"), STAGES),
            due=_one_of(params.get("due"), DUES),
            score=_number(params.get("score")),
            q=" ".join(params.get("q", "").replace("\x00", "").split())[:100],
            file=_number(params.get("file"), digits=9),
            sort=_one_of(params.get("sort"), sorts) or sorts[0],
        )
        return given._fair(viewer, directory)

    def _fair(self, viewer, directory):
        """Nothing combines overdue with a person, except for that person and their manager."""
        if self.owner is not None and not _is_mine(self.owner, viewer, directory):
            asked = bool(self.due)
            return replace(
                self, about_other=True, due="", sort="newest" if self.sort == "due" else self.sort,
                refused=str(NOT_OF_OTHERS) if asked else "",
            )  # fmt: skip
        if self.due == "overdue" and self.unit is not None and self.owner is None:
            people, _units = directory.team(self.unit)
            if sum(one.works_here for one in people) < FEW:
                return replace(self, due="", refused=str(NOT_OF_FEW))
        return self

    @property
    def hides_clocks(self):
        """A list of one colleague's leads says nothing about their clocks."""
        return self.about_other

    @property
    def hides_late_names(self):
        """A list of what is overdue names teams, not people."""
        return self.due == "overdue"

    @property
    def is_narrow(self):
        """Whether anything but the order is set: then counts are not the maintained ones."""
        return any(getattr(self, name) for name in CONDITIONS)

    def query(self, **changes):
        """The query string that stands for these conditions; None takes one out."""
        values = {name: getattr(self, name) for name in (*CONDITIONS, "sort")}
        values["owner"] = f"u{self.unit}" if self.unit is not None else self.owner
        values["unit"] = None
        values["waiting"] = "me" if self.waiting else ""
        values["sort"] = "" if self.sort == "due" else self.sort
        values |= changes
        return urlencode({name: value for name, value in values.items() if value not in (None, "", False)})

    # -- Applied --------------------------------------------------------------------------

    def apply(self, leads, viewer, directory, at):
        """The leads that meet every condition."""
        for condition in self._conditions(viewer, directory, at):
            leads = leads.filter(condition)
        return leads

    def _conditions(self, viewer, directory, at):
        yield Q(removed_at=None)
        if self.owner is not None:
            yield _carried_by([self.owner])
        if self.unit is not None:
            yield _carried_by([one.pk for one in directory.team(self.unit)[0]], directory.team(self.unit)[1])
        if self.waiting:
            yield Q(handoff__in=Handoff.objects.waiting_for(viewer).values("pk"))
        if self.source is not None:
            yield Q(source=None) if self.source == NONE else Q(source=self.source)
        if self.campaign is not None:
            yield Q(campaign=self.campaign)
        if self.stage:
            yield _at_stage(self.stage)
        if self.due:
            yield _due(self.due, at)
        if self.score is not None:
            yield Q(score__gte=self.score)
        if self.q:
            yield search.matching(self.q)
        if self.file is not None:
            yield Q(pk__in=ImportRow.objects.filter(of=self.file).values("lead"))

    # -- Shown ----------------------------------------------------------------------------

    def chips(self, viewer, directory):
        """[(words, address without it)] for each condition that is set."""
        return [(words, self.query(**{name: None})) for name, words in self._words(viewer, directory)]

    def _words(self, viewer, directory):
        if self.owner is not None:
            name = _("me") if self.owner == viewer.pk else directory.people[self.owner].name
            yield "owner", _("Carried by: %(name)s") % {"name": name}
        if self.unit is not None:
            yield "owner", _("Team: %(name)s") % {"name": directory.units[self.unit].name}
        if self.waiting:
            yield "waiting", _("Waiting for my answer")
        if self.source is not None:
            name = _("not stated") if self.source == NONE else directory.sources[self.source].name
            yield "source", _("Source: %(name)s") % {"name": name}
        if self.campaign is not None:
            yield "campaign", _("Campaign: %(name)s") % {"name": directory.campaigns[self.campaign].name}
        if self.stage:
            yield "stage", _("Stage: %(name)s") % {"name": stage_name(self.stage)}
        if self.due:
            yield "due", due_name(self.due)
        if self.score is not None:
            yield "score", _("%(score)d points or more") % {"score": self.score}
        if self.q:
            yield "q", _("“%(words)s”") % {"words": self.q}
        if self.file is not None:
            yield "file", _("Import no. %(number)d") % {"number": self.file}


CONDITIONS = tuple(one.name for one in fields(Filters) if one.name not in {"sort", "about_other", "refused"})


def stage_name(stage):
    if stage == NURTURING_ALL:
        return _("Nurturing, all")
    names = dict(Lead.Stage.choices) | dict(Lead.Column.choices)
    return str(names[stage])


def due_name(due):
    return {"today": _("Due today"), "week": _("Due within a week"), "overdue": _("Past the agreed time")}[due]


def _carried_by(people, units=()):
    """Theirs: as owner, or while it waits for their answer."""
    waiting = Q(receiver__in=people)
    if units:
        waiting |= Q(receiver=None, receiving_unit__in=units)
    return Q(owner__in=people) | Q(handoff__in=Handoff.objects.offered().filter(waiting).values("pk"))


def _at_stage(stage):
    if stage in Lead.Column.values:
        return Q(board_column=stage)
    return Q(stage=stage.removesuffix("_all"))


def _due(due, at):
    """Today and this week begin now: what is already past is not among them."""
    if due == "overdue":
        return Q(attention_at__lt=at, next_clock__due_at__lt=at)
    days = 1 if due == "today" else 7
    end = timezone.make_aware(datetime.datetime.combine(timezone.localdate(at), datetime.time())) + datetime.timedelta(
        days=days
    )
    return Q(attention_at__gte=at, attention_at__lt=end)


def _is_mine(pk, viewer, directory):
    return permissions.can_see_lateness_of(viewer.pk, pk, directory.people[pk].manager)


def _owner(value, viewer, directory):
    return viewer.pk if value == "me" else _key(value, directory.people)


def _unit(value, directory):
    """A team stands among the owners, as u3."""
    return _key(value[1:], directory.units) if value and value.startswith("u") else None


def _number(value, digits=4):
    return int(value) if value and value.isascii() and value.isdigit() and len(value) <= digits else None


def _key(value, known):
    pk = int(value) if value and value.isascii() and value.isdigit() and len(value) < 15 else None
    return pk if pk in known else None


def _one_of(value, known):
    return value if value in known else ""
