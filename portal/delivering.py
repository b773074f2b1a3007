"""Which consumers hear of which entries. A consumer registers itself with its app's `ready`."""

import dataclasses
from collections.abc import Callable

from portal import bulk


@dataclasses.dataclass(frozen=True)
class Consumer:
    """`hear(entry)` must be safe to run twice; `wants(verb)` says which entries concern it."""

    name: str
    hear: Callable
    wants: Callable[[str], bool]


consumers: dict[str, Consumer] = {}


def register(name, hear, *, wants):
    consumers[name] = Consumer(name, hear, wants)


def post(entries):
    """A `Delivery` row for each entry and each consumer that wants it, in the caller's transaction."""
    from portal.models import Delivery  # the entry model calls this while the models load

    rows = [
        Delivery(entry=entry, consumer=consumer.name, next_at=entry.recorded_at)
        for entry in entries
        for consumer in consumers.values()
        if consumer.wants(entry.verb)
    ]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    elif rows:
        bulk.insert(Delivery, rows)
