"""Who is told of what. The rules stand with the app that writes the entries; what holds for all of them stands here.

Nobody is told of what they just did themselves, nobody who left is told anything, whoever is away has it told
to their stand-in as well, and nobody is told twice of one entry. What is no news but a reminder waits for
the working hours of whoever receives it.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.utils import timezone

from portal.models import Entry, Notification, Person
from portal.office_hours import Offices

STAND_IN = "stand_in"


@dataclasses.dataclass(frozen=True)
class Told:
    """That a person (by key) concerns an entry, and why: a code with words in `portal.entry_words`."""

    entry: Entry
    person: int | None
    why: str
    in_hours: bool = False
    even_own: bool = False  # what somebody began and the portal finished later is news to them too


# By verb: given entries of such verbs, yields Told. Asked again when something had to wait, so a rule looks at
# how things stand now: who is told of a promise that was kept in the meantime is nobody.
rules: dict[str, Callable[[list[Entry]], Iterable[Told]]] = {}


def register(verbs, rule):
    rules.update(dict.fromkeys(verbs, rule))


def hear(entries, *, at):
    """The consumer: write what each person is to know; returns when to come back for those not at work."""
    told = [one for one in _audience(entries) if one.person is not None]
    people = Person.objects.select_related("stand_in").in_bulk({one.person for one in told})
    offices, now, later = Offices(), {}, defaultdict(list)
    for one in told:
        for person, why in _with_stand_in(people.get(one.person), one.why, at):
            if person.pk == one.entry.by_id and not one.even_own:
                continue
            opens = offices.next_open(person, at) if one.in_hours else at
            if opens > at:
                later[one.entry.pk].append(opens)
            else:
                now.setdefault((person.pk, one.entry.pk), Notification(person=person, entry=one.entry, why=why, at=at))
    Notification.objects.bulk_create(now.values(), batch_size=1_000, ignore_conflicts=True)
    return {entry: min(instants) for entry, instants in later.items()}


def _audience(entries):
    """Each rule sees all of its entries at once, so that a thousand cost what their number costs in rows, not in queries."""
    by_rule = defaultdict(list)
    for entry in entries:
        by_rule[rules[entry.verb]].append(entry)
    for rule, theirs in by_rule.items():
        yield from rule(theirs)


def _with_stand_in(person, why, at) -> Iterable[tuple[Person, str]]:
    if person is None:
        return
    day = timezone.localdate(at, person.zone)
    if person.is_here:
        yield person, why
    stand_in = person.stand_in
    if not person.can_work(day) and stand_in is not None and stand_in.is_here:
        yield stand_in, STAND_IN


def wants(verb):
    return verb in rules
