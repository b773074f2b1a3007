"""Whether a lead meets a definition: pure, a clause at a time.

A clause is one of
    {"key": "timeline", "kind": "bant", "part": "timeline", "states": ["known"]}
    {"key": "one_more", "kind": "bant_count", "parts": ["budget", …], "at_least": 1, "states": ["known"]}
    {"key": "note", "kind": "note"}
    {"key": "score", "kind": "score", "at_least": 60}
"""

import dataclasses
from collections.abc import Iterable, Mapping


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known of a lead: BANT part -> state, whether somebody wrote a note, the score if there is one."""

    bant: Mapping[str, str]
    has_note: bool
    score: int | None = None


def unmet(clauses: Iterable[dict], facts: Facts) -> list[str]:
    """The keys of the clauses that do not hold, in their order; ValueError for an unknown kind."""
    return [clause["key"] for clause in clauses if not holds(clause, facts)]


def holds(clause: dict, facts: Facts) -> bool:
    kind = clause["kind"]
    if kind == "bant":
        return _in_state(clause["part"], clause, facts)
    if kind == "bant_count":
        return sum(_in_state(part, clause, facts) for part in clause["parts"]) >= clause["at_least"]
    if kind == "note":
        return facts.has_note
    if kind == "score":
        return facts.score is not None and facts.score >= clause["at_least"]
    raise ValueError(f"unknown kind of clause: {kind}")


def _in_state(part: str, clause: dict, facts: Facts) -> bool:
    return facts.bant.get(part, "unknown") in clause.get("states", ["known"])
