"""Asking the search documents, newest first, at a cost that depends neither on their number nor on how common a word is.

SQLite's FTS5 reads its index from the newest document on and stops when it has enough. PostgreSQL's
GIN has no such order: it would fetch every hit of a common word before it could say which are the
newest. So the newest documents are looked through first; a word that many of them hold is answered
from there. For any other word the index is asked, for so many hits and no more.
"""

from dataclasses import dataclass

from django.db import connection

from portal.models import SearchDocument
from portal.search import notation
from portal.search.tokens import terms

RECENT = 5_000  # documents, about 3 ms
FURTHER = 25_000
COMMON = 30  # so many among the recent ones make a word common
MOST = 1_000  # counts stop there

LOOK_THROUGH = """
SELECT id FROM (SELECT id, kind, tokens FROM portal_searchdocument ORDER BY id DESC LIMIT %s) AS recent
WHERE kind = ANY(%s) AND tokens @@ %s::tsquery LIMIT %s
"""


@dataclass(frozen=True)
class Found:
    """Documents with their bodies, newest first; `more` says that there are more than `total`."""

    documents: list[SearchDocument]
    total: int
    more: bool


def find(words, kinds, limit):
    """The documents of these kinds that hold all the words; `limit` of them, COMMON at most."""
    sought = terms(words)
    if not sought:
        return Found([], 0, False)
    look = _look_on_postgresql if connection.vendor == "postgresql" else _look
    ids, more = look(sought, list(kinds))
    chosen = ids[: min(limit, COMMON)]
    documents = SearchDocument.objects.filter(pk__in=chosen).defer("tokens").order_by("-pk") if chosen else []
    return Found(list(documents), len(ids), more)


def _look(sought, kinds):
    ids = list(_matching(sought, kinds).order_by("-pk")[: MOST + 1])
    return ids[:MOST], len(ids) > MOST


def _look_on_postgresql(sought, kinds):
    recent = _look_through(RECENT, sought, kinds)
    if len(recent) >= COMMON:
        return recent, True
    any_ids = list(_matching(sought, kinds).order_by()[: MOST + 1])
    if len(any_ids) > MOST:
        # Common, but not lately: the newest as far as looking through is quick, then others.
        recent = _look_through(FURTHER, sought, kinds)
        rest = sorted(set(any_ids) - set(recent), reverse=True)
        return (recent + rest)[:MOST], True
    return sorted(any_ids, reverse=True), False


def _look_through(documents, sought, kinds):
    with connection.cursor() as cursor:
        cursor.execute(LOOK_THROUGH, [documents, kinds, notation.query(sought, "postgresql"), COMMON])
        return [row[0] for row in cursor.fetchall()]


def _matching(sought, kinds):
    return SearchDocument.objects.filter(kind__in=kinds, tokens__matches=sought).values_list("pk", flat=True)
