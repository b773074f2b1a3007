"""The first agreements: edited while they are provisional and unused, for ever unchanged afterwards."""

import pytest

from leads import starter
from leads.admin.agreement_forms import clauses_of, fields_of
from leads.models import Revision
from portal.models import BusinessCalendar, Entry
from tests import administration, make
from tests.administration import address, change, errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client):
    return administration.administrator(client)


def definition():
    return make.definition().revisions.get()


def sla():
    return make.sla().revisions.get()


def test_the_shipped_definition_survives_its_own_form(client):
    change(client, definition())
    assert definition().parameters == {"clauses": starter.CLAUSES, "exceptions": starter.EXCEPTIONS}
    assert not Entry.objects.filter(verb="revision.edited").exists()


def test_what_fields_cannot_say_is_not_edited():
    assert fields_of({"clauses": [{"key": "x", "kind": "bant", "part": "need", "states": ["known"]}]}) is None
    fields = fields_of({"clauses": starter.CLAUSES})
    assert clauses_of(fields) == starter.CLAUSES


def test_other_conditions_run_at_once_and_leave_an_entry(client, administrator):
    change(client, definition(), part_need="partly", at_least="", more_of=[], note=None)
    assert [clause["key"] for clause in definition().parameters["clauses"]] == ["need", "timeline"]
    lead = make.lead(owner=administrator)
    assert set(lead.unmet(definition())) == {"need", "timeline"}
    [entry] = Entry.objects.about(definition())
    assert (entry.verb, entry.by) == ("revision.edited", administrator)
    assert "条件" in client.get(address(Revision, "history", definition().pk)).text


def test_a_definition_asks_for_something_possible(client):
    answer = change(client, definition(), status=200, at_least="4")
    assert errors(answer) == ["上で選んだ項目の数より多くなっています。"]
    answer = change(client, definition(), status=200, part_timeline="", at_least="", more_of=[], note=None)
    assert errors(answer) == ["定義には条件が必要です。1つ以上選んでください。"]
    answer = change(client, definition(), status=200, exceptions="asked | 連絡の希望")
    assert len(errors(answer)) == 1


def test_a_promise_gets_another_time(client):
    change(client, sla(), **{"commitments-0-minutes": "270"})
    assert sla().commitments.get(key="hand_over").minutes == 270
    [entry] = Entry.objects.about(sla())
    assert entry.data["rows"] != []


def test_a_promise_is_added_with_the_side_that_gives_it(client):
    calendar = BusinessCalendar.objects.get(slug="business-hours")
    nth = sla().commitments.count()
    row = f"commitments-{nth}-"
    given = {
        "commitments-TOTAL_FORMS": str(nth + 1), f"{row}revision": sla().pk, f"{row}key": "answer",
        f"{row}from_event": "handed_over", f"{row}until_events": ["accepted", "returned"], f"{row}minutes": "240",
        f"{row}mode": "business", f"{row}calendar": calendar.pk, f"{row}warn_minutes": "60", f"{row}goal_percent": "90",
    }  # fmt: skip
    change(client, sla(), **given)
    answer = sla().commitments.get(key="answer")
    assert (answer.side, answer.kind, answer.until_events) == ("sales", "response", ["accepted", "returned"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"until_events": ["qualified"]}, "この約束が終わるのは：引き渡した"),
        ({"minutes": ""}, "時間を分で入れてください。"),
        ({"minutes": "60", "warn_minutes": "60"}, "事前の知らせは、約束の時間より短くしてください。"),
        ({"calendar": ""}, "時間を数えるカレンダーを選んでください。"),
        ({"goal_percent": "101"}, "100%以下で入れてください。"),
        ({"from_event": ""}, "始まるできごと"),
        ({"from_event": "result"}, "始まりより後のできごとを選んでください。"),
    ],
)
def test_an_impossible_promise_is_refused(client, typed, said):
    answer = change(client, sla(), status=200, **{f"commitments-0-{name}": value for name, value in typed.items()})
    assert [error for error in errors(answer) if said.partition("：")[0] in error] != []
    assert sla().commitments.get(key="hand_over").minutes == 540


def test_once_a_lead_was_handed_over_nothing_of_it_changes(client):
    make.handoff()
    for revision in (definition(), sla()):
        page = client.get(address(revision, "change", revision.pk))
        assert page.status_code == 200
        assert 'name="_save"' not in page.text
        before = (revision.parameters, list(revision.commitments.values()), list(revision.reasons.values()))
        posted = {"memo_min": "9", "note": "", "commitments-0-minutes": "1", "_save": "Save"}
        assert client.post(address(revision, "change", revision.pk), posted).status_code == 403
        revision.refresh_from_db()
        assert before == (revision.parameters, list(revision.commitments.values()), list(revision.reasons.values()))


def test_a_signed_revision_is_only_shown(client):
    revision = sla()
    Revision.objects.filter(pk=revision.pk).update(state="signed", provisional=False)
    page = client.get(address(revision, "change", revision.pk))
    assert 'name="_save"' not in page.text
    assert client.post(address(revision, "change", revision.pk), {"memo_min": "9"}).status_code == 403
    assert sla().parameters == revision.parameters


def test_a_hand_over_that_comes_between_keeps_the_agreement(client):
    revision = sla()
    url = address(revision, "change", revision.pk)
    form = administration.form_of(client.get(url).text)
    make.handoff()
    assert client.post(url, form | {"memo_min": "50", "_save": "Save"}).status_code == 403
    assert sla().parameters["memo_min"] == 1
