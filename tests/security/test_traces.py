"""Names, addresses and telephone numbers stay in the database: no log line, task or address carries them (P01)."""

import io
import json
import logging
import logging.config

import pytest
from celery import signals
from django.urls import reverse
from django.utils import timezone

from leads.intake import work
from leads.models import Lead
from portal import logs
from portal.models import Entry
from tests import make
from tests.leads.test_imports_pages import checked

pytestmark = pytest.mark.django_db(transaction=True)

CANARIES = [f"kanaria{n}" for n in range(50)]


@pytest.fixture
def written(settings):
    """Everything that a production process writes to its log."""
    stream = io.StringIO()
    configuration = logs.configuration("json")
    configuration["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configuration)
    yield stream
    logging.config.dictConfig(settings.LOGGING)


@pytest.fixture
def sent():
    """The arguments of every task that was sent."""
    found = []

    def note(body=None, **_):
        found.append(json.dumps(body, default=str))

    signals.before_task_publish.connect(note)
    yield found
    signals.before_task_publish.disconnect(note)


@pytest.fixture(autouse=True)
def _agreements(transactional_db):
    from leads import starter

    starter.ensure()


def canary():
    """A new one each time it is asked for."""
    return CANARIES[canary.used.pop()]


def post(client, address, pk, /, **values):
    url = reverse(f"leads:{address}", args=[pk] if pk else [])
    response = client.post(url, values)
    assert response.status_code < 500
    return url, response


def test_the_main_flows_leave_no_canary_behind(client, written, sent):
    canary.used = list(range(len(CANARIES)))
    addresses = []
    marketer, seller = (
        make.person(one, family_name=canary(), email=f"{canary()}@example.com", password="x")
        for one in ("inside_sales", "sales")
    )
    client.force_login(marketer)
    text = f"会社名,氏名,メール,電話\n{canary()},{canary()} {canary()},{canary()}@kujira.example,03-{canary()}\n{canary()},{canary()},{canary()},\n"
    imported = checked(client, text)
    addresses.append(post(client, "import-run", imported.pk))
    work.work_on(imported.pk)
    addresses.append(
        post(
            client,
            "lead-new",
            None,
            family_name=canary(),
            email=f"{canary()}@kujira.example",
            company_name=canary(),
            phone="090-1111-2222",
        )
    )
    lead = make.hot_lead(by=marketer, at=timezone.now(), family_name=canary(), email=f"{canary()}@kujira.example")
    addresses.append(post(client, "lead-notes", lead.pk, text=canary()))
    addresses.append(post(client, "handoff-new", lead.pk, to=f"person-{seller.pk}", memo=f"{canary()} 来春の更新"))
    client.get(reverse("portal:search"), {"q": canary()})
    client.get(reverse("leads:list"), {"q": canary()})
    client.get(reverse("leads:list-export", args=["csv"]), {"q": canary()}).getvalue()
    client.force_login(seller)
    handoff = Lead.objects.get(pk=lead.pk).handoff
    addresses.append(post(client, "handoff-acceptance", handoff.pk))
    addresses.append(post(client, "lead-contact", lead.pk, channel="call", outcome="reached", note=canary()))
    addresses.append(
        post(client, "lead-result", lead.pk, outcome="opportunity", quality="3", name=canary(), note=canary())
    )
    addresses.append(post(client, "lead-loss", lead.pk, on="2099-01-01", note=canary()))  # comes back: a day to come
    client.post(reverse("account_login"), {"login": f"{canary()}@example.com", "password": canary()})
    client.post(reverse("account_reset_password"), {"email": f"{canary()}@example.com"})

    assert Lead.objects.get(pk=lead.pk).stage == "opportunity"
    assert len(canary.used) < len(CANARIES) - 25
    assert written.getvalue().count("request_finished") >= 15
    assert [one for one in CANARIES if one in written.getvalue()] == []
    assert [one for one in CANARIES if one in "".join(sent)] == []
    shown = "".join(url + response.headers.get("Location", "") for url, response in addresses)
    assert [one for one in CANARIES if one in shown] == []


def test_a_request_that_breaks_leaves_no_canary_behind(client, written, monkeypatch):
    client.force_login(make.person("inside_sales"))
    client.raise_request_exception = False

    def collide(*_, **__):
        raise RuntimeError(f"Key (email)=({CANARIES[0]}@example.com) already exists.")

    monkeypatch.setattr(Lead, "find_or_add", collide)
    _url, response = (
        None,
        client.post(reverse("leads:lead-new"), {"family_name": CANARIES[1], "email": f"{CANARIES[2]}@a.example"}),
    )
    assert response.status_code == 500
    assert "RuntimeError" in written.getvalue()
    for place in (written.getvalue(), response.text):
        assert [one for one in CANARIES if one in place] == []


def test_the_trail_refers_to_people_and_names_none(client):
    """An entry keeps keys and words of the process; the conditions of an export may hold what was searched for."""
    lead = make.hot_lead(
        at=timezone.now(), family_name=CANARIES[3], email=f"{CANARIES[4]}@kujira.example", phone=CANARIES[5]
    )
    lead.edit(by=lead.owner, at=timezone.now(), values={"family_name": CANARIES[6]}, seen=lead.seen())
    kept = json.dumps([entry.data for entry in Entry.objects.all()], default=str)
    assert [one for one in CANARIES[3:6] if one in kept] == []
