import datetime

import pytest

from leads.intake import receive
from leads.intake.reasons import Unfit
from leads.models import Activity, Campaign, Company, ExternalId, Import, ImportRow, Lead, Note, Opportunity, Source
from portal.models import Entry
from tests import make
from tests.leads.intake.taking import counts, prepared, refusals, take_in

pytestmark = pytest.mark.django_db

HEADER = "ID,会社名,姓,名,メール,電話番号,役職,流入元,施策,登録日\n"
ROWS = (
    HEADER
    + "1,株式会社みなも機工,高瀬,澄江,Takase@Minamo.example,03-1,課長,展示会,産業保全展,2026-04-01\n"
    + "2,㈱みなも機工,汐見,航,shiomi@minamo.example,,部長,展示会,産業保全展,2026-04-02\n"
    + "3,くじら化成,鳴海,圭,narumi@kujira.example,03-3,,,,2026-04-03\n"
)


def test_rows_become_leads_with_company_campaign_activity_and_tie():
    imported = take_in(ROWS)
    assert counts(imported) == (3, 0, 0, 0)
    assert imported.state == Import.State.DONE
    lead = Lead.objects.get(email="takase@minamo.example")
    assert (lead.family_name, lead.given_name, lead.phone, lead.title) == ("高瀬", "澄江", "03-1", "課長")
    assert lead.company.name == "株式会社みなも機工"
    assert lead.source.name == "展示会"
    assert lead.campaign.name == "産業保全展"
    assert lead.created_at == datetime.datetime(2026, 3, 31, 15, 0, tzinfo=datetime.UTC)
    assert [(a.kind, a.campaign_id) for a in lead.activities.all()] == [("imported", lead.campaign_id)]
    assert [(row.number, row.outcome) for row in lead.import_rows.all()] == [(2, "created")]
    assert Company.objects.count() == 2


def test_an_import_is_one_entry_of_the_trail():
    imported = take_in(ROWS)
    entries = Entry.objects.filter(stream=f"import:{imported.pk}")
    assert [(entry.verb, entry.data["created"]) for entry in entries] == [("import.received", 3)]
    assert Entry.objects.filter(stream__startswith="lead:").count() == 0


def test_the_same_file_twice_changes_nothing():
    take_in(ROWS)
    before = [
        list(model.objects.order_by("pk").values()) for model in (Lead, Company, Activity, ExternalId, Campaign, Source)
    ]
    assert counts(take_in(ROWS)) == (0, 0, 3, 0)
    after = [
        list(model.objects.order_by("pk").values()) for model in (Lead, Company, Activity, ExternalId, Campaign, Source)
    ]
    assert after == before


def test_update_changes_what_the_file_says_and_never_overwrites_with_nothing():
    take_in(ROWS)
    imported = take_in(HEADER + "1,,高瀬,,takase@minamo.example,03-9,,,,\n", name="leads.csv")
    assert counts(imported) == (0, 1, 0, 0)
    lead = Lead.objects.get(email="takase@minamo.example")
    assert (lead.phone, lead.title, lead.given_name, lead.company.name) == (
        "03-9",
        "課長",
        "澄江",
        "株式会社みなも機工",
    )
    assert lead.version == 2
    assert imported.rows.get().before == {"lead": {"phone": ["03-1", "03-9"]}}


def test_append_adds_history_and_touches_no_master_field():
    take_in(ROWS)
    text = HEADER + "1,別会社,別人,,takase@minamo.example,03-9,社長,,秋の展示会,2026-10-01\n"
    imported = take_in(text, intent="append")
    assert counts(imported) == (0, 0, 1, 0)
    lead = Lead.objects.get(email="takase@minamo.example")
    assert (lead.family_name, lead.phone, lead.title, lead.company.name) == (
        "高瀬",
        "03-1",
        "課長",
        "株式会社みなも機工",
    )
    assert sorted(a.campaign.name for a in lead.activities.all()) == ["産業保全展", "秋の展示会"]


def test_an_external_id_goes_before_the_address():
    take_in(ROWS)
    take_in(HEADER + "1,,高瀬,,new.address@minamo.example,,,,,\n")
    assert Lead.objects.get(email="new.address@minamo.example").given_name == "澄江"
    assert Lead.objects.count() == 3


def test_ids_of_another_system_are_not_the_same_ids():
    take_in(ROWS)
    take_in(HEADER + "1,,別人,,other@example.com,,,,,\n", name="another.csv")
    assert Lead.objects.count() == 4


def test_an_id_and_an_address_of_two_leads_refuse_the_row():
    take_in(ROWS)
    imported = take_in(HEADER + "1,,高瀬,,shiomi@minamo.example,,,,,\n")
    assert refusals(imported) == [(2, "メール", "email_taken")]


def test_people_of_one_name_are_never_merged():
    text = "会社名,氏名,電話番号\nくじら化成,鈴木 一郎,03-1\nくじら化成,鈴木 一郎,03-2\n"
    assert counts(take_in(text)) == (2, 0, 0, 0)
    assert counts(take_in(text)) == (0, 0, 2, 0)


def test_a_file_that_contradicts_itself_says_which_row():
    text = "氏名,メール,電話番号\n日向 葵,hinata@himawari.example,03-1\n日向 葵,Hinata@himawari.example,03-2\n"
    imported = take_in(text)
    assert counts(imported) == (1, 0, 0, 1)
    row = imported.refused_rows.get()
    assert (row.number, row.column, row.code, row.value) == (3, "電話番号", "same_in_file", "03-2")
    assert row.params["row"] == 2


def test_a_second_row_about_the_same_person_fills_what_the_first_left_empty(monkeypatch):
    text = "氏名,メール,電話番号\n日向 葵,hinata@himawari.example,\n日向 葵,hinata@himawari.example,03-2\n"
    for size in (10, 1):
        monkeypatch.setattr(receive, "chunk_size", lambda size=size: size)
        take_in(text, intent="append", name=f"{size}.csv")
        assert Lead.objects.get().phone == "03-2"
        Import.objects.all().delete()
        Activity.objects.all().delete()
        Lead.objects.all().delete()


def test_a_company_is_known_by_its_number_then_by_its_name():
    head = "会社名,法人番号,氏名,メール\n"
    take_in(head + "株式会社くじら,,A,a@a.example\n", name="1.csv")
    take_in(head + "くじら株式会社,7000012050002,B,b@b.example\n", name="2.csv")
    assert [(c.key, c.corporate_number) for c in Company.objects.all()] == [("くじら", "7000012050002")]
    take_in(head + "クジラ工業,7000012050002,C,c@c.example\n", name="3.csv")
    assert Company.objects.count() == 1
    take_in(head + "くじら,2000012010019,D,d@d.example\n", name="4.csv")
    assert Company.objects.filter(key="くじら").count() == 2


def test_a_free_mail_domain_never_stands_for_a_company():
    take_in("会社名,氏名,メール\nくじら化成,A,a@kujira.example\nみなも,B,b@gmail.com\n")
    take_in("氏名,メール\nC,c@kujira.example\nD,d@gmail.com\n", name="2.csv")
    assert Lead.objects.get(family_name="C").company.name == "くじら化成"
    assert Lead.objects.get(family_name="D").company is None


def test_an_opt_out_comes_in_and_is_never_taken_back():
    head = "メール,配信停止\n"
    take_in(head + "a@a.example,true\nb@b.example,false\n")
    take_in(head + "a@a.example,false\nb@b.example,1\n", name="2.csv")
    assert [lead.may_mail for lead in Lead.objects.order_by("email")] == [False, False]


def test_owners_are_found_by_address_or_name_and_unknown_ones_are_named():
    hana = make.person("sales", family_name="営業", given_name="花子", email="hana@example.com")
    imported = take_in(
        "氏名,メール,担当\nA,a@a.example,営業 花子\nB,b@b.example,HANA@example.com\nC,c@c.example,Sam Sales\n"
    )
    assert list(Lead.objects.order_by("email").values_list("owner", flat=True)) == [hana.pk, hana.pk, None]
    assert imported.remarks["unknown_people"] == {"Sam Sales": 1}


def test_nobody_who_left_is_given_leads():
    make.person("sales", family_name="去", email="gone@example.com", left_on=datetime.date(2026, 1, 1))
    take_in("氏名,メール,担当\nA,a@a.example,gone@example.com\n")
    assert Lead.objects.get().owner is None


def test_a_note_comes_in_once_and_shows_on_the_lead():
    text = 'メール,メモ\na@a.example,"4/1 電話。\n来期予定"\n'
    take_in(text)
    take_in(text)
    lead = Lead.objects.get()
    assert [note.text for note in Note.objects.all()] == ["4/1 電話。\n来期予定"]
    assert (lead.has_note, lead.line) == (True, "4/1 電話。")


def test_a_note_that_completes_what_is_known_qualifies_the_lead():
    by = make.person("marketing")
    lead = make.lead(owner=by, email="a@a.example")
    for part in ("timeline", "need"):
        lead.learn(by=by, at=make.NOON, part=part, state="known")
    take_in("メール,メモ\na@a.example,4月に導入\n", by=by)
    lead.refresh_from_db()
    assert lead.board_column == "to_hand_over"


def test_custom_fields_are_filled():
    from leads.intake import columns
    from leads.models import CustomField

    CustomField.objects.create(code="plan", name="プラン", on="lead", kind="choice", choices=["A", "B"])
    mapping = columns.from_dict("x", {"columns": {"メール": "email", "プラン": "custom.plan"}})
    imported = take_in("メール,プラン\na@a.example,A\nb@b.example,C\n", mapping=mapping)
    assert Lead.objects.get().custom == {"plan": "A"}
    assert refusals(imported) == [(3, "プラン", "choice_unknown")]


def test_constants_fill_only_what_a_row_leaves_open():
    take_in("メール,施策\na@a.example,\nb@b.example,春\n", constants={"campaign": "秋", "source": "展示会"})
    assert [lead.campaign.name for lead in Lead.objects.order_by("email")] == ["秋", "春"]
    assert {lead.source.name for lead in Lead.objects.all()} == {"展示会"}


def test_each_row_that_cannot_be_taken_says_where_and_why():
    text = (
        "氏名,メール,登録日,従業員数\n"
        "A,sawa＠tobiuo.example,,\n"
        "B,b@b.example,2026/11/31,\n"
        "C,c@c.example,,50〜100名くらい\n"
        ",,2026-01-01,\n"
        "D,no-address,,\n"
        "E,e@e.example,きのう,\n"
        "F,f@f.example,,1,too,many\n"
        'G,"g"@g.example,,\n'
        "H,h@h.example,,\n"
    )
    imported = take_in(text)
    assert refusals(imported) == [
        (2, "メール", "email_fullwidth"),
        (3, "登録日", "date_not_real"),
        (4, "従業員数", "number_unreadable"),
        (5, "メール・氏名", "nothing_known"),
        (6, "メール", "email_invalid"),
        (7, "登録日", "date_unreadable"),
        (8, "", "width"),
        (9, "", "quotes"),
    ]
    assert counts(imported) == (1, 0, 0, 8)


def test_an_ambiguous_order_of_days_is_refused_until_somebody_says_it():
    text = "メール,登録日\na@a.example,11/10/2026\nb@b.example,01/02/2026\nc@c.example,2026-05-06\n"
    assert refusals(take_in(text)) == [(2, "登録日", "date_ambiguous"), (3, "登録日", "date_ambiguous")]
    imported = take_in(text, orders={"登録日": "dmy"}, name="2.csv")
    assert imported.refused == 0
    assert Lead.objects.get(email="a@a.example").created_at.date() == datetime.date(2026, 10, 10)


def test_one_clear_value_decides_its_whole_column():
    take_in("メール,登録日\na@a.example,05/06/2026\nb@b.example,13/06/2026\n")
    assert Lead.objects.get(email="a@a.example").created_at.date() == datetime.date(2026, 6, 4)


def test_a_mixed_order_of_days_is_never_guessed():
    text = "メール,登録日\na@a.example,05/06/2026\nb@b.example,13/06/2026\nc@c.example,06/13/2026\n"
    assert refusals(take_in(text)) == [(2, "登録日", "date_mixed")]


def test_a_file_without_any_identity_does_not_start():
    with pytest.raises(Unfit) as refusal:
        prepared("会社名,電話番号\nA,03-1\n")
    assert refusal.value.reason.code == "file_no_identity"


def test_a_removed_lead_does_not_come_back_by_a_file():
    take_in(ROWS)
    Lead.objects.filter(email="takase@minamo.example").update(removed_at=make.NOON)
    assert refusals(take_in(ROWS)) == [(2, "ID", "removed")]


def test_the_forecast_says_what_then_happens_and_saves_nothing():
    take_in(ROWS)
    text = HEADER + "1,,高瀬,,takase@minamo.example,03-9,部長,,,\n9,,新人,,new@minamo.example,,,,,\n8,,,,nobody,,,,,\n"
    imported = prepared(text)
    forecast = imported.survey["forecast"]
    assert [forecast[name] for name in ("created", "updated", "unchanged", "refused")] == [1, 1, 0, 1]
    assert {(f["code"], f["changed"], f["filled"]) for f in forecast["fields"]} == {("phone", 1, 0), ("title", 1, 0)}
    assert forecast["refusals"][0]["code"] == "email_invalid"
    assert (Lead.objects.count(), ImportRow.objects.count()) == (3, 3)
    assert imported.position == 0


@pytest.mark.parametrize("size", [1, 2, 100])
def test_chunks_of_any_size_do_the_same(size, monkeypatch):
    monkeypatch.setattr(receive, "chunk_size", lambda: size)
    imported = take_in(ROWS + "4,くじら化成,鳴海,圭,narumi@kujira.example,03-4,,,,\n")
    assert counts(imported) == (3, 0, 0, 1)
    assert Company.objects.count() == 2


def test_deals_attach_to_leads_and_an_unknown_amount_stays_unknown():
    take_in("mql_id,first_contact_date,landing_page_id,origin\na,2018-01-01,p1,social\nb,2018-01-02,p1,\n")
    imported = take_in(
        "mql_id,seller_id,sdr_id,sr_id,won_date\n"
        "a,s1,x,y,2018-02-26 19:58:54\na,s2,x,y,2018-03-01 00:00:00\nz,s3,x,y,2018-02-26 19:58:54\n"
    )
    assert counts(imported) == (0, 2, 0, 1)
    assert refusals(imported) == [(4, "mql_id", "lead_unknown")]
    lead = Lead.objects.get(stage="won")
    assert [(o.state, o.closed_on.isoformat(), o.amount) for o in lead.opportunities.order_by("closed_on")] == [
        ("won", "2018-02-26", None),
        ("won", "2018-03-01", None),
    ]
    assert (lead.board_column, lead.handoffs.count(), lead.clocks.count()) == ("", 0, 0)


def test_a_deal_of_somebody_at_work_is_theirs_to_record():
    by, seller = make.person("marketing"), make.person("sales")
    lead = make.hot_lead(by=by, email="a@a.example")
    handoff = lead.hand_over(by=by, at=make.NOON, to=seller, memo="x")
    imported = take_in("メール,案件名,受注日\na@a.example,X,2026-04-01\n")
    assert refusals(imported)[0][2] == "lead_in_hand"
    assert handoff is not None
    assert Opportunity.objects.count() == 0


def test_an_open_deal_is_updated_and_then_won():
    head = "メール,案件ID,案件名,金額,確度,受注予定日,受注日\n"
    take_in(head + "a@a.example,1,新規,120万円,50,2026-09-01,\n", name="d.csv")
    lead = Lead.objects.get()
    assert (lead.stage, lead.amount, lead.board_column) == ("opportunity", 1_200_000, "opportunity")
    take_in(head + 'a@a.example,1,新規,"1,500,000",80,2026-09-01,\n', name="d.csv")
    lead.refresh_from_db()
    assert lead.amount == 1_500_000
    imported = take_in(head + "a@a.example,1,新規,,,,2026-06-01\n", name="d.csv")
    lead.refresh_from_db()
    deal = lead.opportunities.get()
    assert counts(imported) == (0, 1, 0, 0)
    assert (lead.stage, deal.state, deal.closed_on, deal.amount, deal.likelihood) == (
        "won",
        "won",
        datetime.date(2026, 6, 1),
        1_500_000,
        100,
    )


def test_a_source_or_campaign_is_known_by_its_name_in_either_language():
    source = make.source("展示会", code="exhibition", name_en="Exhibition")
    campaign = make.campaign("産業保全展", code="fair-2026", name_en="Maintenance fair")
    rows = (
        HEADER
        + "1,,高瀬,,a@minamo.example,,,展示会,Maintenance fair,\n2,,汐見,,b@minamo.example,,,Exhibition,産業保全展,\n"
    )
    take_in(rows)
    found = Lead.objects.order_by("pk").values_list("source", "campaign")
    assert set(found) == {(source.pk, campaign.pk)}
    assert (Source.objects.count(), Campaign.objects.count()) == (1, 1)
