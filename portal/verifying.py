"""What always holds, as checks on the data. They read, and repair nothing.

An app registers its checks in `ready`. A check is a question to the database that answers with the records
for which its rule does not hold; where there are none it costs one query.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from portal.models import CompanySettings, Entry, Notification
from portal.models.entry import name_of

SHOWN = 100


@dataclasses.dataclass(frozen=True)
class Fault:
    """A record for which a rule does not hold: its name ("lead:7"), and what was found."""

    where: str
    what: str = ""


@dataclasses.dataclass(frozen=True)
class Check:
    """`find` yields faults; `rule` says in a sentence what should hold."""

    key: str
    rule: Any
    find: Callable[[], Iterable[Fault]]


@dataclasses.dataclass(frozen=True)
class Finding:
    check: Check
    count: int
    faults: list[Fault]

    @property
    def holds(self):
        return self.count == 0


_checks: dict[str, Check] = {}


def register(*checks: Check) -> None:
    _checks.update({check.key: check for check in checks})


def verify() -> Iterator[Finding]:
    """Each check with what it found; of many faults the first hundred are kept."""
    for check in _checks.values():
        count, kept = 0, []
        for fault in check.find():
            count += 1
            if count <= SHOWN:
                kept.append(fault)
        yield Finding(check, count, kept)


def faults(records, what=lambda record: "") -> Iterator[Fault]:
    """A fault a record of a queryset."""
    for record in records.iterator(chunk_size=1_000):
        yield Fault(name_of(record), what(record))


# -- What the portal itself holds -----------------------------------------------------------------


def told_twice() -> Iterator[Fault]:
    twice = Notification.objects.values("person", "entry").annotate(n=Count("pk")).filter(n__gt=1).order_by()
    for row in twice:
        yield Fault(f"entry:{row['entry']}", f"person:{row['person']} ×{row['n']}")


def taken_back_elsewhere() -> Iterator[Fault]:
    """An entry takes back one of its own stream, and an earlier one."""
    wrong = Entry.objects.filter(undoes__isnull=False).select_related("undoes").exclude(stream=F("undoes__stream"))
    yield from faults(wrong, lambda entry: f"{entry.stream} ≠ {entry.undoes.stream}")
    yield from faults(Entry.objects.filter(undoes__gte=F("pk")))


def several_companies() -> Iterator[Fault]:
    yield from faults(CompanySettings.objects.exclude(pk=1))


def missing_trigger(table: str, part: str) -> Iterator[Fault]:
    """Where the database itself keeps a rule by a trigger; a restored copy may have lost it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relname = %s",
                [table],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        if not any(part in name for (name,) in cursor.fetchall()):
            yield Fault(table, part)


register(
    Check(
        "trail_guarded",
        _("The database refuses to change the trail."),
        lambda: missing_trigger("portal_entry", "trail"),
    ),
    Check("told_once", _("Nobody is told twice of one entry."), told_twice),
    Check("taken_back_in_place", _("What is taken back is an earlier entry of the same record."), taken_back_elsewhere),
    Check("one_company", _("The company's settings are one row."), several_companies),
)
