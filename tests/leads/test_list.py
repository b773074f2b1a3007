import csv
import datetime
import io
import re

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from leads import export, listing
from leads.models import Lead
from leads.table import HEADINGS
from portal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/leads/"
AT = timezone.now()

# Beginnings that a spreadsheet would run, or that hide one which it would.
ARMED = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "\x00=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", " =1+1",
    "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", '"=1+1', "'=1+1", ";=1+1", ",=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\")",
    "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@A1", "  +1+1", "\t\t-1-1", "|cmd", "%0A=1+1", "=\n1+1",
]  # fmt: skip


def signed_in(client, person=None):
    person = person or make.person()
    client.force_login(person)
    return person


def ids_on(page):
    return [int(pk) for pk in re.findall(r'<tr id="lead-(\d+)"', page)]


def leads(n, **fields):
    return [make.lead(created_at=AT - datetime.timedelta(hours=i), **fields) for i in range(n)]


def follow(page, rel):
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return LIST + found[1].replace("&amp;", "&") if found else None


# -- The page ------------------------------------------------------------------------------


def test_the_list_shows_the_pool_the_lost_and_the_board(client):
    signed_in(client)
    pool, offered = make.lead(), make.handoff().lead
    gone = make.lead(removed_at=AT, email="gone@example.com")
    lost = make.lead(stage="disqualified")
    assert sorted(ids_on(client.get(LIST).text)) == sorted([pool.pk, offered.pk, lost.pk])
    assert gone.pk not in ids_on(client.get(LIST).text)


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize("query", [{}, {"sort": "amount", "score": "40"}, {"q": "点検"}])
def test_the_list_needs_few_queries(client, rows, query, django_assert_max_num_queries):
    signed_in(client)
    leads(rows, score=50)
    client.get(LIST, query)
    with django_assert_max_num_queries(9):
        client.get(LIST, query)


@pytest.mark.parametrize("sort", listing.SORTS)
def test_pages_lead_there_and_back_without_gaps(client, monkeypatch, sort):
    monkeypatch.setattr(listing.page, "__kwdefaults__", {"before": "", "size": 3, "movements": True})
    signed_in(client)
    made = leads(8)
    for n, lead in enumerate(made):
        Lead.objects.filter(pk=lead.pk).update(score=n % 3 or None, amount=(n % 2 and 100) or None)
    pages, address = [], f"{LIST}?sort={sort}"
    while address:
        page = client.get(address).text
        pages.append(ids_on(page))
        address = follow(page, "next")
    assert sorted(pk for ids in pages for pk in ids) == sorted(lead.pk for lead in made)
    back = []
    address = follow(page, "prev")
    while address:
        page = client.get(address).text
        back.append(ids_on(page))
        address = follow(page, "prev")
    assert back == pages[-2::-1]


def test_what_comes_in_between_two_pages_shifts_nothing(client, monkeypatch):
    monkeypatch.setattr(listing.page, "__kwdefaults__", {"before": "", "size": 3, "movements": True})
    signed_in(client)
    made = leads(6)
    page = client.get(LIST, {"sort": "newest"}).text
    make.lead(created_at=AT + datetime.timedelta(hours=1))
    assert ids_on(client.get(follow(page, "next")).text) == [lead.pk for lead in made[3:]]


def test_stages_narrow_the_list(client):
    signed_in(client)
    pool, offered, lost = make.lead(), make.handoff().lead, make.lead(stage="disqualified")
    for stage, expected in [("handed_over", offered), ("nurturing_all", pool), ("disqualified", lost)]:
        assert ids_on(client.get(LIST, {"stage": stage}).text) == [expected.pk]


def test_columns_are_chosen_and_remembered(client):
    signed_in(client)
    make.lead(company=make.company(industry="食品製造"))
    assert "食品製造" not in client.get(LIST).text
    assert "食品製造" in client.get(LIST, {"columns": ["industry", "stage", "nonsense"]}).text
    page = client.get(LIST).text
    assert "食品製造" in page
    assert len(re.findall(r"<th scope=\"col\"", page)) == 4


def test_rows_of_overdue_leads_name_the_team(client):
    make.five_promises()
    late = make.handoff(at=AT - datetime.timedelta(days=10), receiver=make.person(family_name="遅井"))
    row = re.compile(rf'<tr id="lead-{late.lead_id}".*?</tr>', re.DOTALL)
    signed_in(client, make.person("marketing"))
    shown = row.search(client.get(LIST).text)[0]
    assert "遅井" not in shown
    assert "sla--over" in shown
    signed_in(client, late.receiver)
    assert "遅井" in row.search(client.get(LIST).text)[0]


def test_another_persons_rows_have_no_clocks(client):
    make.five_promises()
    late = make.handoff(at=AT - datetime.timedelta(days=10))
    signed_in(client, make.person("marketing"))
    page = client.get(LIST, {"owner": late.receiver.pk, "due": "overdue", "sort": "due"}).text
    assert ids_on(page) == [late.lead_id]
    assert "sla" not in re.sub(r"<head>.*?</head>|<body[^>]*>", "", page, flags=re.DOTALL)


# -- Files -----------------------------------------------------------------------------------


def taken_out(client, kind, **query):
    answer = client.get(reverse("leads:list-export", args=[kind]), query)
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)
    if kind == "csv":
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [["" if value is None else value for value in row] for row in book.active.iter_rows(values_only=True)], book


def test_a_csv_brings_back_what_is_stored(client, monkeypatch):
    monkeypatch.setattr(export, "PORTION", 2)
    signed_in(client)
    made = [
        make.lead(
            company=make.company(f"{n}番, 「会社」"), family_name="浜辺", given_name="凪", phone="+81 3-1234-5678", score=n, source=make.source("展示会"),
            created_at=datetime.datetime(2026, 6, 1, 3, n, tzinfo=datetime.UTC),
        )
        for n in range(5)
    ]  # fmt: skip
    head, *rows = taken_out(client, "csv", sort="newest")
    assert head == [str(heading) for heading in HEADINGS]
    assert {len(row) for row in rows} == {len(head)}
    assert [int(row[0]) for row in rows] == [lead.pk for lead in reversed(made)]
    assert [row[1] for row in rows] == [f"{n}番, 「会社」" for n in reversed(range(5))]
    assert rows[0][2] == "浜辺 凪"
    assert "展示会" in rows[0]
    assert "2026-06-01 12:04" in rows[0]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_holds_what_is_filtered_and_nothing_else(client, kind):
    signed_in(client)
    wanted = make.lead(score=80)
    make.lead(score=20)
    rows = taken_out(client, kind, score="60")
    rows = rows[0] if kind == "xlsx" else rows
    assert [int(row[0]) for row in rows[1:]] == [wanted.pk]


@pytest.mark.parametrize("text", ARMED)
def test_no_cell_of_a_csv_is_a_formula(client, text):
    signed_in(client)
    make.lead(company=None, family_name="人", department=text.replace("\x00", ""), title=text.replace("\x00", ""))
    row = taken_out(client, "csv")[1]
    for cell in row:
        assert not cell.lstrip(" \t\r\n\u00a0\u200b\ufeff\"';,").startswith(tuple("=+-@＝＋－＠|%")) or cell.startswith(
            "'"
        ), cell


@pytest.mark.parametrize("text", ARMED)
def test_no_cell_of_a_workbook_is_a_formula(client, text):
    signed_in(client)
    make.lead(company=None, family_name="人", department=text.replace("\x00", ""))
    _rows, book = taken_out(client, "xlsx")
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in kinds


def test_numbers_and_telephone_numbers_stay_readable(client):
    signed_in(client)
    make.lead(company=None, family_name="人", department="-12.5", phone="+81-3-1234-5678")
    row = taken_out(client, "csv")[1]
    assert "-12.5" in row
    assert any(cell.lstrip("'") == "+81-3-1234-5678" for cell in row)
    rows, _book = taken_out(client, "xlsx")
    assert "+81-3-1234-5678" in rows[1]


def test_taking_leads_out_is_an_entry_of_the_trail(client):
    person = signed_in(client)
    leads(3, score=80)
    for kind in ("csv", "xlsx"):
        taken_out(client, kind, score="60")
    entries = Entry.objects.filter(verb="leads.exported").order_by("id")
    assert [(entry.by, entry.data["leads"], entry.data["kind"]) for entry in entries] == [
        (person, 3, "csv"),
        (person, 3, "xlsx"),
    ]


def test_a_file_names_no_person_beside_a_passed_due_time(client):
    make.five_promises()
    late = make.handoff(at=AT - datetime.timedelta(days=10), receiver=make.person(family_name="遅井"))
    signed_in(client, make.person("marketing"))
    assert not any("遅井" in cell for row in taken_out(client, "csv") for cell in row)
    head, row = taken_out(client, "csv", owner=late.receiver.pk)
    assert row[head.index("次の期限")] == ""
    signed_in(client, late.receiver)
    assert any("遅井" in cell for row in taken_out(client, "csv") for cell in row)


def test_a_workbook_that_would_be_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(export, "SHEET", 2)
    signed_in(client)
    leads(3)
    assert client.get(reverse("leads:list-export", args=["xlsx"])).status_code == 422


def test_an_unknown_kind_of_file_is_not_found(client):
    signed_in(client)
    assert client.get(reverse("leads:list-export", args=["exe"])).status_code == 404


@pytest.mark.parametrize("rows", [2, 30])
def test_a_file_needs_few_queries(client, rows, django_assert_max_num_queries):
    signed_in(client)
    leads(rows)
    client.get(LIST)
    with django_assert_max_num_queries(9):
        taken_out(client, "csv")
