"""Keeping search documents: an app says how the documents of a kind are written, here they are put in place."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from portal import bulk
from portal.search.tokens import tokenise

CHUNK = 1000
LONGEST = 8000  # characters of a body


@dataclass(frozen=True)
class Source:
    """How documents of a kind come about.

    `bodies(ids)` yields (id, text) for those of the records that may be found; `ids()` yields all there are,
    those changed last at the end, so that they are found first.
    """

    kind: str
    bodies: Callable[[list[int]], Iterable[tuple[int, str]]]
    ids: Callable[[], Iterator[int]]


_sources: dict[str, Source] = {}


def register(source):
    _sources[source.kind] = source


def kinds():
    return list(_sources)


def index(kind, ids):
    """Write the documents of these records anew; safe to repeat. Records that are gone lose theirs."""
    ids = sorted(set(ids))
    for start in range(0, len(ids), CHUNK):
        _index(_sources[kind], ids[start : start + CHUNK])


def index_all(kind):
    """Write all documents of a kind anew; yields how many have been written so far."""
    written, chunk = 0, []
    for pk in _sources[kind].ids():
        chunk.append(pk)
        if len(chunk) == CHUNK:
            _index(_sources[kind], chunk)
            written += len(chunk)
            chunk = []
            yield written
    _index(_sources[kind], chunk)
    yield written + len(chunk)


@transaction.atomic
def _index(source, ids):
    from portal.models import SearchDocument

    if not ids:
        return
    old = SearchDocument.objects.filter(kind=source.kind, object_id__in=ids)
    # Two consumers at once: the second waits here and then sees what the first wrote.
    list(old.select_for_update().order_by("id").values_list("id"))
    bodies = {pk: body[:LONGEST] for pk, body in source.bodies(ids)}
    old.delete()
    now = timezone.now()
    rows = (
        SearchDocument(kind=source.kind, object_id=pk, body=bodies[pk], tokens=tokenise(bodies[pk]), written_at=now)
        for pk in ids
        if pk in bodies
    )
    bulk.insert(SearchDocument, rows)
