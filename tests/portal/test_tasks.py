"""Every task may safely run twice (RELIABILITY F04): without mocks, and none may be missing here."""

import datetime

import pytest
from django.apps import apps

from leads.models import Import
from portal.celery import app
from portal.models import Entry, Notification, RequestId
from tests import make
from tests.leads.intake.taking import prepared

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 6, 10, 3, 0, tzinfo=datetime.UTC)
LATE = NOW + datetime.timedelta(days=4)
FILE = "氏名,メールアドレス,会社名\n見本 花子,hanako@example.com,かもめ食品\n"


def nothing():
    return ()


def something_told():
    make.handoff()
    return ()


def something_due():
    """A promise that is late, a lead that wakes, and leads that enter the board."""
    make.five_promises()
    make.handoff()
    make.lead(owner=make.person("marketing"), wake_on=make.today())
    make.lead(owner=make.person("marketing"), wake_on=make.today() + datetime.timedelta(days=12))
    return ()


def something_old():
    person = make.person()
    token = RequestId.objects.create(person=person, token="00000000-0000-4000-8000-000000000000")
    RequestId.objects.filter(pk=token.pk).update(at=NOW - datetime.timedelta(days=400))
    entry = Entry.record("lead.added", person, by=None, at=NOW)
    Notification.objects.create(person=person, entry=entry, why="receiver", at=NOW - datetime.timedelta(days=400))
    return ()


def a_file():
    imported = prepared(FILE, by=make.person("marketing"))
    Import.objects.filter(pk=imported.pk).update(state=Import.State.RUNNING)
    return (imported.pk,)


def a_file_left_alone():
    imported = prepared(FILE, by=make.person("marketing"))
    Import.objects.filter(pk=imported.pk).update(state=Import.State.RUNNING, beat_at=None)
    return ()


TASKS = {
    "portal.tasks.heartbeat": nothing,
    "portal.tasks.hand_on": something_told,
    "portal.tasks.tidy": something_old,
    "leads.tasks.sweep": something_due,
    "leads.tasks.work_on_import": a_file,
    "leads.tasks.resume_imports": a_file_left_alone,
}


def own_tasks():
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.split(".")[0] in {"portal", "leads", "okr", "meetings"}}


def everything():
    """All rows of all tables."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in apps.get_models()}


def test_every_task_is_tried_here():
    assert own_tasks() == set(TASKS)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_second_run_changes_nothing(name, time_machine):
    time_machine.move_to(NOW, tick=False)
    arguments = TASKS[name]()
    time_machine.move_to(LATE, tick=False)
    before = everything()
    app.tasks[name].apply(arguments, throw=True)
    after = everything()
    if name != "leads.tasks.resume_imports":  # it only sends another task on its way, and claims its slot
        assert after != before
    app.tasks[name].apply(arguments, throw=True)
    assert everything() == after


@pytest.mark.parametrize("name", ["portal.tasks.hand_on", "leads.tasks.sweep"])
def test_nor_does_one_in_the_next_slot(name, time_machine):
    """Not because the slot is taken: there is nothing left to do."""
    time_machine.move_to(NOW, tick=False)
    arguments = TASKS[name]()
    time_machine.move_to(LATE, tick=False)
    app.tasks[name].apply(arguments, throw=True)
    trail = Entry.objects.count()
    time_machine.move_to(LATE + datetime.timedelta(minutes=1), tick=False)
    app.tasks[name].apply(arguments, throw=True)
    assert Entry.objects.count() == trail
