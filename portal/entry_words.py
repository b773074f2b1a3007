"""Entries in the reader's language: a headline for the bell, a sentence for the timeline of the record.

Each app registers a speaker for the kinds of record whose streams it writes. A speaker is given all the
entries of a page at once and asks for what they refer to a fixed number of times.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import Entry, Person


@dataclasses.dataclass(frozen=True)
class Line:
    """What an entry says. `headline` stands alone and names the record; `sentence` stands on the record's page."""

    entry: Entry
    headline: str
    sentence: str
    detail: str = ""  # words of a person: a memo, a note, a reason
    is_quote: bool = False
    url: str = ""
    by: Person | None = None
    icon: str = ""  # where nobody did it: the portal's own doing

    @property
    def function(self):
        return self.by.function if self.by else ""


_speakers: dict[str, Callable[[list[Entry]], dict[int, Line]]] = {}
_reasons: dict[str, Any] = {"stand_in": _("You stand in for a colleague who is away")}


def register(kind, speaker):
    """`speaker(entries)` returns {entry's key: Line} for streams of this kind of record."""
    _speakers[kind] = speaker


def register_reasons(words):
    """Words for why somebody is told: {code: "You carry this lead"}."""
    _reasons.update(words)


def reason(code):
    return _reasons.get(code, "")


def describe(entries: Iterable[Entry]) -> list[Line]:
    """A Line an entry, in their order; an entry nobody has words for is left out."""
    entries = list(entries)
    by_kind = defaultdict(list)
    for entry in entries:
        by_kind[entry.subject[0]].append(entry)
    lines: dict[int, Line] = {}
    for kind, theirs in by_kind.items():
        if kind in _speakers:
            lines |= _speakers[kind](theirs)
    return [lines[entry.pk] for entry in entries if entry.pk in lines]
