import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from leads.models import SavedView
from tests import make

pytestmark = pytest.mark.django_db


def view(owner=None, **fields):
    return SavedView.objects.create(
        owner=owner or make.person(), **({"name": "展示会で会った方", "query": "score=60"} | fields)
    )


def keep(client, query="score=60&layout=board", **data):
    return client.post(f"{reverse('leads:saved-view-new')}?{query}", {"request_id": uuid.uuid4(), **data})


def test_conditions_are_kept_under_a_name(client):
    person = make.person()
    client.force_login(person)
    answer = keep(client, "score=60&owner=me&sort=score&layout=board&nonsense=1", name="わたしの60点")
    kept = SavedView.objects.get()
    assert (kept.owner, kept.name, kept.is_shared, kept.layout) == (person, "わたしの60点", False, "board")
    assert kept.query == f"owner={person.pk}&score=60&sort=score"
    assert answer.url == f"/board/?{kept.query}"
    assert "わたしの60点" in client.get("/board/").text


def test_a_name_is_needed_and_used_once(client):
    client.force_login(make.person())
    assert keep(client, name="").status_code == 422
    assert keep(client, name="展示会").status_code == 302
    assert keep(client, name="展示会").status_code == 422
    assert keep(client, "layout=list", name="展示会").status_code == 302


def test_the_form_is_a_dialog_and_a_page(client):
    client.force_login(make.person())
    address = reverse("leads:saved-view-new") + "?score=60"
    assert "<html" in client.get(address).text
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).text


def test_a_dialog_leads_to_the_new_view(client):
    client.force_login(make.person())
    data = {"request_id": uuid.uuid4(), "name": "60点から"}
    answer = client.post(reverse("leads:saved-view-new") + "?score=60", data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/board/?score=60")


def test_a_shared_view_is_everyones_an_own_one_is_not(client):
    shared, hidden = view(is_shared=True, name="みんなの"), view(name="わたしだけの")
    client.force_login(make.person())
    page = client.get("/board/").text
    assert "みんなの" in page
    assert "わたしだけの" not in page
    assert client.get(reverse("leads:saved-view", args=[shared.pk])).url == "/board/?score=60"
    assert client.get(reverse("leads:saved-view", args=[hidden.pk])).status_code == 404


def test_only_its_owner_removes_a_view(client):
    shared = view(is_shared=True)
    client.force_login(make.person())
    assert client.post(reverse("leads:saved-view-removal", args=[shared.pk])).status_code == 404
    client.force_login(shared.owner)
    assert client.post(reverse("leads:saved-view-removal", args=[shared.pk])).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_cannot_bring_back_what_the_address_refuses(client):
    """Somebody else's overdue leads: the conditions are read anew, for whoever looks."""
    late = make.person()
    shared = view(is_shared=True, owner=late, query=f"owner={late.pk}&due=overdue")
    client.force_login(make.person("marketing"))
    page = client.get(reverse("leads:saved-view", args=[shared.pk]), follow=True).text
    assert 'name="due"' not in page


def test_a_name_belongs_to_one_view_of_a_person():
    first = view()
    with pytest.raises(IntegrityError), transaction.atomic():
        view(owner=first.owner)
