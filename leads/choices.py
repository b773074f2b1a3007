"""What a board or a list can be narrowed by, as the options of its form. Drawn once for a directory and a choice."""

import functools
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leads.filters import DUES, NONE, SCORES, STAGES, due_name, stage_name

SORT_NAMES = {
    "due": _("Nearest due first"),
    "score": _("Highest score first"),
    "newest": _("Newest first"),
    "own": _("My own order"),
    "amount": _("Largest amount first"),
}


@dataclass(frozen=True)
class Choices:
    """<option>s of each select."""

    owner: Any
    source: Any
    campaign: Any
    due: Any
    score: Any
    stage: Any
    sort: Any


def choices(asked, sorts):
    chosen, names = asked.filters, asked.directory
    owner = (
        f"u{chosen.unit}"
        if chosen.unit is not None
        else "me"
        if chosen.owner == asked.viewer.pk
        else str(chosen.owner or "")
    )
    dues = [] if chosen.about_other else list(DUES)
    return Choices(
        owner=_people(names, owner, get_language()),
        source=_sources(names, str(chosen.source or ""), get_language()),
        campaign=_campaigns(names, str(chosen.campaign or ""), get_language()),
        due=_options([("", gettext("Due: any")), *((due, due_name(due)) for due in dues)], chosen.due),
        score=_options([("", gettext("Score: any")), *((str(n), gettext("%(score)d points or more") % {"score": n}) for n in SCORES)], str(chosen.score or "")),
        stage=_options([("", gettext("Stage: any")), *((stage, stage_name(stage)) for stage in STAGES)], chosen.stage),
        sort=_options([(sort, SORT_NAMES[sort]) for sort in sorts if not (sort == "due" and chosen.about_other)], chosen.sort),
    )  # fmt: skip


@functools.lru_cache(maxsize=256)
def _people(directory, chosen, _language):
    teams = [(f"u{unit.pk}", unit.name) for unit in directory.units.values()]
    people = [(str(one.pk), one.name) for one in directory.colleagues()]
    first = [("", gettext("Carried by: anyone")), ("me", gettext("Me"))]
    return SafeString(
        _options(first, chosen) + _group(gettext("Teams"), teams, chosen) + _group(gettext("People"), people, chosen)
    )


@functools.lru_cache(maxsize=64)
def _sources(directory, chosen, _language):
    found = sorted(directory.sources.values(), key=lambda one: (one.parent or 0, one.name))
    return _options(
        [("", gettext("Source: any")), *((str(one.pk), one.name) for one in found), (NONE, gettext("not stated"))],
        chosen,
    )


@functools.lru_cache(maxsize=64)
def _campaigns(directory, chosen, _language):
    latest = directory.latest_campaigns()
    if chosen and int(chosen) not in {one.pk for one in latest}:
        latest.append(directory.campaigns[int(chosen)])
    return _options([("", gettext("Campaign: any")), *((str(one.pk), one.name) for one in latest)], chosen)


def _group(label, options, chosen):
    return f'<optgroup label="{escape(label)}">{_options(options, chosen)}</optgroup>' if options else ""


def _options(options, chosen):
    return SafeString(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
            for value, label in options
        )
    )
