"""What holds for everybody who is told something, with a rule of its own."""

import datetime

import pytest
from django.utils import timezone

from portal import notifying, relay
from portal.models import Entry, Notification
from portal.notifying import Told
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def rule(monkeypatch):
    """The people named in an entry's data are told."""
    monkeypatch.setattr(notifying, "rules", {})

    def tell(entries):
        for entry in entries:
            for person in entry.data["to"]:
                yield Told(entry, person, "mentioned", in_hours=entry.verb == "reminded")

    notifying.register(["told", "reminded"], tell)


def tell(*people, by=None, verb="told"):
    return Entry.record(verb, people[0], by=by, at=NOON, data={"to": [person.pk for person in people]})


def told():
    return set(Notification.objects.values_list("person", "why"))


def test_each_is_told_once_however_often_the_entry_is_heard(rule):
    one, two = make.person(), make.person()
    entry = tell(one, two, one)
    notifying.hear([entry], at=NOON)
    notifying.hear([entry], at=NOON)
    assert sorted(Notification.objects.values_list("person", flat=True)) == [one.pk, two.pk]


def test_nobody_is_told_of_what_they_did(rule):
    one, two = make.person(), make.person()
    notifying.hear([tell(one, two, by=one)], at=NOON)
    assert told() == {(two.pk, "mentioned")}


def test_nobody_who_left_is_told(rule):
    gone = make.person(left_on=make.today(), is_active=False)
    locked = make.person(is_active=False)
    notifying.hear([tell(gone, locked)], at=NOON)
    assert told() == set()


def test_the_stand_in_of_somebody_away_is_told_as_well(rule):
    stand_in = make.person()
    away = make.person(away_from=make.today(), stand_in=stand_in)
    notifying.hear([tell(away)], at=NOON)
    assert told() == {(away.pk, "mentioned"), (stand_in.pk, "stand_in")}


def test_the_stand_in_of_somebody_who_left_is_told_instead(rule):
    stand_in = make.person()
    gone = make.person(left_on=make.today(), is_active=False, stand_in=stand_in)
    notifying.hear([tell(gone)], at=NOON)
    assert told() == {(stand_in.pk, "stand_in")}


def test_a_reminder_waits_for_the_working_hours_of_its_receiver(rule):
    here, abroad = make.person(), make.person(time_zone="America/New_York")
    entry = tell(here, abroad, verb="reminded")
    later = notifying.hear([entry], at=NOON)  # Wednesday noon in Tokyo is the night before in New York
    assert told() == {(here.pk, "mentioned")}
    assert later == {entry.pk: datetime.datetime(2026, 6, 10, 13, tzinfo=datetime.UTC)}
    assert notifying.hear([entry], at=later[entry.pk]) == {
        entry.pk: datetime.datetime(2026, 6, 11, 0, tzinfo=datetime.UTC)
    }
    assert told() == {(here.pk, "mentioned"), (abroad.pk, "mentioned")}


def test_no_reminder_in_ninety_days_comes_outside_working_hours(rule):
    person = make.person()
    start = timezone.make_aware(datetime.datetime(2026, 4, 20))
    for hours in range(0, 90 * 24, 7):
        entry = tell(person, verb="reminded")
        at = start + datetime.timedelta(hours=hours)
        at = notifying.hear([entry], at=at).get(entry.pk, at)
        notifying.hear([entry], at=at)
    local = [timezone.localtime(at) for at in Notification.objects.values_list("at", flat=True)]
    assert len(local) == len(range(0, 90 * 24, 7))
    assert {at.hour for at in local} <= set(range(9, 18))
    assert {at.weekday() for at in local} <= set(range(5))
    assert not {at.date() for at in local} & {
        datetime.date(2026, 4, 29),
        *(datetime.date(2026, 5, d) for d in (4, 5, 6)),
    }


def test_a_batch_costs_a_fixed_number_of_queries(rule, django_assert_num_queries):
    people = [make.person() for _n in range(30)]
    few, many = [tell(people[0])], [tell(person) for person in people]
    with django_assert_num_queries(3):
        notifying.hear(few, at=NOON)
    with django_assert_num_queries(3):
        notifying.hear(many, at=NOON)


def test_the_relay_brings_it_to_the_bell(rule):
    person = make.person()
    tell(person)
    relay.hand_on()
    assert type(person).objects.for_frame().get(pk=person.pk).unread_count == 1
