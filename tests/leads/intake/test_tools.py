"""The exports of six tools, each with the mapping that comes with the portal and is found by the header."""

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leads.intake import columns
from leads.intake.reasons import Unfit
from leads.models import Activity, Company, Lead, Opportunity
from tests import make
from tests.leads.intake.taking import counts, refusals, take_in

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parent / "samples"


def taken(name):
    return take_in((SAMPLES / name).read_bytes(), name=name)


def test_hubspot():
    hana = make.person("sales", family_name="営業", given_name="花子")
    imported = taken("hubspot_contacts_sample.csv")
    assert imported.mapping["code"] == "hubspot"
    assert counts(imported) == (5, 0, 1, 0)
    taro = Lead.objects.get(email="taro.mihon@example.co.jp")
    assert (taro.family_name, taro.given_name, taro.owner) == ("見本", "太郎", hana)
    assert sorted(taro.external_ids.values_list("value", flat=True)) == ["501", "503"]
    assert Company.objects.get(key="サンプル商事").leads.count() == 2
    assert Lead.objects.get(external_key="hubspot:504").person_name == "hubspot:504"
    jiro = Lead.objects.get(email="jiro@example.com")
    assert jiro.created_at == datetime.datetime(2026, 4, 15, 14, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert jiro.title == '"主任", 第2課'
    assert Lead.objects.get(email="mary@example.org").family_name == "O'Test"
    assert imported.remarks["unknown_people"] == {"Sam Sales": 2}


def test_salesforce_report_with_its_footer():
    imported = taken("salesforce_lead_report_sample_cp932.csv")
    assert imported.mapping["code"] == "salesforce_report"
    assert counts(imported) == (3, 0, 0, 0)
    assert imported.left_out == {"blank": 2, "footer": 3}
    assert Company.objects.get(key="ダミー|有").name == "有限会社ダミー"


def test_salesforce_api_with_a_deleted_row_and_a_converted_one():
    imported = taken("salesforce_lead_api_sample.csv")
    assert imported.mapping["code"] == "salesforce_api"
    assert counts(imported) == (2, 0, 0, 1)
    assert refusals(imported) == [(4, "IsDeleted", "deleted_there")]
    tokyo = ZoneInfo("Asia/Tokyo")
    assert {lead.created_at.astimezone(tokyo).date().isoformat() for lead in Lead.objects.all()} == {"2026-04-01"}
    converted = Opportunity.objects.get()
    assert (converted.external_key, converted.state, converted.amount) == (
        "salesforce:006XX0000000001AAA",
        "open",
        None,
    )


def test_satori_knows_people_by_address_alone():
    imported = taken("satori_customers_sample_cp932.csv")
    assert imported.mapping["code"] == "satori"
    assert counts(imported) == (2, 0, 0, 1)
    assert refusals(imported) == [(4, "email", "email_needed")]
    taro = Lead.objects.get(email="taro.mihon@example.co.jp")
    assert [note.text for note in taro.notes.all()] == ["4/1 電話。\n導入は来期予定、予算は未定"]
    assert [activity.detail for activity in taro.activities.all()] == ["展示会2026,資料DL"]
    assert (taro.kana, taro.company.industry) == ("みほん たろう", "製造")
    assert Lead.objects.get(email="jiro@example.com").phone == "090-0000-0002"


def test_marketo():
    imported = taken("marketo_people_api_names_sample.csv")
    assert imported.mapping["code"] == "marketo"
    assert counts(imported) == (3, 0, 0, 0)
    assert [lead.may_mail for lead in Lead.objects.order_by("external_key")] == [True, False, True]


def test_kintone_gathers_the_rows_of_a_record():
    imported = taken("kintone_deals_sample_cp932.csv")
    assert imported.mapping["code"] == "kintone"
    assert counts(imported) == (2, 0, 0, 0)
    first = Opportunity.objects.get(external_key="kintone:1")
    assert (first.amount, first.likelihood, first.expected_close_on) == (1_200_000, 80, datetime.date(2026, 6, 30))
    assert Opportunity.objects.get(external_key="kintone:2").amount is None
    kinds = Activity.objects.filter(lead=first.lead).order_by("at").values_list("kind", "detail")
    assert list(kinds) == [("call", "初回架電。課題は「引き継ぎ漏れ」"), ("visit", "デモ実施、見積依頼")]


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.csv")))
def test_each_twice_changes_nothing(name):
    first = taken(name)
    again = taken(name)
    assert (again.created, again.updated, again.refused) == (0, 0, first.refused)
    assert again.activities == 0


def test_six_tools_tell_one_person_once():
    for path in sorted(SAMPLES.glob("*.csv")):
        taken(path.name)
    assert Lead.objects.filter(email="taro.mihon@example.co.jp").count() == 1
    assert Company.objects.filter(key="サンプル商事").count() == 1
    assert Company.objects.filter(key="カクウ電機").count() == 1


@pytest.mark.parametrize("mapping", columns.shipped().values(), ids=lambda mapping: mapping.code)
def test_every_shipped_mapping_is_recognized_by_its_own_header(mapping):
    assert columns.recognize(list(mapping.columns)).code == mapping.code


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("name = 'x'", "columns"),
        ("colums = {}\n[columns]\na = 'email'", "colums"),
        ("[columns]\na = 'emial'", "emial"),
        ("zone = 'Mars/Base'\n[columns]\na = 'email'", "zone Mars/Base"),
        ("[columns", "Expected"),
    ],
)
def test_a_mapping_says_what_is_wrong_with_it(text, detail, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(Unfit) as refusal:
        columns.load(path)
    assert detail in refusal.value.reason.params["detail"]


def test_no_mapping_is_read_from_elsewhere():
    for name in ("../settings", "nothing", "missing.toml"):
        with pytest.raises(Unfit):
            columns.load(name)
