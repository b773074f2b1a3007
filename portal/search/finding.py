"""Asking the search documents: newest first, at a cost that depends neither on how many there are nor on how common a word is."""

from dataclasses import dataclass

from django.db import connection

from portal.models import SearchDocument
from portal.search.tokens import terms

RECENT = 3000
COMMON = 30  # so many among the recent ones make a word common
MOST = 1000


@dataclass(frozen=True)
class Found:
    """Documents with their bodies, newest first; `more` says that there are more than `total`."""

    documents: list[SearchDocument]
    total: int
    more: bool


NOTHING = Found([], 0, False)


def find(words, kinds, limit):
    """The documents of these kinds that hold all the words."""
    sought = terms(words)
    if not sought:
        return NOTHING
    ids, more = _ids(sought, list(kinds))
    documents = SearchDocument.objects.filter(pk__in=ids[:limit]).defer("tokens").order_by("-pk")
    return Found(list(documents) if ids else [], len(ids), more)


def _ids(sought, kinds):
    if connection.vendor == "postgresql":
        common = _recent(sought, kinds)
        if len(common) >= COMMON:
            return common, True
    ids = list(_matching(sought, kinds).values_list("pk", flat=True)[: MOST + 1])
    return ids[:MOST], len(ids) > MOST


def _matching(sought, kinds):
    return SearchDocument.objects.filter(kind__in=kinds, tokens__matches=sought).order_by("-pk")


def _recent(sought, kinds):
    """A look at the newest documents first. An inverted index would have to fetch every hit of a common word
    before it could say which are the newest."""
    latest = SearchDocument.objects.order_by("-pk").values_list("pk", flat=True)[RECENT : RECENT + 1]
    floor = next(iter(latest), 0)
    return list(_matching(sought, kinds).filter(pk__gt=floor).values_list("pk", flat=True)[:COMMON])
