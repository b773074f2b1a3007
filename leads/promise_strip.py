"""The two sides' promises as figures on top of the board: counted by the minute's sweep, read by every page."""

import dataclasses
import json
from dataclasses import dataclass

from leads import promises
from leads.models import Commitment, KeptPromises

TEAMS = {Commitment.Side.MARKETING: ("marketing", "inside_sales"), Commitment.Side.SALES: ("sales",)}


@dataclass(frozen=True)
class Shown:
    """One promise of a side and how much of it was kept (percent; None while there is nothing to count)."""

    functions: tuple[str, ...]
    label: str
    percent: int | None
    explanation: str


def refresh(at):
    """Count the figures and keep them; safe to repeat."""
    figures = [dataclasses.asdict(figure) for figure in promises.strip(at)]
    KeptPromises.objects.update_or_create(pk=1, defaults={"figures": figures, "counted_at": at})


def read(directory):
    """What the board shows, in the reader's language; nothing before the first sweep."""
    return [
        _shown(promises.Figure(**figure)) for kept in directory.kept.values() for figure in json.loads(kept.figures)
    ]


def _shown(figure):
    return Shown(TEAMS.get(figure.side, ()), figure.label, figure.percent, figure.explanation)
