"""A right that is taken away while somebody is signed in is gone with the next request (RELIABILITY A05)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.intake import work
from leads.models import Import, Lead
from portal.models import Entry, Person
from tests import make
from tests.leads.test_imports_pages import checked

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("account_login")


@pytest.fixture
def marketer(client):
    person = make.person("marketing")
    client.force_login(person)
    return person


def change(person, **fields):
    Person.objects.filter(pk=person.pk).update(**fields)


@pytest.mark.parametrize(
    "name", ["portal:home", "leads:board", "leads:list", "portal:live", "portal:live-since", "portal:bell"]
)
def test_whoever_is_disabled_meets_the_log_in_page_at_once(client, marketer, name):
    assert client.get(reverse(name)).status_code in {200, 204}
    change(marketer, is_active=False)
    assert client.get(reverse(name)).url.startswith(SIGN_IN)
    assert client.get(reverse(name), headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith(SIGN_IN)


def test_whoever_is_disabled_does_nothing_more_with_an_open_page(client, marketer):
    lead = make.lead()
    change(marketer, is_active=False)
    client.post(reverse("leads:lead-notes", args=[lead.pk]), {"text": "まだここに"})
    assert not lead.notes.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_that_was_open_delivers_nothing(client, marketer, kind):
    make.lead(family_name="汐見")
    change(marketer, is_active=False)
    answer = client.get(reverse("leads:list-export", args=[kind]))
    assert answer.url.startswith(SIGN_IN)
    assert not Entry.objects.filter(verb="leads.exported").exists()


def test_a_function_that_changed_takes_its_verbs_along(client, marketer):
    lead = make.hot_lead(at=timezone.now())
    url = reverse("leads:handoff-new", args=[lead.pk])
    assert client.get(url).status_code == 200
    change(marketer, function="executive")
    assert client.get(url).status_code == 409
    memo = {"to": f"person-{make.person('sales').pk}", "memo": "来春の更新に合わせたい"}
    assert client.post(url, memo).status_code == 403
    assert client.get(reverse("leads:imports")).status_code == 403


def test_who_no_longer_receives_cannot_accept(client):
    handoff = make.handoff(at=timezone.now())
    colleague = make.person("sales", unit=handoff.receiving_unit)
    client.force_login(colleague)
    change(colleague, unit=make.unit("別の課"))
    assert client.post(reverse("leads:handoff-acceptance", args=[handoff.pk])).status_code == 403


def test_who_no_longer_manages_cannot_reassign(client):
    lead = make.working(at=timezone.now())
    manager = make.person("sales", is_manager=True)
    client.force_login(manager)
    url = reverse("leads:lead-assignment", args=[lead.pk])
    assert client.get(url).status_code == 200
    change(manager, is_manager=False)
    assert client.get(url).status_code == 409


def test_who_is_no_longer_an_administrator_is_shut_out_of_the_administration(client):
    administrator = make.person("other", is_staff=True, is_superuser=True)
    client.force_login(administrator)
    assert client.get("/admin/").status_code == 200
    change(administrator, is_staff=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("taken", [{"is_active": False}, {"function": "sales"}])
def test_an_import_stops_when_whoever_started_it_may_no_longer_import(client, marketer, taken):
    imported = checked(client)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    change(marketer, **taken)
    work.work_on(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.rows_taken, Lead.objects.count()) == (Import.State.STOPPED, 0, 0)


def test_an_import_belongs_to_whoever_lets_it_in(client, marketer):
    """Somebody else uploaded the file and has left; the colleague who lets it in answers for it."""
    imported = checked(client)
    change(marketer, is_active=False)
    colleague = make.person("marketing")
    client.force_login(colleague)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    work.work_on(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, imported.by, Lead.objects.count()) == (Import.State.DONE, colleague, 1)


def test_a_saved_view_is_gone_for_others_when_it_is_no_longer_shared(client, marketer):
    from leads.models import SavedView

    view = SavedView.objects.create(owner=make.person(), name="今月", is_shared=True)
    url = reverse("leads:saved-view", args=[view.pk])
    assert client.get(url).status_code == 302
    SavedView.objects.update(is_shared=False)
    assert client.get(url).status_code == 404


def test_nothing_is_undone_by_somebody_who_was_disabled_meanwhile(client):
    lead = make.working(at=timezone.now() - datetime.timedelta(minutes=2))
    entry = lead.record_contact(by=lead.owner, at=timezone.now(), channel="call", outcome="reached")
    client.force_login(lead.owner)
    change(lead.owner, is_active=False)
    client.post(reverse("leads:entry-undo", args=[entry.pk]))
    assert not Entry.objects.filter(verb="lead.undone").exists()
    assert Lead.objects.get(pk=lead.pk).activities.filter(removed_at=None).exists()
