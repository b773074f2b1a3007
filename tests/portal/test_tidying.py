import datetime
import uuid

import pytest
from django.contrib.sessions.models import Session

from portal import tidying
from portal.models import Delivery, Entry, Notification, RequestId
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(("age", "stays"), [(3 * DAY, True), (3 * DAY + SECOND, False)])
def test_one_time_ids_leave_when_no_form_is_open_that_long(age, stays):
    one = RequestId.objects.create(person=make.person(), token=uuid.uuid4())
    RequestId.objects.filter(pk=one.pk).update(at=NOON - age)
    tidying.tidy(at=NOON)
    assert RequestId.objects.exists() == stays


@pytest.mark.parametrize(
    ("fields", "stays"),
    [
        ({"done_at": NOON - 15 * DAY}, False),
        ({"done_at": NOON - 13 * DAY}, True),
        ({"done_at": None}, True),
        ({"given_up_at": NOON - 400 * DAY}, True),
    ],
    ids=["done", "just done", "waiting", "given up"],
)
def test_deliveries_leave_when_they_are_done(fields, stays):
    person = make.person()
    entry = Entry.record("lead.thanked", person, by=None, at=NOON - 400 * DAY, data={"to": person.pk})
    entry.deliveries.update(**fields)
    before = Delivery.objects.count()
    tidying.tidy(at=NOON)
    assert Delivery.objects.count() == (before if stays else 0)
    assert Entry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize(
    ("told", "read", "stays"), [(100, 91, False), (100, 89, True), (364, None, True), (366, None, False)]
)
def test_notifications_leave_long_after_they_were_read(told, read, stays):
    person = make.person()
    entry = Entry.record("lead.added", person, by=None, at=NOON)
    read_at = NOON - read * DAY if read else None
    Notification.objects.create(person=person, entry=entry, why="receiver", at=NOON - told * DAY, read_at=read_at)
    tidying.tidy(at=NOON)
    assert Notification.objects.exists() == stays


def test_sessions_leave_when_they_are_over():
    for name, until in [("over", NOON - SECOND), ("open", NOON + DAY)]:
        Session.objects.create(session_key=name, session_data="", expire_date=until)
    tidying.tidy(at=NOON)
    assert [session.session_key for session in Session.objects.all()] == ["open"]


def test_it_goes_piece_by_piece(monkeypatch):
    monkeypatch.setattr(tidying, "PIECE", 2)
    person = make.person()
    for _n in range(5):
        RequestId.objects.create(person=person, token=uuid.uuid4())
    RequestId.objects.update(at=NOON - 4 * DAY)
    tidying.tidy(at=NOON)
    assert not RequestId.objects.exists()
