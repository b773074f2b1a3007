import io
import pathlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from leads.intake import receive, work
from leads.models import Import, Lead, SavedMapping
from leads.tasks import resume_imports, work_on_import
from tests import make

pytestmark = pytest.mark.django_db
TEXT = (
    "会社名,氏名,メール,来場日\nくじら化成,鳴海 圭,narumi@kujira.example,2026-04-01\nみなも,汐見 航,nobody,2026-04-02\n"
)


@pytest.fixture
def marketer(client):
    person = make.person("marketing")
    client.force_login(person)
    return person


def upload(client, data=TEXT, name="leads.csv"):
    data = data.encode() if isinstance(data, str) else data
    response = client.post(reverse("leads:imports"), {"file": SimpleUploadedFile(name, data)})
    return Import.objects.order_by("-pk").first(), response


def columns_of(imported):
    from leads.intake.columns import Mapping

    codes = Mapping.from_spec(imported.mapping).fields_of(imported.survey["header"])
    return {f"column-{place}": code for place, code in enumerate(codes)} | {"system": imported.mapping["system"]}


def checked(client, data=TEXT, **more):
    imported, _response = upload(client, data)
    client.post(reverse("leads:import-columns", args=[imported.pk]), columns_of(imported) | more)
    imported.refresh_from_db()
    return imported


def test_from_upload_to_report(client, marketer):
    imported, response = upload(client)
    assert response.url == reverse("leads:import-columns", args=[imported.pk])
    page = client.get(response.url).text
    assert "鳴海 圭" in page
    response = client.post(response.url, columns_of(imported))
    page = client.get(response.url)
    assert page.context["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    assert Lead.objects.count() == 0
    client.post(reverse("leads:import-run", args=[imported.pk]))
    assert 'id="progress"' in client.get(reverse("leads:import", args=[imported.pk])).text
    work_on_import(imported.pk)
    page = client.get(reverse("leads:import", args=[imported.pk]))
    assert [row["column"] for row in page.context["refusals"]] == ["メール"]
    assert Lead.objects.get().company.name == "くじら化成"
    imported.refresh_from_db()
    assert imported.by == marketer
    client.post(reverse("leads:import-undo", args=[imported.pk]))
    assert Lead.objects.filter(removed_at=None).count() == 0
    assert client.get(reverse("leads:import", args=[imported.pk])).status_code == 200


def test_a_file_that_cannot_be_taken_is_refused_with_the_reason_and_not_kept(client, marketer):
    imported, response = upload(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old.xls")
    assert response.status_code == 422
    assert response.context["failure"].code == "file_old_excel"
    assert imported is None


def test_the_name_of_an_upload_is_only_a_word(client, marketer, settings):
    imported, _response = upload(client, TEXT, "../../" + "あ" * 300 + "\u202e.csv")
    assert str(settings.MEDIA_ROOT) in str(imported.file.path)
    assert imported.file.name.startswith("imports/")
    assert imported.file.name.endswith("/data.csv")


def test_nothing_starts_while_an_order_of_days_is_open(client, marketer):
    imported = checked(client, TEXT.replace("2026-04-01", "11/10/26").replace("nobody", "x@y.example"))
    page = client.get(reverse("leads:import", args=[imported.pk]))
    assert page.context["open"] == 1
    assert client.post(reverse("leads:import-run", args=[imported.pk])).status_code == 422
    client.post(reverse("leads:import-choices", args=[imported.pk]), {"order-3": "mdy", "intent": "append"})
    imported.refresh_from_db()
    assert (imported.intent, imported.survey["forecast"]["refused"]) == ("append", 0)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    work_on_import(imported.pk)
    lead = Lead.objects.get(email="narumi@kujira.example")
    assert lead.activities.get().at.date().isoformat() == "2026-11-09"


def test_a_column_can_be_left_out_instead(client, marketer):
    imported = checked(client, TEXT.replace("2026-04-01", "11/10/26"))
    client.post(reverse("leads:import-choices", args=[imported.pk]), {"order-3": "skip"})
    imported.refresh_from_db()
    assert imported.survey["questions"] == []


def test_ambiguous_bytes_wait_for_a_choice(client, marketer):
    data = "city,email\nSão Paulo,a@a.example\n".encode("cp1252")
    imported, _response = upload(client, data)
    assert client.get(reverse("leads:import-columns", args=[imported.pk])).context["is_ambiguous"]
    client.post(reverse("leads:import-columns", args=[imported.pk]), columns_of(imported))
    assert client.post(reverse("leads:import-run", args=[imported.pk])).status_code == 422
    client.post(reverse("leads:import-reading", args=[imported.pk]), {"encoding": "cp1252"})
    assert client.post(reverse("leads:import-run", args=[imported.pk])).status_code == 302


def test_an_encoding_that_does_not_fit_is_refused(client, marketer):
    imported, _response = upload(client, TEXT.encode("cp932"))
    assert imported.survey["encoding"] == "cp932"
    url = reverse("leads:import-reading", args=[imported.pk])
    assert client.post(url, {"encoding": "utf-8"}).status_code == 422
    assert client.post(url, {"encoding": "klingon"}).status_code == 404


def test_a_mapping_is_kept_and_found_again(client, marketer):
    imported, _response = upload(client)
    posted = columns_of(imported) | {"save_as": "展示会の名刺", "column-3": "-"}
    client.post(reverse("leads:import-columns", args=[imported.pk]), posted)
    assert SavedMapping.objects.get().name == "展示会の名刺"
    again, _response = upload(client)
    assert again.mapping["columns"]["来場日"] == "-"


def test_two_columns_cannot_mean_the_same(client, marketer):
    imported, _response = upload(client)
    posted = columns_of(imported) | {"column-0": "email"}
    assert client.post(reverse("leads:import-columns", args=[imported.pk]), posted).status_code == 422


def test_the_refused_rows_come_as_a_download(client, marketer):
    imported = checked(client)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    work_on_import(imported.pk)
    response = client.get(reverse("leads:import-refused", args=[imported.pk]))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "汐見" in io.BytesIO(response.getvalue()).read().decode("utf-8-sig")


@pytest.mark.parametrize("function", ["sales", "customer_success", "executive", "other"])
def test_who_does_not_import_is_refused(client, function):
    client.force_login(make.person(function))
    assert client.get(reverse("leads:imports")).status_code == 403
    assert upload(client)[1].status_code == 403
    assert Import.objects.count() == 0


def test_a_draft_can_be_thrown_away_but_nothing_that_came_in(client, marketer):
    imported, _response = upload(client)
    path = pathlib.Path(imported.file.path)
    assert path.exists()
    client.post(reverse("leads:import-removal", args=[imported.pk]))
    assert Import.objects.count() == 0
    assert not path.exists()
    imported = checked(client)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    assert client.post(reverse("leads:import-removal", args=[imported.pk])).status_code == 409


def test_stopping_keeps_what_is_in(client, marketer, monkeypatch):
    monkeypatch.setattr(receive, "chunk_size", lambda: 1)
    imported = checked(client)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    assert receive.carry_on(imported.pk, seconds=0) is True
    client.post(reverse("leads:import-stop", args=[imported.pk]))
    assert receive.carry_on(imported.pk) is False
    imported.refresh_from_db()
    assert (imported.state, imported.created, Lead.objects.count()) == ("stopped", 1, 1)


def test_progress_asks_on_until_there_is_a_report(client, marketer):
    imported = checked(client)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    url = reverse("leads:import-progress", args=[imported.pk])
    assert "HX-Refresh" not in client.get(url).headers
    work_on_import(imported.pk)
    assert client.get(url).headers["HX-Refresh"] == "true"


def test_an_import_nobody_works_on_is_found(client, marketer):
    imported = checked(client)
    client.post(reverse("leads:import-run", args=[imported.pk]))
    assert work.abandoned() == [imported.pk]
    resume_imports()
    Import.objects.update(worker="dead", beat_at=make.NOON)
    assert work.abandoned() == [imported.pk]
    work_on_import(imported.pk)
    imported.refresh_from_db()
    assert imported.state == "done"


@pytest.mark.parametrize("rows", [1, 40])
def test_the_pages_take_as_many_queries_for_few_rows_as_for_many(client, marketer, rows, django_assert_max_num_queries):
    text = "氏名,メール\n" + "".join(f"A{n},nobody{n}\n" for n in range(rows)) + "B,b@b.example\n"
    imported = checked(client, text)
    for name in ("imports", "import"):
        with django_assert_max_num_queries(15):
            client.get(reverse(f"leads:{name}", args=[imported.pk] if name == "import" else []))
