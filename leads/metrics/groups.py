"""What the groups of a figure are called: key, label and order of sources, campaigns, months, units, revisions, reasons."""

import collections

from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import Campaign, Reason, Revision, Source
from portal.models import OrgUnit, Person

LEAST_PEOPLE = 3
# Small teams are shown within their side's: a number below zero stands for the side.
SIDES = {-1: Person.Side.MARKETING, -2: Person.Side.SALES, -3: None}


def names(by, ids):
    """{id: (key, label, place in the order)}; None is the group of records that name none."""
    found = NAMES[by]([pk for pk in ids if pk is not None])
    return found | {None: ("", _("(blank)"), (1,))}


def _sources(ids):
    rows = Source.objects.filter(pk__in=ids)
    return {row.pk: (row.code, row.label, (0, row.position, row.code)) for row in rows}


def _campaigns(ids):
    rows = Campaign.objects.filter(pk__in=ids)
    return {row.pk: (row.code, row.label, (0, row.code)) for row in rows}


def _reasons(ids):
    rows = Reason.objects.filter(pk__in=ids)
    return {row.pk: (row.code, row.label, (0, row.position, row.code)) for row in rows}


def _revisions(ids):
    rows = Revision.objects.filter(pk__in=ids).select_related("agreement")
    return {
        row.pk: (
            f"{row.agreement.slug}/{row.number}",
            _("%(agreement)s, revision %(number)d") % {"agreement": row.agreement.label, "number": row.number},
            (0, row.agreement.position, row.agreement.slug, row.number),
        )
        for row in rows
    }


def _units(ids):
    rows = OrgUnit.objects.filter(pk__in=ids)
    found = {row.pk: (str(row.pk), str(row), (0, row.position, row.pk)) for row in rows}
    for pk, side in SIDES.items():
        label = _("%(side)s: teams of fewer than three") % {"side": side.label} if side else _("Other small teams")
        found[pk] = (f"side:{side.value if side else 'other'}", label, (0, 9_999, -pk))
    return found


NAMES = {
    "source": _sources, "campaign": _campaigns, "unit": _units, "definition": _revisions, "reason": _reasons,
}  # fmt: skip


def small_units():
    """{unit: number of the side it is shown within}: no figure may stand for fewer than three people.

    Where the small teams of a side are together still fewer than three, its next larger team joins
    them, or their figure could be had by subtraction.
    """
    sides: dict = {side: {} for side in SIDES.values()}
    for unit, functions in _functions().items():
        of_sides = collections.Counter(Person.SIDE_OF.get(function) for function in functions)
        side = of_sides.most_common(1)[0][0] if of_sides else None
        sides[side][unit] = len(functions)
    return {unit: number for number, side in SIDES.items() for unit in _too_small(sides[side])}


def _functions():
    """{unit: the functions of the people who work there}."""
    people: dict = {unit: [] for unit in OrgUnit.objects.values_list("pk", flat=True)}
    here = Person.objects.filter(is_active=True, unit__isnull=False).exclude(left_on__lte=timezone.localdate())
    for unit, function in here.values_list("unit_id", "function"):
        people[unit].append(function)
    return people


def _too_small(counts):
    folded, together = [], 0
    for unit, n in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if n >= LEAST_PEOPLE and (not folded or together >= LEAST_PEOPLE):
            break
        folded.append(unit)
        together += n
    return folded


def folded(column):
    """SQL that puts small teams into their side."""
    whens = [
        f"WHEN {column} IN ({', '.join(map(str, units))}) THEN {number}"
        for number, units in _by_side().items()
        if units
    ]
    return f"CASE {' '.join(whens)} ELSE {column} END" if whens else column


def _by_side():
    sides: dict = {number: [] for number in SIDES}
    for unit, number in small_units().items():
        sides[number].append(unit)
    return sides
