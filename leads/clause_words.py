"""The clauses of a definition in words; rendered from the parameters, so that the two cannot drift apart."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leads.models.bant import Bant
from portal.words import in_language


def sentence(clauses: Iterable[dict], keys: Iterable[str]) -> str:
    """The named clauses, joined as the reader's language joins a list."""
    wanted = set(keys)
    return pgettext("joins clauses", ", ").join(words(clause) for clause in clauses if clause["key"] in wanted)


def words(clause: dict) -> str:
    kind = clause["kind"]
    if kind == "bant":
        return _("%(part)s is known") % {"part": _part(clause["part"])}
    if kind == "bant_count":
        parts = pgettext("joins BANT parts", " or ").join(_part(part) for part in clause["parts"])
        return _("%(n)d more known of %(parts)s") % {"n": clause["at_least"], "parts": parts}
    if kind == "note":
        return _("a note for the receiver is written")
    if kind == "score":
        return _("the score is %(n)d or more") % {"n": clause["at_least"]}
    raise ValueError(f"unknown kind of clause: {kind}")


def exception(one: dict) -> str:
    """A written exception of a definition, in the reader's language."""
    return in_language(one["name"], one.get("name_en", ""))


def _part(part: str) -> str:
    return str(Bant.Part(part).label)
