import pytest

from leads.intake import undo
from leads.models import Activity, Company, ExternalId, Lead, Note, Opportunity
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.leads.intake.taking import counts, take_in

pytestmark = pytest.mark.django_db

TEXT = "ID,会社名,氏名,メール,電話番号,メモ\n1,くじら化成,鳴海 圭,narumi@kujira.example,03-1,メモ\n2,みなも,汐見 航,shiomi@minamo.example,,\n"


def taken_back(imported):
    undo.begin(imported, by=make.person("marketing"), at=make.NOON)
    undo.carry_on(imported.pk)
    imported.refresh_from_db()
    return imported


def present():
    models = (Lead, Company, Activity, Note, Opportunity)
    return [model.objects.filter(removed_at=None).count() for model in models] + [ExternalId.objects.count()]


def test_what_came_leaves_and_the_same_file_can_come_again():
    imported = take_in(TEXT)
    taken_back(imported)
    assert present() == [0, 0, 0, 0, 0, 0]
    assert imported.state == "undone"
    assert counts(take_in(TEXT)) == (2, 0, 0, 0)
    assert present() == [2, 2, 2, 1, 0, 2]


def test_updates_go_back_unless_somebody_has_edited_since():
    take_in(TEXT)
    imported = take_in(
        TEXT.replace("03-1", "03-9").replace("汐見 航,shiomi@minamo.example,", "汐見 航,shiomi@minamo.example,03-8")
    )
    Lead.objects.filter(email="shiomi@minamo.example").update(phone="by hand")
    taken_back(imported)
    assert list(Lead.objects.order_by("email").values_list("phone", flat=True)) == ["03-1", "by hand"]
    assert undo.kept(imported) == {"changed_since": 1}
    assert Lead.objects.filter(removed_at=None).count() == 2


def test_leads_that_people_have_built_on_stay_and_say_why():
    imported = take_in(TEXT)
    by = make.person("marketing")
    Lead.objects.get(email="narumi@kujira.example").write_note(by=by, at=make.NOON, text="電話した")
    taken_back(imported)
    assert list(Lead.objects.filter(removed_at=None).values_list("email", flat=True)) == ["narumi@kujira.example"]
    assert undo.kept(imported) == {"worked_on": 1}
    assert Company.objects.get(removed_at=None).name == "くじら化成"


def test_leads_that_another_import_met_stay_until_that_is_taken_back():
    first = take_in(TEXT)
    second = take_in(TEXT, name="leads.csv")
    taken_back(first)
    assert undo.kept(first) == {"other_import": 2}
    assert second.unchanged == 2
    assert Lead.objects.filter(removed_at=None).count() == 2


def test_won_deals_leave_and_the_lead_stands_as_before():
    leads = "mql_id,first_contact_date,landing_page_id,origin\na,2018-01-01,p1,social\n"
    deals = "mql_id,seller_id,sdr_id,sr_id,won_date\na,s1,x,y,2018-02-26 19:58:54\n"
    take_in(leads)
    imported = take_in(deals)
    taken_back(imported)
    lead = Lead.objects.get()
    assert (lead.stage, lead.removed_at) == ("nurturing", None)
    assert Opportunity.objects.filter(removed_at=None).count() == 0
    assert counts(take_in(deals)) == (0, 1, 0, 0)


def test_it_is_one_entry_that_takes_back_the_other():
    imported = taken_back(take_in(TEXT))
    entries = Entry.objects.filter(stream=f"import:{imported.pk}").order_by("pk")
    assert [entry.verb for entry in entries] == ["import.received", "import.undone"]
    assert entries[1].undoes == entries[0]


def test_only_once():
    imported = taken_back(take_in(TEXT))
    with pytest.raises(Refusal):
        undo.begin(imported, by=None, at=make.NOON)


def test_it_goes_on_after_an_interruption(monkeypatch):
    monkeypatch.setattr(undo, "CHUNK", 1)
    imported = take_in(TEXT)
    undo.begin(imported, by=None, at=make.NOON)
    assert undo._chunk(imported.pk)
    assert Lead.objects.filter(removed_at=None).count() == 1
    undo.carry_on(imported.pk)
    assert present() == [0, 0, 0, 0, 0, 0]
