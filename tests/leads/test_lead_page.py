"""The lead's page, its dialogs, the company's page: what they show, refuse and cost."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.models import Activity, Company, CustomField, Lead, Thanks, TimeRequest
from portal.models import CompanySettings, Entry
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _promises():
    make.five_promises()
    CompanySettings.load()


def now():
    return timezone.now()


def url(name, record):
    return reverse(f"leads:{name}", args=[record.pk])


def posted(client, person, address, data=None, **extra):
    client.force_login(person)
    return client.post(address, {"request_id": str(uuid.uuid4()), **(data or {})}, **extra)


def page(client, person, address, **extra):
    client.force_login(person)
    return client.get(address, **extra)


def again(record):
    return type(record).objects.get(pk=record.pk)


def offered(**given):
    return make.handoff(at=now() - datetime.timedelta(minutes=10), **given)


def working(**given):
    return make.working(at=now() - datetime.timedelta(minutes=10), **given)


def opportunity(**given):
    return make.opportunity(at=now() - datetime.timedelta(minutes=10), **given)


def returned():
    handoff = offered()
    handoff.return_to_sender(
        by=handoff.receiver,
        at=now(),
        reason=make.reason("return", "other_decider"),
        good_points=[make.reason("good_point", "concrete_need")],
        line="工場長向けの資料があると進みます",
    )
    return again(handoff)


def in_days(n):
    return timezone.localdate() + datetime.timedelta(days=n)


# -- Every verb by post: what a tap does ---------------------------------------------------------------------


def test_accept_is_one_tap(client):
    handoff = offered()
    answer = posted(client, handoff.receiver, url("handoff-acceptance", handoff))
    assert (answer.status_code, answer.url) == (302, handoff.lead.get_absolute_url())
    assert again(handoff).state == "accepted"


def test_htmx_hears_what_changed_and_how_to_take_it_back(client):
    import json

    handoff = offered()
    answer = posted(client, handoff.receiver, url("handoff-acceptance", handoff), headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    told = json.loads(answer.headers["HX-Trigger"])
    entry = Entry.objects.about(handoff.lead).first()
    assert told["lead-changed"] == {"id": handoff.lead_id, "column": "working", "own": True}
    assert "close-dialog" in told
    assert [toast["undo"] for toast in told["toasts"]["list"]] == [f"/entries/{entry.pk}/undo/"]


def test_a_double_tap_is_one_contact(client):
    lead, token = working(), str(uuid.uuid4())
    data = {"request_id": token, "channel": "call", "outcome": "reached"}
    for _tap in range(2):
        client.force_login(lead.owner)
        client.post(url("lead-contact", lead), data)
    assert lead.activities.count() == 1


def test_the_second_to_accept_reads_who_was_faster(client):
    handoff = offered(receiver=make.person(family_name="青葉"))
    colleague = make.person(unit=handoff.receiver.unit)
    handoff.accept(by=handoff.receiver, at=now())
    for extra in ({}, {"headers": HTMX}):
        answer = posted(client, colleague, url("handoff-acceptance", handoff), **extra)
        assert answer.status_code == 409
        assert "青葉" in answer.text


def good():
    return [make.reason("good_point", "concrete_need").pk]


DONE = [
    (
        "handoff-return",
        offered,
        "receiver",
        lambda: {"reason": make.reason().pk, "good_points": good()},
        "handoff.returned",
    ),
    ("handoff-withdrawal", offered, "sender", lambda: {"why": "担当が変わるため"}, "handoff.withdrawn"),
    ("handoff-reply", returned, "sender", lambda: {"reply": "agree"}, "handoff.replied"),
    (
        "handoff-reply",
        returned,
        "sender",
        lambda: {"reply": "dispute", "line": "時期は聞いています"},
        "handoff.replied",
    ),
    ("lead-contact", working, "owner", lambda: {"channel": "call", "outcome": "absent"}, "lead.contacted"),
    (
        "lead-result",
        working,
        "owner",
        lambda: {"outcome": "opportunity", "quality": "3", "amount": "４８０万"},
        "lead.resulted",
    ),
    (
        "lead-result",
        working,
        "owner",
        lambda: {"outcome": f"nurture-{make.reason('nurture', 'later').pk}", "quality": "2"},
        "lead.resulted",
    ),
    (
        "lead-result",
        working,
        "owner",
        lambda: {"outcome": f"disqualify-{make.reason('disqualify', 'student').pk}", "quality": "1"},
        "lead.resulted",
    ),
    ("lead-win", opportunity, "owner", lambda: {"on": in_days(0), "amount": "3,200,000"}, "lead.won"),
    ("lead-win", opportunity, "owner", lambda: {"on": in_days(-1), "amount": "", "not_known": "on"}, "lead.won"),
    (
        "lead-loss",
        opportunity,
        "owner",
        lambda: {"on": in_days(0), "reasons": [make.reason("loss", "price").pk]},
        "lead.lost",
    ),
    ("lead-pause", working, "owner", lambda: {"why": "役員会待ち", "until": in_days(5)}, "lead.paused"),
    ("lead-recycling", working, "owner", lambda: {"look_again_on": in_days(90)}, "lead.recycled"),
    ("time-request-new", working, "owner", lambda: {"minutes": str(24 * 60), "why": "出張"}, "clock.time_asked"),
    ("lead-bant", working, "owner", lambda: {"fact-budget": "partly", "fact-budget_note": "来期"}, "lead.learned"),
    ("lead-notes", working, "owner", lambda: {"text": "夜勤も紙"}, "lead.noted"),
]


@pytest.mark.parametrize(
    ("name", "build", "who", "data", "verb"), DONE, ids=[f"{row[0]}-{n}" for n, row in enumerate(DONE)]
)
def test_a_post_carries_the_verb_out(client, name, build, who, data, verb):
    record = build()
    answer = posted(client, getattr(record, who), url(name, record), data())
    lead = record if isinstance(record, Lead) else record.lead
    assert (answer.status_code, answer.url) == (302, lead.get_absolute_url())
    assert verb in [entry.verb for entry in Entry.objects.about(lead)[:5]]


MISSING = [
    ("handoff-return", offered, "receiver", {}, ["reason", "good_points"]),
    (
        "handoff-return",
        offered,
        "receiver",
        {"line": "途中まで書いた", "try_again_on": "2020-01-01"},
        ["reason", "good_points", "try_again_on"],
    ),
    ("handoff-withdrawal", offered, "sender", {}, ["why"]),
    ("handoff-reply", returned, "sender", {"reply": "dispute"}, ["line"]),
    ("handoff-reply", returned, "sender", {}, ["reply"]),
    ("lead-contact", working, "owner", {"channel": "call", "note": "途中まで"}, ["outcome"]),
    ("lead-result", working, "owner", {"quality": "3"}, ["outcome"]),
    ("lead-result", working, "owner", {"outcome": "opportunity", "amount": "たくさん"}, ["quality", "amount"]),
    ("lead-win", opportunity, "owner", {"on": "2999-01-01", "amount": ""}, ["on", "amount"]),
    ("lead-loss", opportunity, "owner", {"on": "2020-01-01"}, ["reasons"]),
    ("lead-pause", working, "owner", {"until": "2020-01-01"}, ["why", "until"]),
    ("lead-recycling", working, "owner", {}, ["look_again_on"]),
    ("time-request-new", working, "owner", {"minutes": "7"}, ["minutes", "why"]),
    ("lead-notes", working, "owner", {"text": " "}, ["text"]),
]


@pytest.mark.parametrize(
    ("name", "build", "who", "data", "fields"), MISSING, ids=[f"{row[0]}-{n}" for n, row in enumerate(MISSING)]
)
def test_what_is_missing_comes_back_with_all_that_was_typed(client, name, build, who, data, fields):
    record = build()
    lead = record if isinstance(record, Lead) else record.lead
    before = Entry.objects.about(lead).count()
    answer = posted(client, getattr(record, who), url(name, record), data, headers=HTMX)
    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == sorted(fields)
    assert Entry.objects.about(lead).count() == before
    for typed in data.values():
        assert typed.strip() == "" or typed in answer.text
    assert 'role="alert"' in answer.text


def test_nothing_of_a_refused_hand_over_is_kept(client):
    """The facts typed along with it are rolled back: what is shown is what is stored."""
    lead = make.lead(owner=make.person("inside_sales"))
    data = {"to": f"person-{make.person().pk}", "memo": "来春", "fact-budget": "known", "fact-budget_note": "300万円"}
    answer = posted(client, lead.owner, url("handoff-new", lead), data, headers=HTMX)
    assert answer.status_code == 422
    assert lead.bant.count() == 0
    assert "300万円" in answer.text


def test_handing_over_writes_facts_down_on_the_way(client):
    lead = make.lead(owner=make.person("inside_sales"))
    receiver = make.person()
    facts = {
        "fact-timeline": "known",
        "fact-timeline_note": "4月",
        "fact-need": "known",
        "fact-need_note": "紙をやめたい",
    }
    answer = posted(
        client, lead.owner, url("handoff-new", lead), {"to": f"person-{receiver.pk}", "memo": "来春", **facts}
    )
    assert answer.status_code == 302
    lead = again(lead)
    assert (lead.stage, lead.handoff.receiver, lead.bant_states) == ("handed_over", receiver, "uukk")


def test_handing_over_to_a_team_and_by_an_exception(client):
    lead = make.lead(owner=make.person("inside_sales"))
    receiver = make.person()
    data = {"to": f"unit-{receiver.unit_id}", "memo": "至急", "exception": "asked_for_call"}
    assert posted(client, lead.owner, url("handoff-new", lead), data).status_code == 302
    assert (again(lead).handoff.receiver, again(lead).handoff.exception) == (receiver, "asked_for_call")


def test_who_is_away_is_not_among_the_receivers(client):
    lead = make.hot_lead()
    away, there = make.person(away_from=in_days(-1)), make.person()
    text = page(client, lead.owner, url("handoff-new", lead)).text
    assert f"person-{there.pk}" in text
    assert f"person-{away.pk}" not in text
    assert f'value="person-{lead.owner_id}"' not in text


def test_a_return_from_the_page_comes_back_in_its_place(client):
    handoff = offered()
    answer = posted(
        client,
        handoff.receiver,
        url("handoff-return", handoff),
        {"line": "途中"},
        headers={**HTMX, "HX-Target": "answer-return"},
    )
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<form class="form ans__f2" id="answer-return"')
    assert "途中" in answer.text


def test_after_nobody_was_there_the_next_business_day_is_set(client):
    lead = working()
    posted(client, lead.owner, url("lead-contact", lead), {"channel": "call", "outcome": "absent"})
    assert again(lead).next_on == again(lead).next_on > timezone.localdate()


def test_a_note_tells_whom_it_calls_by_name_or_by_choice(client):
    lead, writer = working(), make.person()
    named, chosen, other = make.person(family_name="小春", given_name="ひより"), make.person(), make.person()
    posted(client, writer, url("lead-notes", lead), {"text": "@小春ひより 事例を探しています", "people": [chosen.pk]})
    assert set(lead.notes.latest("id").mentions.all()) == {named, chosen} != {other}


def test_a_family_name_that_two_share_calls_nobody(client):
    lead = working()
    for given in ("湊", "蓮"):
        make.person(family_name="青葉", given_name=given)
    posted(client, make.person(), url("lead-notes", lead), {"text": "@青葉 さん"})
    assert lead.notes.latest("id").mentions.count() == 0


def test_time_is_granted_by_the_other_side(client):
    lead = working()
    posted(client, lead.owner, url("time-request-new", lead), {"minutes": str(24 * 60), "why": "出張"})
    asked, due = TimeRequest.objects.get(), lead.next_clock.due_at
    assert posted(client, lead.owner, url("time-request-answer", asked), {"answer": "granted"}).status_code == 403
    posted(client, make.person("marketing"), url("time-request-answer", asked), {"answer": "granted"})
    assert again(asked).state == "granted"
    assert again(lead).next_clock.due_at > due


def test_pausing_and_going_on(client):
    lead = working()
    posted(client, lead.owner, url("lead-pause", lead), {"why": "役員会", "until": in_days(5)})
    assert again(lead).next_clock.paused_at
    posted(client, lead.owner, url("lead-resumption", lead))
    assert again(lead).next_clock.due_at


def test_a_manager_gives_a_lead_to_somebody_else(client):
    lead, other = working(), make.person()
    answer = posted(
        client,
        make.person(is_manager=True),
        url("lead-assignment", lead),
        {"to": f"person-{other.pk}", "why": "休みのため"},
    )
    assert (answer.status_code, again(lead).owner) == (302, other)


def test_settling_a_disagreement(client):
    handoff = returned()
    handoff.answer_return(by=handoff.sender, at=now(), reply="dispute", line="x")
    posted(client, handoff.answered_by, url("handoff-settlement", handoff), {"line": "来月"})
    assert again(handoff).settled_at


def test_thanks_in_one_tap(client):
    lead = opportunity()
    lead.win(by=lead.owner, at=now(), on=in_days(0), amount=1)
    sender = lead.handoff.sender
    for _tap in range(2):
        posted(client, lead.owner, url("thanks", lead), {"to": sender.pk})
    assert list(Thanks.objects.values_list("to", "by")) == [(sender.pk, lead.owner_id)]
    assert posted(client, lead.owner, url("thanks", lead), {"to": "x"}).status_code == 404
    assert posted(client, lead.owner, url("thanks", lead), {"to": lead.owner_id}).status_code == 422


def test_taking_back_within_ten_minutes(client):
    handoff = offered()
    posted(client, handoff.receiver, url("handoff-acceptance", handoff))
    entry = Entry.objects.about(handoff.lead).first()
    assert posted(client, handoff.sender, url("entry-undo", entry)).status_code == 403
    assert posted(client, handoff.receiver, url("entry-undo", entry)).status_code == 302
    assert again(handoff).state == "offered"
    assert posted(client, handoff.receiver, url("entry-undo", entry)).status_code == 409


# -- Who may not, what is not there ---------------------------------------------------------------------------


FORMS = ["lead-contact", "lead-result", "lead-win", "lead-loss", "lead-pause", "lead-recycling", "lead-assignment", "time-request-new", "lead-bant", "lead-notes", "lead-edit", "handoff-new"]  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_executives_change_nothing(client, name):
    lead = working()
    boss = make.person("executive")
    before = Entry.objects.count()
    assert page(client, boss, url(name, lead)).status_code in {403, 409}
    assert posted(client, boss, url(name, lead), {}).status_code in {403, 409, 422}
    assert Entry.objects.count() == before


@pytest.mark.parametrize("name", ["lead", "lead-history", "lead-preparation", "lead-resumption", *FORMS])
def test_a_removed_or_unknown_lead_is_not_there(client, name):
    gone = make.lead(removed_at=now())
    post_only = name == "lead-resumption"
    for pk in (gone.pk, 999_999):
        address = reverse(f"leads:{name}", args=[pk])
        found = posted(client, make.person(), address) if post_only else page(client, make.person(), address)
        assert found.status_code == 404


@pytest.mark.parametrize("name", ["handoff-acceptance", "handoff-return", "handoff-withdrawal", "handoff-reply", "handoff-settlement", "time-request-answer", "entry-undo"])  # fmt: skip
def test_an_unknown_record_is_not_there(client, name):
    assert posted(client, make.person(), reverse(f"leads:{name}", args=[999_999])).status_code == 404


def test_only_entries_of_leads_are_taken_back_here(client):
    company = make.company()
    company.edit(by=make.person(), at=now(), values={"region": "架空県"}, seen=company.seen())
    entry = Entry.objects.about(company).get()
    assert posted(client, entry.by, url("entry-undo", entry)).status_code == 404


@pytest.mark.parametrize("name", ["handoff-acceptance", "lead-resumption", "thanks", "entry-undo"])
def test_what_has_no_form_takes_posts_only(client, name):
    assert page(client, make.person(), reverse(f"leads:{name}", args=[1])).status_code == 405


@pytest.mark.parametrize(
    ("name", "build", "who"),
    [(row[0], row[1], row[2]) for row in DONE if row[0] != "lead-contact"] + [("lead-contact", working, "owner")],
)
def test_every_form_is_a_dialog_and_a_page(client, name, build, who):
    record = build()
    address = url(name, record)
    dialog = page(client, getattr(record, who), address, headers=HTMX).text
    full = page(client, getattr(record, who), address).text
    assert dialog.lstrip().startswith("<form")
    assert "hx-post" in dialog
    assert "<html" not in dialog
    assert "<html" in full
    assert f'action="{address}"' in full
    assert "request_id" in full


# -- The lead's page ---------------------------------------------------------------------------------------------


def test_the_receiver_can_accept_at_once_and_reads_until_when(client):
    handoff = offered()
    text = page(client, handoff.receiver, handoff.lead.get_absolute_url()).text
    assert f'action="{url("handoff-acceptance", handoff)}"' in text
    assert handoff.memo in text
    assert "いま受ければ" in text or "Accepted now" in text


def test_others_see_the_same_page_without_the_buttons(client):
    handoff = offered()
    for person in (handoff.sender, make.person("executive")):
        answer = page(client, person, handoff.lead.get_absolute_url())
        assert answer.status_code == 200
        assert url("handoff-acceptance", handoff) not in answer.text
        assert handoff.receiver.full_name in answer.text


def test_a_score_is_shown_only_where_there_is_one_with_where_it_comes_from(client):
    lead = working()
    assert 'id="score-title"' not in page(client, lead.owner, lead.get_absolute_url()).text
    Lead.objects.filter(pk=lead.pk).update(score=82, score_origin="MAツール")
    text = page(client, lead.owner, lead.get_absolute_url()).text
    assert 'id="score-title"' in text
    assert "MAツール" in text


def test_an_explanation_sums_to_the_target(client):
    handoff = offered()
    relay = page(client, handoff.receiver, handoff.lead.get_absolute_url()).context["relay"]
    leg = next(leg for leg in relay.legs if leg.is_now)
    assert sum(row["minutes"] for row in leg.rows if row["counted"]) == 4 * 60


def test_the_page_asks_for_its_parts_alone(client):
    handoff = offered()
    parts = page(client, handoff.receiver, handoff.lead.get_absolute_url(), headers=HTMX).text
    full = page(client, handoff.receiver, handoff.lead.get_absolute_url()).text
    assert "<html" not in parts
    for part in (
        "lead-head",
        "lead-relay",
        "lead-do",
        "lead-facts",
        "lead-contact",
        "lead-people",
        "lead-duplicates",
        "lead-sticky",
    ):
        assert f'id="{part}" data-part' in parts
        assert f'id="{part}" data-part' in full


def test_what_people_typed_is_text(client):
    attack = '<img src=x onerror="alert(1)">'
    lead = working(family_name=attack, department=attack, line=attack, campaign=make.campaign(aim=attack))
    lead.learn(by=lead.owner, at=now(), part="need", state="known", note=attack)
    lead.write_note(by=lead.owner, at=now(), text=attack)
    for name in ("lead", "lead-history", "lead-preparation", "lead-edit"):
        text = page(client, lead.owner, url(name, lead)).text
        assert attack not in text
        assert "&lt;img" in text


def test_a_return_and_its_reply_are_on_the_page(client):
    handoff = returned()
    text = page(client, handoff.sender, handoff.lead.get_absolute_url()).text
    assert handoff.line in text
    assert url("handoff-reply", handoff) in text


def test_a_win_shows_everybody_who_ran(client):
    lead = opportunity(campaign=make.campaign(owner=make.person("marketing")))
    lead.win(by=lead.owner, at=now(), on=in_days(0), amount=3_200_000)
    win = page(client, lead.owner, lead.get_absolute_url()).context["win"]
    assert [(one.person, one.may_be_thanked) for one in win] == [
        (lead.campaign.owner, True),
        (lead.handoff.sender, True),
        (lead.owner, False),
    ]


# -- The timeline ---------------------------------------------------------------------------------------------------


def test_entries_and_activities_are_one_list_without_gap_or_repetition(client):
    lead = make.lead(owner=make.person("inside_sales"))
    for n in range(30):
        make.activity(lead, at=now() - datetime.timedelta(days=n), detail=f"資料{n}")
        lead.write_note(by=lead.owner, at=now() - datetime.timedelta(days=n), text=f"メモ{n}")
    address, seen = url("lead-history", lead), []
    while address:
        found = page(client, lead.owner, address, headers=HTMX).context["timeline"]
        seen += [item.key for item in found.items]
        address = f"{url('lead-history', lead)}?before={found.next_key}".replace("+", "%2B") if found.next_key else None
    assert len(seen) == len(set(seen)) == 60
    assert seen == sorted(seen, reverse=True)


def test_a_contact_is_told_once(client):
    lead = working()
    lead.record_contact(by=lead.owner, at=now(), channel="call", outcome="reached", note="夜勤も紙")
    text = page(client, lead.owner, url("lead-history", lead)).text
    assert text.count("夜勤も紙") == 1


def test_the_last_step_can_be_taken_back_from_the_timeline(client):
    lead = working()
    entry = Entry.objects.about(lead).first()
    assert url("entry-undo", entry) in page(client, lead.owner, url("lead-history", lead)).text
    assert url("entry-undo", entry) not in page(client, make.person(), url("lead-history", lead)).text


# -- Adding and editing -------------------------------------------------------------------------------------------------


def filled(**given):
    return {
        "company_name": "うみねこ食品",
        "family_name": "浜辺",
        "email": "HAMABE@umineko.example",
        "phone": "０３−１",
        "may_mail": "on",
    } | given


def test_a_lead_is_added_by_hand(client):
    by = make.person("marketing")
    answer = posted(client, by, reverse("leads:lead-new"), filled())
    lead = Lead.objects.get()
    assert answer.url == lead.get_absolute_url()
    assert (lead.email, lead.phone, lead.company.name, lead.owner) == (
        "hamabe@umineko.example",
        "03-1",
        "うみねこ食品",
        by,
    )


def test_a_known_address_shows_its_lead_instead(client):
    known = make.lead(email="hamabe@umineko.example", family_name="浜辺")
    answer = posted(client, make.person(), reverse("leads:lead-new"), filled(family_name="別名"))
    assert (answer.url, again(known).family_name, Lead.objects.count()) == (known.get_absolute_url(), "浜辺", 1)


def test_a_lead_nobody_could_tell_apart_is_not_added(client):
    answer = posted(client, make.person(), reverse("leads:lead-new"), {"company_name": "うみねこ食品"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["family_name"])
    assert (Lead.objects.count(), Company.objects.count()) == (0, 0)


def test_only_the_four_teams_add_leads(client):
    assert page(client, make.person("executive"), reverse("leads:lead-new")).status_code == 403


def test_more_than_the_form_shows_cannot_be_written(client):
    lead = make.lead(owner=make.person("inside_sales"), family_name="浜辺")
    extra = {
        "owner": make.person().pk,
        "stage": "won",
        "score": "99",
        "amount": "1",
        "external_key": "x",
        "version": "77",
        "removed_at": "2020-01-01",
    }
    posted(client, make.person(), url("lead-edit", lead), filled(seen=lead.seen(), **extra))
    after = again(lead)
    assert (after.owner, after.stage, after.score, after.amount, after.external_key, after.removed_at) == (
        lead.owner,
        "nurturing",
        None,
        None,
        "",
        None,
    )
    assert after.phone == "03-1"


def test_a_stale_save_shows_both_texts(client):
    lead = make.lead(phone="00-1", family_name="浜辺", email="a@example.com", company=None)
    seen = lead.seen()
    again(lead).edit(by=make.person(family_name="朝霧"), at=now(), values={"phone": "00-2"}, seen=seen)
    typed = {"family_name": "浜辺", "email": "a@example.com", "phone": "00-3", "may_mail": "on", "seen": seen}
    answer = posted(client, make.person(), url("lead-edit", lead), typed)
    assert answer.status_code == 409
    assert "朝霧" in answer.text
    assert [(row["theirs"], row["mine"]) for row in answer.context["theirs"]] == [("00-2", "00-3")]
    assert again(lead).phone == "00-2"
    typed["seen"] = answer.context["form"].data["seen"]
    assert posted(client, make.person(), url("lead-edit", lead), typed).status_code == 302
    assert again(lead).phone == "00-3"


def test_further_fields_are_edited_like_the_others(client):
    CustomField.objects.create(code="lines", name="ライン数", on="lead", kind="number")
    lead = make.lead(family_name="浜辺", custom={"old": "kept"})
    wrong = posted(client, make.person(), url("lead-edit", lead), filled(seen=lead.seen(), custom_lines="many"))
    assert list(wrong.context["form"].errors) == ["custom_lines"]
    posted(client, make.person(), url("lead-edit", lead), filled(seen=lead.seen(), custom_lines="１２"))
    assert again(lead).custom in ({"old": "kept", "lines": "12"}, {"old": "kept", "lines": "１２"})
    assert "ライン数" in page(client, make.person(), lead.get_absolute_url()).text


# -- The company -----------------------------------------------------------------------------------------------------------


def test_a_company_shows_everybodys_leads_deals_and_history(client):
    company = make.company("くじら化成")
    first, second = working(company=company), opportunity(company=company, amount=4_800_000)
    second.win(by=second.owner, at=now(), on=in_days(0), amount=None)
    answer = page(client, make.person("marketing"), company.get_absolute_url())
    assert {lead.pk for lead in answer.context["leads"]} == {first.pk, second.pk}
    sums = answer.context["sums"]
    assert (sums["won"], sums["won_yen"], sums["won_unknown"], sums["open"]) == (1, None, 1, 0)
    history = page(client, make.person(), url("company-history", company)).context["timeline"]
    assert {item.lead_id for item in history.items} == {first.pk, second.pk}


def test_a_company_is_edited_and_a_stale_save_shows_both(client):
    company = make.company("くじら化成")
    seen = company.seen()
    posted(
        client, make.person(), url("company-edit", company), {"name": "くじら化成", "region": "潮見市", "seen": seen}
    )
    assert again(company).region == "潮見市"
    answer = posted(
        client, make.person(), url("company-edit", company), {"name": "くじら化成", "region": "汀市", "seen": seen}
    )
    assert (answer.status_code, again(company).region) == (409, "潮見市")
    assert "潮見市" in answer.text
    assert "汀市" in answer.text
    assert page(client, make.person("executive"), url("company-edit", company)).status_code == 403


def test_a_wrong_corporate_number_is_refused(client):
    company = make.company("くじら化成")
    answer = posted(
        client,
        make.person(),
        url("company-edit", company),
        {"name": "くじら化成", "corporate_number": "123", "seen": company.seen()},
    )
    assert list(answer.context["form"].errors) == ["corporate_number"]


@pytest.mark.parametrize("name", ["company", "company-edit", "company-history"])
def test_a_removed_company_is_not_there(client, name):
    assert page(client, make.person(), url(name, make.company(removed_at=now()))).status_code == 404


# -- What it costs ------------------------------------------------------------------------------------------------------------


def grown(lead, number):
    """A lead with much history, many colleagues at its company and many notes."""
    for n in range(number):
        make.activity(
            lead, Activity.Kind.PAGE, at=now() - datetime.timedelta(minutes=n), detail=f"{n}", campaign=lead.campaign
        )
        lead.write_note(by=lead.owner, at=now(), text=f"メモ{n}")
        make.lead(company=lead.company, family_name="浜辺", owner=make.person())
        make.opportunity(company=lead.company)
    return lead


STATES = {
    "offered": lambda **given: offered(**given).lead,
    "working": working,
    "opportunity": opportunity,
    "ready": make.hot_lead,
}
MOST = 15


@pytest.mark.parametrize("number", [1, 7])
@pytest.mark.parametrize("state", [*STATES, "won", "returned"])
def test_the_lead_page_costs_the_same_however_much_has_happened(client, state, number, django_assert_max_num_queries):
    given = {"campaign": make.campaign(owner=make.person("marketing")), "custom": {"x": "1"}}
    if state == "won":
        lead = opportunity(**given)
        lead.win(by=lead.owner, at=now(), on=in_days(0), amount=1)
    elif state == "returned":
        lead = returned().lead
    else:
        lead = STATES[state](**given)
    lead = grown(again(lead), number)
    lead = again(lead)
    reader = lead.handoff.receiver if state == "offered" else lead.handoff.sender if state == "returned" else lead.owner
    client.force_login(reader)
    for name in ("lead", "lead-history", "lead-preparation"):
        with django_assert_max_num_queries(MOST) as counted:
            client.get(url(name, lead))
        assert len(counted) <= MOST, name


@pytest.mark.parametrize("number", [1, 7])
def test_the_company_page_costs_the_same_however_many_leads_it_has(client, number, django_assert_max_num_queries):
    lead = grown(working(), number)
    client.force_login(lead.owner)
    for name in ("company", "company-history", "company-edit"):
        with django_assert_max_num_queries(MOST):
            client.get(url(name, lead.company))


@pytest.mark.parametrize("name", ["handoff-new", "lead-contact", "lead-result", "lead-notes", "lead-bant", "lead-edit"])
def test_a_dialog_costs_little(client, name, django_assert_max_num_queries):
    lead = working()
    client.force_login(lead.owner)
    with django_assert_max_num_queries(MOST):
        client.get(url(name, lead), headers=HTMX)
