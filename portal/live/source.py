"""What is new since a position in the trail. Plain database work; nothing here waits."""

import dataclasses
import datetime
import time
from collections.abc import Iterable

from django.db.models import Max, Q
from django.utils import timezone

from portal.models import Entry, Notification

MANY = 200
# A transaction takes its keys before it commits, so a key may appear after its successors. Longer than any
# transaction of the portal lasts; a number that was never used (a rollback) is forgotten after that.
GAP_SECONDS = 60.0
MOST_GAPS = 50
LATE = datetime.timedelta(seconds=10)


@dataclasses.dataclass(frozen=True)
class News:
    """That a record changed: its kind and key, and who did it (never sent; it becomes "mine")."""

    entry: int
    kind: str
    key: int
    by: int | None

    def seen_by(self, person):
        return {"type": self.kind, "id": self.key, "entry": self.entry, "mine": self.by == person}


class Follower:
    """Follows the keys of a table upwards, also those that were taken early and committed late."""

    def __init__(self, model, fields):
        self.rows = model._base_manager.order_by("pk").values_list("pk", *fields)
        self.gaps: list[tuple[int, int, float]] = []  # first, last, noticed
        self.last = max(0, (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) - MANY)
        self.new_rows()  # what is old is no news; the gaps in it may still be filled

    def new_rows(self, now=None):
        now = time.monotonic() if now is None else now
        self.gaps = [gap for gap in self.gaps if now - gap[2] < GAP_SECONDS][-MOST_GAPS:]
        wanted = Q(pk__gt=self.last)
        for first, last, _noticed in self.gaps:
            wanted |= Q(pk__range=(first, last))
        rows = list(self.rows.filter(wanted))
        self._remember([row[0] for row in rows], now)
        return rows

    def _remember(self, keys: Iterable[int], now):
        """Cut what has come out of the gaps, and note the new gaps before what came on top."""
        for key in keys:
            if key > self.last:
                if key > self.last + 1:
                    self.gaps.append((self.last + 1, key - 1, now))
                self.last = key
            else:
                self.gaps = [piece for gap in self.gaps for piece in _without(key, gap)]


def _without(key, gap):
    first, last, noticed = gap
    if not first <= key <= last:
        return [gap]
    pieces = [(first, key - 1, noticed), (key + 1, last, noticed)]
    return [piece for piece in pieces if piece[0] <= piece[1]]


class Watch:
    """The trail and the notifications, followed together."""

    def __init__(self):
        self.entries = Follower(Entry, ["stream", "by_id"])
        self.notifications = Follower(Notification, ["person_id"])

    def look(self):
        """([News], {keys of people who were told something}) since the last look."""
        news = [read(row) for row in self.entries.new_rows()]
        told = {row[1] for row in self.notifications.new_rows()}
        return news, told


def read(row):
    pk, stream, by = row
    kind, _colon, key = stream.partition(":")
    return News(pk, kind, int(key), by)


def since(*, after=None, at=None):
    """[News], oldest first, behind an entry's key or known since an instant: for whoever comes back or has just come.

    Looks a little further back than asked, for what was committed late; the browser knows what it has seen.
    Never more than MANY + 1: then there is too much to tell one by one.
    """
    rows = Entry.objects.order_by("-pk")
    if after is None:
        rows = rows.filter(recorded_at__gte=at)
    else:
        late = Q(pk__gt=after - MANY, recorded_at__gte=timezone.now() - LATE)
        rows = rows.filter(Q(pk__gt=after) | late)
    newest = list(rows.values_list("pk", "stream", "by_id")[: MANY + 1])
    return [read(row) for row in reversed(newest)]


def told(news, person):
    """What a browser is sent: each change, or that there are too many to name."""
    if len(news) > MANY:
        return [{"type": "many", "entry": news[-1].entry}]
    return [one.seen_by(person) for one in news]
