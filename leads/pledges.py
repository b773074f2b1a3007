"""The two sides' promises as figures on top of the board: counted by the minute's sweep, read by every page."""

import dataclasses
import json
from dataclasses import dataclass

from leads import promises
from leads.models import Commitment, KeptPromises

TEAMS = {Commitment.Side.MARKETING: ("marketing", "inside_sales"), Commitment.Side.SALES: ("sales",)}


@dataclass(frozen=True)
class Pledge:
    """One promise of a side and how much of it was kept (percent; None while there is nothing to count)."""

    functions: tuple[str, ...]
    label: str
    percent: int | None
    explanation: str


def refresh(at):
    """Count the figures and keep them; safe to repeat."""
    figures = [dataclasses.asdict(figure) for figure in promises.strip(at)]
    KeptPromises.objects.update_or_create(pk=1, defaults={"figures": figures, "counted_at": at})


def strip(directory):
    """What the board shows, in the reader's language; nothing before the first sweep."""
    kept = next(iter(directory.kept.values()), None)
    return [_pledge(promises.Figure(**figure)) for figure in json.loads(kept.ja)] if kept else []


def _pledge(figure):
    return Pledge(TEAMS.get(figure.side, ()), figure.label, figure.percent, figure.explanation)
