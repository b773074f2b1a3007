"""What the trail of imports says, and on the page of a lead the files it came with."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation

from leads import import_news, timeline
from leads.intake import receive, undo
from leads.models import Import, Lead
from portal import entry_words, relay
from portal.models import Entry, Notification
from tests import make
from tests.leads.intake.taking import prepared, take_in

pytestmark = pytest.mark.django_db
TEXT = "会社名,氏名,メール,電話番号\nくじら化成,鳴海 圭,narumi@kujira.example,03-1\nみなも,汐見 航,nobody,\n"
LATER = make.NOON + datetime.timedelta(hours=1)


@pytest.fixture
def marketer():
    return make.person("marketing", family_name="花園")


def told(verb):
    relay.hand_on()
    return set(Notification.objects.filter(entry__verb=verb).values_list("person__family_name", "why"))


def line(imported, verb):
    return entry_words.describe(Entry.objects.about(imported).filter(verb=verb))[0]


def taken_back(imported, by):
    undo.begin(imported, by=by, at=LATER)
    undo.carry_on(imported.pk)


def test_whoever_started_an_import_is_told_with_counts_when_it_is_in(marketer):
    imported = take_in(TEXT, by=marketer, name="名刺.csv")
    assert told("import.received") == {("花園", "importer")}
    with translation.override("en"):
        said = line(imported, "import.received")
        assert (said.headline, said.detail) == ("名刺.csv is in", "1 created, 1 refused")
    assert said.url == reverse("leads:import", args=[imported.pk])


def test_an_import_that_was_stopped_says_so(marketer, monkeypatch):
    monkeypatch.setattr(receive, "chunk_size", lambda: 1)
    imported = prepared(TEXT, by=marketer, name="名刺.csv")
    receive.start(imported, at=make.NOON)
    receive.carry_on(imported.pk, seconds=0)
    receive.stop(imported, at=LATER)
    with translation.override("en"):
        assert line(imported, "import.received").headline == "The import of 名刺.csv was stopped"


def test_a_file_that_breaks_off_is_told_with_the_reason(marketer):
    imported = prepared(TEXT, by=marketer, name="名刺.csv")
    receive.start(imported, at=make.NOON)
    imported.file.storage.delete(imported.file.name)
    receive.carry_on(imported.pk)
    assert told("import.failed") == {("花園", "importer")}
    with translation.override("en"):
        said = line(imported, "import.failed")
        assert (said.headline, said.detail) == (
            "名刺.csv could not be imported",
            "The file is damaged or was not copied to its end. Send it again.",
        )


def test_taking_back_is_told_to_whoever_started_it_unless_they_did_it_themselves(marketer):
    colleague = make.person("marketing", family_name="小春")
    taken_back(take_in(TEXT, by=marketer), by=marketer)
    assert told("import.undone") == set()
    imported = take_in(TEXT, by=marketer, name="名刺.csv")
    Lead.objects.present().get().write_note(by=marketer, at=LATER, text="電話した")
    taken_back(imported, by=colleague)
    assert told("import.undone") == {("花園", "importer")}
    with translation.override("en"):
        said = line(imported, "import.undone")
        assert (said.headline, said.detail) == (
            f"{colleague} took back the import of 名刺.csv",
            "1 rows stay, because people have built on them",
        )


def test_every_verb_of_an_import_has_words_and_its_reason(marketer):
    assert set(import_news.VERBS) == {"import.received", "import.failed", "import.undone"}
    assert entry_words.reason("importer")


def titles(lead):
    with translation.override("en"):
        return [item.title for item in timeline.of([lead.pk]).items if item.imported]


def test_a_lead_says_which_files_it_came_with_and_what_they_brought(marketer):
    take_in(TEXT, by=marketer, name="一.csv")
    lead = Lead.objects.get()
    changed = take_in(TEXT.replace("03-1", "03-2"), by=marketer, name="二.csv")
    take_in(TEXT.replace("03-1", "03-2"), by=marketer, name="一.csv")  # says nothing new
    assert titles(lead) == ["The file 二.csv brought something new", "Came in with the file 一.csv"]
    taken_back(changed, by=marketer)
    assert titles(lead) == ["Came in with the file 一.csv"]


def test_pages_of_the_timeline_meet_without_gaps_where_a_file_stands(marketer):
    for number in range(4):
        take_in(TEXT.replace("03-1", f"03-{number}"), by=marketer, name=f"{number}.csv")
    Import.objects.update(started_at=make.NOON)
    lead = Lead.objects.get()
    lead.write_note(by=marketer, at=make.NOON, text="同じ時刻")
    whole = [item.key for item in timeline.of([lead.pk]).items]
    found, before = [], None
    while True:
        page = timeline.of([lead.pk], before=before, size=2)
        found += [item.key for item in page.items]
        before = page.next_key
        if before is None:
            break
    assert found == whole
    assert len(whole) == len(set(whole)) >= 5


@pytest.mark.parametrize(("function", "links"), [("marketing", 1), ("sales", 0)])
def test_only_who_may_import_is_led_to_the_file(client, marketer, function, links):
    imported = take_in(TEXT, by=marketer)
    client.force_login(make.person(function))
    page = client.get(reverse("leads:lead-history", args=[Lead.objects.get().pk])).text
    assert imported.file_name in page
    assert page.count(f'href="{imported.get_absolute_url()}"') == links


@pytest.mark.parametrize(
    ("function", "ways"), [("marketing", {"lead-new", "imports"}), ("sales", {"lead-new"}), ("executive", set())]
)
@pytest.mark.parametrize("name", ["board", "list"])
def test_board_and_list_show_the_ways_in_to_those_who_may_take_them(client, name, function, ways):
    client.force_login(make.person(function))
    page = client.get(reverse(f"leads:{name}")).text
    assert {way for way in ("lead-new", "imports") if f'href="{reverse(f"leads:{way}")}"' in page} == ways


def test_the_report_leads_to_exactly_its_leads(client, marketer):
    client.force_login(marketer)
    make.lead()
    imported = take_in(TEXT, by=marketer)
    page = client.get(imported.get_absolute_url()).text
    address = f"{reverse('leads:list')}?file={imported.pk}"
    assert f'href="{address}"' in page
    assert [line.row.id for line in client.get(address).context["page"].lines] == [
        Lead.objects.get(email="narumi@kujira.example").pk
    ]


def test_the_memo_of_a_file_stands_in_the_history_with_it():
    take_in("姓,メール,メモ\n高瀬,a@minamo.example,来春の更新に合わせたい\n", name="一.csv")
    lead = Lead.objects.get()
    came = timeline.of([lead.pk]).items[-1]
    assert (came.detail, came.is_quote) == ("来春の更新に合わせたい", True)
