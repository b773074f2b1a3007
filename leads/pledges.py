"""The two sides' promises as figures on top of the board: read from what is kept, counted again at most every few minutes."""

import logging
from dataclasses import dataclass

from django.core.cache import cache

from leads import promises
from leads.models import Commitment

logger = logging.getLogger(__name__)

KEPT = "board-pledges"
KEPT_FOR = 300  # seconds; where web and worker share a cache, the minute's sweep renews it long before
TEAMS = {Commitment.Side.MARKETING: ("marketing", "inside_sales"), Commitment.Side.SALES: ("sales",)}


@dataclass(frozen=True)
class Pledge:
    """One promise of a side and how much of it was kept (percent; None while there is nothing to count)."""

    functions: tuple[str, ...]
    label: str
    percent: int | None
    explanation: str


def strip(at):
    """What the board shows. Figures beside the work are never the reason that the work cannot be seen."""
    try:
        figures = cache.get(KEPT)
        return [_pledge(figure) for figure in (refresh(at) if figures is None else figures)]
    except Exception:
        logger.exception("pledges_unavailable")
        return []


def refresh(at):
    figures = promises.strip(at)
    cache.set(KEPT, figures, timeout=KEPT_FOR)
    return figures


def _pledge(figure):
    return Pledge(TEAMS.get(figure.side, ()), figure.label, figure.percent, figure.explanation)
