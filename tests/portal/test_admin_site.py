"""What holds on every page of the administration."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.models import CompanySettings, Delivery, Entry
from tests import administration, make
from tests.administration import address, change

pytestmark = pytest.mark.django_db
PAGES = sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_only_administrators_enter(client):
    client.force_login(make.person("executive"))
    for model in PAGES:
        assert client.get(address(model, "changelist"), follow=True).status_code == 403
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_only_pages_of_the_portal_stand_in_the_administration():
    assert {model._meta.app_label for model in PAGES} == {"portal", "leads"}


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_nothing_is_ever_deleted_here(client, model):
    administration.administrator(client)
    page = admin.site._registry[model]
    answer = client.post(address(model, "changelist"), {"action": "delete_selected", "_selected_action": ["1"]})
    assert "delete_selected" not in page.get_actions(answer.wsgi_request)
    made = model._default_manager.first()
    pk = made.pk if made else 1
    assert client.post(address(model, "delete", pk), {"post": "yes"}).status_code in {302, 403}
    assert made is None or model._default_manager.filter(pk=pk).exists()


READ_ONLY = ["lead", "company", "handoff", "opportunity", "clock", "entry", "delivery", "import"]


@pytest.mark.parametrize("name", READ_ONLY)
def test_records_of_verbs_are_shown_and_not_edited(client, name):
    administration.administrator(client)
    make.opportunity()
    model = next(model for model in PAGES if model._meta.model_name == name)
    assert client.get(address(model, "add")).status_code == 403
    record = model._default_manager.first()
    if record is None:
        return
    before = {field.attname: getattr(record, field.attname) for field in model._meta.concrete_fields}
    page = client.get(address(record, "change", record.pk))
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    answer = client.post(address(record, "change", record.pk), {"stage": "won", "state": "accepted", "_save": "Save"})
    assert answer.status_code == 403
    after = model._default_manager.get(pk=record.pk)
    assert before == {field.attname: getattr(after, field.attname) for field in model._meta.concrete_fields}


def test_the_index_groups_the_pages_in_both_languages(client):
    person = administration.administrator(client)
    names = [group["name"] for group in client.get(reverse("admin:index")).context["app_list"]]
    assert names == ["社員と営業時間", "リードの項目", "合意", "記録（閲覧のみ）"]
    person.language = "en"
    person.save()
    names = [group["name"] for group in client.get(reverse("admin:index")).context["app_list"]]
    assert names == ["People and hours", "What leads carry", "Agreements", "Records (view only)"]


def test_the_company_is_one_row_and_its_name_shows_at_once(client):
    administration.administrator(client)
    assert client.get(address(CompanySettings, "changelist")).url == address(CompanySettings, "change", 1)
    assert client.get(address(CompanySettings, "add")).status_code == 403
    client.get(reverse("portal:home"))
    change(client, CompanySettings.load(), name="架空計装")
    assert "架空計装" in client.get(reverse("portal:home")).text


def test_a_delivery_that_was_given_up_is_tried_again(client):
    administration.administrator(client)
    entry = Entry.record("person.away", make.person(), by=None, at=make.NOON)
    lost = Delivery.objects.create(entry=entry, consumer="a", given_up_at=make.NOON, attempts=8)
    done = Delivery.objects.create(entry=entry, consumer="b", done_at=make.NOON)
    shown = client.get(address(Delivery, "changelist")).context["cl"].result_list
    assert list(shown) == [lost]
    client.post(address(Delivery, "changelist"), {"action": "try_again", "_selected_action": [lost.pk, done.pk]})
    lost.refresh_from_db()
    done.refresh_from_db()
    assert (lost.given_up_at, lost.attempts) == (None, 0)
    assert done.done_at == make.NOON


def test_the_trail_is_found_by_the_name_of_a_record(client):
    administration.administrator(client)
    person, other = make.person(), make.person()
    for one in (person, other):
        Entry.record("person.away", one, by=None, at=make.NOON)
    found = client.get(address(Entry, "changelist"), {"q": f"person:{person.pk}"}).context["cl"].result_list
    assert [entry.stream for entry in found] == [f"person:{person.pk}"]
