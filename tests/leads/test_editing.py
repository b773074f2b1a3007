"""Master data: identity, stale saves, possible duplicates."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from leads import duplicates
from leads.models import Company, CustomField, Lead
from leads.models.editing import Stale
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def again(record):
    return type(record).objects.get(pk=record.pk)


def test_an_edit_saves_what_changed_and_says_which_fields_but_not_what_they_held():
    lead, by = make.lead(phone="00-1"), make.person()
    entry = lead.edit(by=by, at=NOON, values={"phone": "00-2", "title": ""}, seen=lead.seen())
    assert (again(lead).phone, entry.verb, entry.data) == ("00-2", "lead.edited", {"fields": ["phone"]})


def test_an_edit_that_changes_nothing_writes_nothing():
    lead = make.lead(phone="00-1")
    assert lead.edit(by=make.person(), at=NOON, values={"phone": "00-1"}, seen=lead.seen()) is None
    assert Entry.objects.about(lead).count() == 0


def test_a_stale_save_loses_neither_text():
    lead, first = make.lead(phone="00-1"), make.person()
    seen = lead.seen()
    again(lead).edit(by=first, at=NOON, values={"phone": "00-2"}, seen=seen)
    with pytest.raises(Stale, match=first.family_name) as stale:
        lead.edit(by=make.person(), at=NOON, values={"phone": "00-3"}, seen=seen)
    assert (stale.value.status, stale.value.record.phone, again(lead).phone) == (409, "00-2", "00-2")


def test_a_verb_meanwhile_makes_no_edit_stale():
    offered = make.handoff()
    lead = again(offered.lead)
    seen = lead.seen()
    offered.accept(by=offered.receiver, at=NOON)
    lead.edit(by=offered.sender, at=NOON, values={"phone": "00-3"}, seen=seen)
    lead = again(lead)
    assert (lead.phone, lead.stage, lead.owner) == ("00-3", "working", offered.receiver)


def test_only_master_data_can_be_edited():
    lead = make.lead()
    with pytest.raises(ValueError, match="owner"):
        lead.edit(by=make.person(), at=NOON, values={"owner": make.person()}, seen=lead.seen())
    with pytest.raises(Refusal) as refused:
        lead.edit(by=make.person("executive"), at=NOON, values={"phone": "1"}, seen=lead.seen())
    assert refused.value.status == 403


def test_an_address_of_somebody_else_is_refused():
    other, lead = make.lead(email="a@example.com"), make.lead(email="b@example.com")
    with pytest.raises(Refusal) as refused:
        lead.edit(by=make.person(), at=NOON, values={"email": other.email}, seen=lead.seen())
    assert (refused.value.status, again(lead).email) == (409, "b@example.com")


def test_a_company_renamed_is_found_by_its_new_name():
    company = make.company("かもめ食品")
    company.edit(by=make.person(), at=NOON, values={"name": "（株）うみねこ食品"}, seen=company.seen())
    assert Company.of_name("株式会社うみねこ食品", at=NOON) == company


def test_a_company_goes_by_one_name_however_it_is_spelled():
    first = Company.of_name("株式会社かもめ食品", at=NOON)
    assert {Company.of_name(name, at=NOON) for name in ("㈱かもめ食品", "かもめ 食品（株）", "ｶﾓﾒ食品")} - {first} == {
        Company.objects.get(name="ｶﾓﾒ食品")
    }
    assert Company.objects.count() == 2


def test_a_known_address_leads_to_its_lead_and_changes_nothing():
    known, by = make.lead(email="a@example.com", family_name="浜辺"), make.person()
    assert Lead.find_or_add(by=by, at=NOON, email="a@example.com", family_name="別名") == (known, False)
    assert again(known).family_name == "浜辺"
    added, is_new = Lead.find_or_add(by=by, at=NOON, email="new@example.com", family_name="新井")
    assert (is_new, added.owner, added.stage, added.board_column) == (True, by, "nurturing", "")
    assert [entry.verb for entry in Entry.objects.about(added)] == ["lead.added"]


def test_executives_add_no_leads():
    with pytest.raises(Refusal) as refused:
        Lead.find_or_add(by=make.person("executive"), at=NOON, family_name="新井")
    assert refused.value.status == 403


def test_the_database_refuses_a_second_lead_of_an_address():
    make.lead(email="a@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.lead(email="a@example.com")


def test_a_removed_lead_frees_its_address():
    make.lead(email="a@example.com", removed_at=NOON)
    assert make.lead(email="a@example.com").pk


@pytest.mark.parametrize(
    ("mine", "theirs", "alike"),
    [
        ({"family_name": "汐見", "given_name": "航"}, {"family_name": "汐見", "given_name": "航"}, True),
        ({"family_name": "汐見", "given_name": "航"}, {"family_name": "汐見"}, True),
        ({"family_name": "髙橋"}, {"family_name": "高橋"}, True),
        ({"family_name": "汐見", "given_name": "航"}, {"family_name": "汐見", "given_name": "恵"}, False),
        ({"family_name": "汐見"}, {"family_name": "沖野"}, False),
        ({"family_name": "汐見", "phone": "00-1"}, {"family_name": "沖野", "phone": "00-1"}, True),
        ({"family_name": ""}, {"family_name": ""}, False),
    ],
)
def test_who_may_be_the_same_person(mine, theirs, alike):
    company = make.company("かもめ食品")
    one, other = make.lead(company=company, **mine), make.lead(company=company, **theirs)
    assert duplicates.of(one) == ([other] if alike else [])
    assert duplicates.among([one, other]) == ([(one, other)] if alike else [])


def test_the_same_name_at_another_company_is_somebody_else():
    make.lead(family_name="汐見")
    assert duplicates.of(make.lead(family_name="汐見")) == []


def test_further_fields_are_read_by_their_kind():
    number = CustomField(kind="number")
    assert (number.read("1,200"), CustomField(kind="date").read("2026-06-10")) == ("1200", "2026-06-10")
    for field, text in (
        (number, "many"),
        (CustomField(kind="date"), "6/10"),
        (CustomField(kind="choice", choices=["A"]), "B"),
    ):
        with pytest.raises(ValueError, match=text):
            field.read(text)


def test_the_day_that_stands_in_a_link_survives():
    from leads.timeline import Key

    key = Key(NOON + datetime.timedelta(microseconds=5), 1, 7)
    assert Key.read(str(key)) == key
    for broken in ("", "x", "2026-06-10~1~7", "2026-06-10T00:00:00+00:00~1", "2026-06-10T00:00:00+00:00~a~b"):
        assert Key.read(broken) is None
