"""The two sides' promises as figures on top of the board; whoever computes them registers here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pledge:
    """One promise of a side and how much of it was kept (percent; None while there is nothing to count)."""

    functions: tuple[str, ...]
    label: Any
    percent: int | None
    url: str = ""


_source: Callable[[], list[Pledge]] = list


def register(source):
    """`source()` gives the pledges; it answers from what is kept, never by counting."""
    global _source
    _source = source


def strip():
    """What the board shows. Figures beside the work are never the reason that the work cannot be seen."""
    try:
        return _source()
    except Exception:
        logger.exception("pledges_unavailable")
        return []
