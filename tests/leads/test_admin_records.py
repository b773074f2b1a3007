"""The lists of leads and what hangs on them cost the same at any size."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Campaign, Clock, Company, CustomField, Handoff, Lead, Opportunity, Source
from portal.admin.pages import ShortPaginator
from portal.models import Entry, Person
from portal.search import indexing
from tests import administration, make
from tests.administration import address, change, errors, send

pytestmark = pytest.mark.django_db
BIG = [Lead, Company, Handoff, Opportunity, Clock, Entry]
COUNTS_A_TABLE = re.compile(r"COUNT\(.*\) .*FROM \"(leads_|portal_entry)", re.IGNORECASE)


@pytest.fixture(autouse=True)
def administrator(client):
    return administration.administrator(client)


def queries(client, url, **search):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url, search).status_code == 200
    return [query["sql"] for query in seen]


@pytest.mark.parametrize("model", BIG, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("search", [{}, {"q": "7"}, {"q": "商談"}], ids=["all", "number", "word"])
def test_a_list_costs_as_many_queries_at_any_size_and_counts_no_table(client, model, search):
    url = address(model, "changelist")
    make.opportunity()
    few = queries(client, url, **search)
    for _more in range(4):
        make.opportunity()
    many = queries(client, url, **search)
    assert len(many) <= len(few)
    assert len(many) <= 8
    assert [sql for sql in many if COUNTS_A_TABLE.search(sql)] == []


@pytest.mark.parametrize("model", BIG, ids=lambda model: model._meta.model_name)
def test_one_record_costs_fifteen_queries_at_most(client, model):
    make.opportunity()
    record = model._default_manager.first()
    assert len(queries(client, address(record, "change", record.pk))) <= 15


def test_a_list_is_cut_instead_of_counted(client, monkeypatch):
    monkeypatch.setattr(ShortPaginator, "MOST", 3)
    for _n in range(5):
        make.lead()
    page = client.get(address(Lead, "changelist"))
    assert page.context["cl"].result_count == 3
    assert "リードの最初の3件です。" in page.text


def test_the_order_and_the_filter_of_the_leads_follow_an_index(client):
    make.hot_lead()
    for search in [{}, {"column": "to_hand_over"}]:
        listing = next(sql for sql in queries(client, address(Lead, "changelist"), **search) if "LIMIT 1001" in sql)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{listing}")
            plan = str(cursor.fetchall())
        if connection.vendor == "sqlite":  # PostgreSQL reads a handful of rows as a whole
            assert "USING INDEX lead_" in plan or "USING COVERING INDEX lead_" in plan
            assert "USE TEMP B-TREE" not in plan


def test_leads_are_found_by_two_letter_words_and_by_number(client):
    sought = make.lead(company=make.company("霞ヶ浦精機"))
    other = make.lead()
    indexing.index("lead", {sought.pk, other.pk})
    for words in ["精機", str(sought.pk)]:
        found = client.get(address(Lead, "changelist"), {"q": words}).context["cl"].result_list
        assert list(found) == [sought], words
    assert list(client.get(address(Lead, "changelist"), {"q": "無関"}).context["cl"].result_list) == []


def test_a_page_of_a_clock_names_no_person_beside_the_due_time(client):
    lead = make.working()
    page = client.get(address(Clock, "changelist")).text
    assert lead.owner.full_name not in page.split('id="content"')[1]


def test_a_campaign_is_added_by_its_code_once(client):
    given = {"name": "夏の展示会", "code": "summer", "channel": "exhibition"}
    send(client, address(Campaign, "add"), **given)
    answer = send(client, address(Campaign, "add"), status=200, **given)
    assert len(errors(answer)) == 1
    answer = send(
        client,
        address(Campaign, "add"),
        status=200,
        **(given | {"code": "b", "starts_on": "2026-07-02", "ends_on": "2026-07-01"}),
    )
    assert errors(answer) == ["開始日以降の日を選んでください。"]
    assert Campaign.objects.count() == 1


def test_a_source_is_retired_and_stays(client):
    source = make.source()
    change(client, source, is_active=None)
    assert not Source.objects.get(pk=source.pk).is_active


def test_what_values_were_stored_under_stays(client):
    send(
        client, address(CustomField, "add"), name="規模", code="size", on="lead", kind="choice", choices="大\n小\n小\n"
    )
    field = CustomField.objects.get()
    assert field.choices == ["大", "小"]
    answer = change(client, field, status=200, choices="大")
    assert errors(answer) == ["すでに使われているかもしれないので、残してください：小"]
    change(client, field, choices="大\n中\n小", code="other", kind="text")
    field.refresh_from_db()
    assert (field.choices, field.code, field.kind) == (["大", "中", "小"], "size", "choice")


def test_the_history_of_people_costs_the_same_at_any_size(client):
    person = make.person()
    for n in range(3):
        person.title = f"役職{n}"
        person.save()
    few = len(queries(client, address(Person, "history", person.pk)))
    for n in range(20):
        person.title = f"さらに{n}"
        person.save()
    assert len(queries(client, address(Person, "history", person.pk))) == few
