import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from leads import bulk
from leads.models import Lead
from portal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


def address(verb, leads):
    return reverse("leads:bulk", args=[verb]) + "?" + "&".join(f"lead={lead.pk}" for lead in leads)


def send(client, verb, leads, headers=None, **data):
    return client.post(address(verb, leads), {"request_id": uuid.uuid4(), **data}, headers=headers)


def tomorrow():
    return timezone.localdate() + datetime.timedelta(days=30)


def test_many_go_back_to_nurturing_and_the_rest_says_why(client):
    client.force_login(make.person())
    working, offered = make.working(), make.handoff().lead
    answer = send(client, "recycle", [working, offered], look_again_on=tomorrow())
    assert answer.status_code == 200
    assert Lead.objects.get(pk=working.pk).wake_on == tomorrow()
    assert Lead.objects.get(pk=offered.pk).stage == "handed_over"
    assert "1件に行いました" in answer.text
    assert str(offered) in answer.text
    assert Entry.objects.about(working).first().verb == "lead.recycled"


def test_many_change_hands_by_a_manager_alone(client):
    leads, to = [make.working(), make.working()], make.person()
    client.force_login(make.person())
    answer = send(client, "reassign", leads, to=f"person-{to.pk}", why="異動のため")
    assert "2件はそのままです" in answer.text
    assert not Lead.objects.filter(owner=to).exists()
    client.force_login(make.person(is_manager=True))
    answer = send(client, "reassign", leads, headers={"HX-Request": "true"}, to=f"person-{to.pk}", why="異動のため")
    assert set(Lead.objects.filter(owner=to)) == set(leads)
    assert "leads-changed" in answer.headers["HX-Trigger"]


def test_those_that_are_ready_are_handed_over_in_turn(client):
    sender = make.person("inside_sales")
    team = make.unit("営業第1グループ")
    people = [make.person(unit=team), make.person(unit=team)]
    ready, cold = [make.hot_lead(by=sender), make.hot_lead(by=sender)], make.lead(owner=sender)
    client.force_login(sender)
    answer = send(client, "hand_over", [*ready, cold], to=f"unit-{team.pk}", memo="展示会で時期を伺いました")
    assert "2件に行いました" in answer.text
    assert str(cold) in answer.text
    assert {Lead.objects.get(pk=lead.pk).handoff.receiver for lead in ready} == set(people)


def test_the_form_says_which_leads_will_stay(client):
    client.force_login(make.person())
    working, offered = make.working(), make.handoff().lead
    page = client.get(address("recycle", [working, offered])).text
    assert "このうち1件はそのままになります" in page


def test_a_form_that_misses_something_comes_back(client):
    client.force_login(make.person())
    lead = make.working()
    assert send(client, "recycle", [lead], look_again_on="").status_code == 422
    assert Lead.objects.get(pk=lead.pk).stage == "working"


def test_none_too_many_and_unknown_are_refused(client):
    client.force_login(make.person())
    assert client.get(address("recycle", [])).status_code == 422
    assert client.get(address("explode", [make.lead()])).status_code == 404
    many = [Lead(pk=pk) for pk in range(1, bulk.MOST + 2)]
    assert send(client, "recycle", many, look_again_on=tomorrow()).status_code == 422


def test_a_double_tap_is_carried_out_once(client):
    client.force_login(make.person())
    lead, token = make.working(), uuid.uuid4()
    for _ in range(2):
        client.post(address("recycle", [lead]), {"request_id": token, "look_again_on": tomorrow()})
    assert Entry.objects.about(lead).filter(verb="lead.recycled").count() == 1


@pytest.mark.parametrize("number", [1, 6])
def test_the_form_needs_few_queries(client, number, django_assert_max_num_queries):
    client.force_login(make.person())
    leads = [make.working() for _ in range(number)]
    client.get(address("recycle", leads))
    with django_assert_max_num_queries(15):
        client.get(address("recycle", leads))
