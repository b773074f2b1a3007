"""What people write stays text on every page that shows it (RELIABILITY B01)."""

import csv
import io

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.urls import reverse
from django.utils import timezone

from leads.intake import work
from leads.models import Campaign, Company, CustomField, Import, Lead, Reason, SavedView, Source
from portal.models import CompanySettings, OrgUnit, Person
from portal.search import indexing
from tests import make
from tests.leads.test_imports_pages import checked
from tests.security.payloads import PAYLOADS, PROBES
from tests.security.reading import findings
from tests.security.rows import ROWS
from tests.security.test_matrix import ask

pytestmark = [pytest.mark.django_db, pytest.mark.wide, pytest.mark.once]


def test_the_reader_sees_what_acts():
    for harmful in (
        "<script>1</script>",
        "<p onclick=x>",
        "<a href=' javascript:x'>",
        "<p data-hx-get=/>",
        "<img src=//x.example>",
        "<zq>",
    ):
        assert findings(harmful), harmful
    assert (
        findings('<a href="/leads/1/" title="&lt;script&gt;">&lt;zq onzq=1&gt;</a><script src="/static/a.js"></script>')
        == []
    )


def test_there_are_two_hundred_strings():
    assert len(set(PAYLOADS)) >= 200


# -- The form fields themselves -----------------------------------------------------------------


def text_fields(form):
    return [
        name
        for name, field in form.fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.HiddenInput)
    ]


FORMS = [
    row
    for row in ROWS
    if isinstance(row.get, (set, frozenset))
    and isinstance(row.post, (set, frozenset))
    and row.address.startswith("leads:")
]


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_form_that_comes_back_shows_what_was_written_as_text(world, row):
    """Every text field of every form at once, each probe in turn, with and without htmx; nothing else is filled in."""
    role = next(role for role in sorted(row.post))
    if row.address == "leads:bulk":
        row.query["lead"] = world.nurturing.pk
    form = (ask(world, row, "get", role).context or {}).get("form")
    names = (
        [form.add_prefix(name) for name in text_fields(form)] if form is not None else ["mapping", "system", "save_as"]
    )
    names += [f"fact-{part}_note" for part in ("budget", "need")]
    for probe in PROBES:
        for headers in ({}, {"HX-Request": "true"}):
            with world.undone():
                lead = f"?lead={world.nurturing.pk}" if row.address == "leads:bulk" else ""
                url = reverse(row.address, args=row.args(world)) + lead
                response = world.clients[role].post(url, dict.fromkeys(names, probe), headers=headers)
                assert response.status_code < 500
                assert findings(response.text) == []
                if response.status_code in {301, 302} and "://" not in response.url:
                    assert findings(world.clients[role].get(response.url).text) == []


def test_the_settings_of_a_person(client):
    person = make.person("sales")
    client.force_login(person)
    for probe in PROBES:
        for name in ("time_zone", "language", "theme", "away_from", "stand_in"):
            assert findings(client.post(reverse("portal:account"), {name: probe}).text) == []


# -- Everything that is stored, on every page ------------------------------------------------------


def _soil(probe):
    """The probe in every text of every record: whatever a page takes from the database, it takes this."""
    for model, names in {
        Person: ["family_name", "given_name", "family_kana", "given_kana", "title"],
        OrgUnit: ["name"],
        Company: ["name", "name_kana", "industry", "employees", "region", "address", "note", "domain"],
        Lead: ["family_name", "given_name", "kana", "department", "title", "email", "phone", "line"],
        Source: ["name", "name_en"],
        Campaign: ["name", "name_en", "aim", "target", "hypothesis"],
        Reason: ["name", "name_en"],
        CustomField: ["name", "name_en"],
        SavedView: ["name"],
        Import: ["file_name"],
        CompanySettings: ["name"],
    }.items():
        known = {field.name: field for field in model._meta.fields}
        for name in names:
            if not isinstance(known.get(name), models.CharField | models.TextField):
                continue
            for pk in model.objects.values_list("pk", flat=True):
                text = f"{probe}{pk}"
                model.objects.filter(pk=pk).update(**{name: text[: known[name].max_length or None]})


def _write(world, probe):
    """And through the verbs, wherever they take words."""
    at, sales, sender = timezone.now(), world.sales, world.inside_sales
    lead = make.hot_lead(by=sender, at=at)
    handoff = lead.hand_over(to=sales, by=sender, at=at, memo=probe)
    handoff.return_to_sender(
        by=sales, at=at, reason=make.reason(), good_points=[make.reason("good_point", "concrete_need")], line=probe
    )
    handoff.answer_return(by=sender, at=at, reply="dispute", line=probe)
    handoff.settle(by=sender, at=at, line=probe)
    world.working.record_contact(by=sales, at=at, channel="call", outcome="reached", note=probe)
    world.working.write_note(by=sender, at=at, text=f"{probe}\n@{sales.full_name} {probe}")
    world.working.learn(by=sender, at=at, part="budget", state="known", note=probe, origin=probe)
    world.working.record_result(by=sales, at=at, result="opportunity", note=probe)
    world.opportunity.lose(
        by=sales, at=at, on=timezone.localdate(at), reasons=[Reason.objects.filter(kind="loss").first()], note=probe
    )
    make.activity(world.working, at=at, detail=probe)
    return [lead, world.working, world.opportunity]


@pytest.mark.parametrize("probe", PROBES)
def test_every_page_shows_what_is_stored_as_text(world, probe):
    with world.undone():
        CustomField.objects.create(on="lead", code="season", name=probe[:60], name_en=probe[:60])
        leads = _write(world, probe)
        _soil(probe)
        for kind in indexing.kinds():
            list(indexing.index_all(kind))
        shown = 0
        for row in ROWS:
            for role in ("marketing", "sales") if isinstance(row.get, (set, frozenset)) else ():
                for headers in ({}, {"HX-Request": "true"}):
                    response = ask(world, row, "get", role, **headers)
                    if "html" in response.headers.get("Content-Type", ""):
                        assert findings(response.text) == [], (row, role, headers)
                        shown += probe[:6] in response.text or "zq" in response.text
        for lead in leads:
            for name in ("lead", "lead-history", "lead-preparation", "lead-menu", "lead-edit"):
                text = world.clients["sales"].get(reverse(f"leads:{name}", args=[lead.pk])).text
                assert findings(text) == []
        for name in ("leads:list", "leads:board", "portal:search"):
            text = world.clients["sales"].get(reverse(name), {"q": probe, "owner": probe, "columns": probe}).text
            assert findings(text) == []
    assert shown > 20


# -- All of them, through a file --------------------------------------------------------------------


def test_two_hundred_rows_of_a_file_come_in_as_text(client):
    client.force_login(make.person("marketing"))
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["会社名", "姓", "部署", "役職", "メール"])
    strings = [text.replace("\x0c", " ") for text in PAYLOADS]
    for number, text in enumerate(strings):
        writer.writerow([f"{text}{number}", text[:60], text[:60], text[:60], f"row{number}@kujira.example"])
    imported = checked(client, table.getvalue(), system=PAYLOADS[0], save_as=PAYLOADS[1])
    pages = [reverse(f"leads:{name}", args=[imported.pk]) for name in ("import", "import-columns")]
    assert [findings(client.get(page).text) for page in pages] == [[], []]
    client.post(reverse("leads:import-run", args=[imported.pk]))
    work.work_on(imported.pk)
    assert Lead.objects.count() > 190
    for page in [pages[0], reverse("leads:imports"), *_list_pages(client)]:
        assert findings(client.get(page).text) == []
    for lead in Lead.objects.order_by("pk")[::9]:
        assert findings(client.get(lead.get_absolute_url()).text) == []
        assert findings(client.get(lead.company.get_absolute_url()).text) == []


def _list_pages(client):
    page, found = f"{reverse('leads:list')}?columns=lead&columns=company&columns=owner", []
    while page and len(found) < 12:
        found.append(page)
        after = client.get(page).context["page"].after
        page = f"{reverse('leads:list')}?after={after}" if after else None
    return found


def test_the_name_of_a_file_is_text(client):
    client.force_login(make.person("marketing"))
    for text in PROBES:
        answer = client.post(
            reverse("leads:imports"),
            {"file": SimpleUploadedFile(f"{text}.csv", "姓,メール\n鳴海,a@a.example\n".encode())},
            follow=True,
        )
        assert findings(answer.text) == []
    assert findings(client.get(reverse("leads:imports")).text) == []
