"""Which consumers hear of which entries. A consumer registers itself with its app's `ready`."""

import dataclasses
import datetime
from collections.abc import Callable

from portal import bulk


@dataclasses.dataclass(frozen=True)
class Consumer:
    """Somebody who must hear of entries, several at a time.

    `hear(entries, at=…)` runs in a transaction of its own and must be safe to run twice. It returns
    {entry's key: instant} for what it wants to hear again then, and nothing when it is done with all.
    `wants(verb)` says which entries concern it.
    """

    name: str
    hear: Callable[..., dict[int, datetime.datetime] | None]
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
    if rows:
        bulk.insert(Delivery, rows)
