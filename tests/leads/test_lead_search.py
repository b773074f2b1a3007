import datetime

import pytest
from django.utils import timezone

from leads import search
from leads.models import Company, Lead
from leads.models.intake import Import, ImportRow
from portal import relay
from portal.models import Entry, SearchDocument
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def found(words):
    return [hit.title for hit in search.find(words, by=None, limit=30).hits]


@pytest.mark.parametrize(
    "words", ["浜辺", "かもめ", "カモメ", "生産", "hamabe", "0312", "03-12", "はまべ", "工場", "課長"]
)
def test_a_lead_is_found_by_what_is_known_of_it(words):
    lead = make.lead(
        company=make.company("かもめ食品", name_kana="カモメショクヒン"), family_name="浜辺", kana="ハマベ", department="生産技術課",
        title="課長", email="hamabe@kamome.example", phone="03-1234-5678", line="２工場で使う",
    )  # fmt: skip
    make.lead(company=make.company("ほかの会社"), family_name="別人")
    search.indexing.index("lead", Lead.objects.values_list("pk", flat=True))
    assert found(words) == [search.lead_title(lead)]


def test_what_colleagues_wrote_is_found_as_soon_as_it_is_handed_on():
    offered = make.handoff(memo="紙の点検記録をやめたい")
    offered.return_to_sender(
        by=offered.receiver,
        at=NOON,
        reason=make.reason(),
        line="稟議は四月から",
        good_points=[make.reason("good_point", "concrete_need")],
    )
    relay.hand_on()
    for words in ("点検", "稟議", "来春", "紙をやめ"):
        assert found(words) == [search.lead_title(offered.lead)], words


def test_a_colleagues_name_finds_no_leads():
    person = make.person("inside_sales", family_name="若竹")
    make.handoff(sender=person)
    relay.hand_on()
    assert found("若竹") == []


def test_a_renamed_company_is_found_with_its_leads():
    lead = make.lead(company=make.company("ふるい会社"))
    search.indexing.index("lead", [lead.pk])
    Company.objects.filter(pk=lead.company_id).update(name="あたらしい会社")
    Entry.record("company.edited", lead.company, by=None, at=NOON)
    relay.hand_on()
    lead.company.refresh_from_db()
    assert sorted(found("あたらしい")) == sorted([search.lead_title(lead), "あたらしい会社"])
    assert found("ふるい") == []


def imported(leads, outcome="created"):
    record = Import.objects.create(file_name="a.csv", uploaded_at=NOON, state=Import.State.DONE)
    ImportRow.objects.bulk_create(
        ImportRow(of=record, number=n, lead=lead, outcome=outcome) for n, lead in enumerate(leads, start=1)
    )
    return record


def test_an_import_is_indexed_in_portions(monkeypatch):
    monkeypatch.setattr(search, "AT_ONCE", 2)
    leads = [make.lead(company=make.company("かもめ食品")) for _ in range(5)]
    record = imported(leads)
    Entry.record("import.received", record, by=None, at=NOON)
    relay.hand_on()
    assert SearchDocument.objects.filter(kind="lead").count() == 5
    assert SearchDocument.objects.filter(kind="company").count() == 5


def test_an_import_taken_back_leaves_the_search():
    lead = make.lead(company=make.company("かもめ食品"))
    record = imported([lead])
    Entry.record("import.received", record, by=None, at=NOON)
    relay.hand_on()
    Lead.objects.filter(pk=lead.pk).update(removed_at=NOON)
    Entry.record("import.undone", record, by=None, at=NOON)
    relay.hand_on()
    assert [title for title in found("かもめ") if "浜辺" in title] == []


def test_hearing_twice_changes_nothing():
    lead = make.lead(company=make.company("かもめ食品"))
    entry = Entry.record("lead.added", lead, by=None, at=NOON)
    search.hear([entry], at=timezone.now())
    search.hear([entry], at=timezone.now())
    assert SearchDocument.objects.filter(kind="lead", object_id=lead.pk).count() == 1


def test_what_is_unchanged_in_an_import_is_not_written_anew():
    lead = make.lead()
    search.indexing.index("lead", [lead.pk])
    before = SearchDocument.objects.get(kind="lead").pk
    record = imported([lead], outcome="unchanged")
    assert search.index_import(record.pk, timezone.now() + datetime.timedelta(hours=1)) is False
    assert SearchDocument.objects.get(kind="lead").pk == before
