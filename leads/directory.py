"""The few hundred names that every board shows again and again: people, teams, sources, campaigns, reasons, promises.

Read in one query and kept for a minute, so that a card joins none of them.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db import connection

from portal import words

KEPT = 60  # seconds
STAMP = "leads-directory"
CAMPAIGNS = 60  # the latest that can be chosen


@dataclass(frozen=True, slots=True)
class Someone:
    """A colleague as a card needs them."""

    pk: int
    family_name: str
    given_name: str
    kana: str
    function: str
    unit: int | None
    manager: int | None
    works_here: bool

    @property
    def name(self):
        return f"{self.family_name} {self.given_name}".strip()


@dataclass(frozen=True, slots=True)
class Label:
    """Something with a Japanese and an English name."""

    pk: int
    ja: str
    en: str
    detail: str = ""
    parent: int | None = None

    @property
    def name(self):
        return words.in_language(self.ja, self.en)


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as a clock names it: what is promised, and how its time counts."""

    pk: int
    key: str
    mode: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Published opening hours: a version of a calendar, as JSON."""

    pk: int
    calendar: int
    version: int
    digest: str
    content: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The figures above the board, as JSON."""

    pk: int
    figures: str


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as a tab shows it."""

    pk: int
    name: str
    query: str
    layout: str
    is_shared: bool
    owner: int


@dataclass(frozen=True, eq=False)
class Directory:
    people: dict[int, Someone] = field(default_factory=dict)
    units: dict[int, Label] = field(default_factory=dict)
    sources: dict[int, Label] = field(default_factory=dict)
    campaigns: dict[int, Label] = field(default_factory=dict)
    reasons: dict[int, Label] = field(default_factory=dict)
    promises: dict[int, Promise] = field(default_factory=dict)
    kept: dict[int, Kept] = field(default_factory=dict)
    views: dict[int, View] = field(default_factory=dict)
    hours: dict[int, Hours] = field(default_factory=dict)

    def colleagues(self):
        """Who can carry leads, in the order of their kana."""
        return sorted(
            (one for one in self.people.values() if one.works_here and one.function != "other"),
            key=lambda one: (one.kana, one.pk),
        )

    def latest_campaigns(self):
        """Those that can be chosen from a list, latest first."""
        return sorted(self.campaigns.values(), key=lambda one: (one.detail, one.pk), reverse=True)[:CAMPAIGNS]

    def views_of(self, person, layout):
        """One's own and the shared ones."""
        mine = [
            one for one in self.views.values() if one.layout == layout and (one.is_shared or one.owner == person.pk)
        ]
        return sorted(mine, key=lambda one: (one.is_shared, one.name, one.pk))

    def team(self, unit):
        """A unit with all below it: the people in it."""
        within = {unit}
        grown = True
        while grown:
            below = {one.pk for one in self.units.values() if one.parent in within}
            grown = not below <= within
            within |= below
        return [one for one in self.people.values() if one.unit in within], within


_kept: tuple[str, float, Directory] = ("", 0.0, Directory())


def load(needed: Iterable[tuple[str, int | None]] = ()) -> Directory:
    """The directory as of a minute ago; read anew where it does not know one of `needed` ("people", pk)."""
    global _kept
    stamp, until, directory = _kept
    if stamp and stamp == cache.get(STAMP) and time.monotonic() < until and _knows(directory, needed):
        return directory
    stamp = uuid.uuid4().hex
    directory = _read()
    cache.add(STAMP, stamp, timeout=KEPT)
    _kept = (cache.get(STAMP) or stamp, time.monotonic() + KEPT, directory)
    return directory


def knowing(directory, needed):
    """This directory, or a fresh one where it does not know one of `needed`: a page asks for it once."""
    return directory if _knows(directory, needed) else load(needed)


def _knows(directory, needed):
    return all(pk is None or pk in getattr(directory, shelf) for shelf, pk in needed)


# All shelves in one query; the columns mean something else on each.
SHELVES = """
SELECT 'people', id, family_name, given_name, family_kana || ' ' || given_kana, function, unit_id, manager_id,
       CASE WHEN is_active AND left_on IS NULL THEN 1 ELSE 0 END
FROM portal_person
UNION ALL SELECT 'units', id, name, name_en, '', '', parent_id, NULL, NULL FROM portal_orgunit
UNION ALL SELECT 'sources', id, name, name_en, '', '', position, NULL, NULL FROM leads_source WHERE is_active
UNION ALL SELECT 'campaigns', id, name, name_en, coalesce(CAST(starts_on AS varchar), ''), '', NULL, NULL, NULL FROM leads_campaign
UNION ALL SELECT 'reasons', id, name, name_en, '', '', NULL, NULL, NULL FROM leads_reason WHERE kind = 'return'
UNION ALL SELECT 'promises', id, key, mode, '', '', NULL, NULL, NULL FROM leads_commitment WHERE kind = 'response'
UNION ALL SELECT 'kept', id, CAST(figures AS varchar), '', '', '', NULL, NULL, NULL FROM leads_keptpromises
UNION ALL SELECT 'views', id, name, query, layout, '', owner_id, NULL, CASE WHEN is_shared THEN 1 ELSE 0 END FROM leads_savedview
UNION ALL SELECT 'hours', id, digest, CAST(content AS varchar), CAST(number AS varchar), '', calendar_id, NULL, NULL FROM portal_calendarversion
"""


def _read():
    directory = Directory()
    with connection.cursor() as cursor:
        cursor.execute(SHELVES)
        for shelf, pk, *columns in cursor.fetchall():
            getattr(directory, shelf)[pk] = READ.get(shelf, _label)(pk, *columns)
    return directory


def forget():
    """What was just saved is to be seen at once."""
    cache.delete(STAMP)


def _someone(pk, family_name, given_name, kana, function, unit, manager, works_here):
    return Someone(pk, family_name, given_name, kana, function, unit, manager, bool(works_here))


def _label(pk, ja, en, detail, _function, parent, _manager, _works):
    return Label(pk, ja, en, detail, parent)


def _view(pk, name, query, layout, _function, owner, _manager, is_shared):
    return View(pk, name, query, layout, bool(is_shared), owner)


def _promise(pk, key, mode, *_empty):
    return Promise(pk, key, mode)


def _kept_figures(pk, figures, *_empty):
    return Kept(pk, figures)


def _hours(pk, digest, content, version, _function, calendar, _manager, _works):
    return Hours(pk, calendar, int(version), digest, content)


READ = {"people": _someone, "views": _view, "promises": _promise, "kept": _kept_figures, "hours": _hours}
