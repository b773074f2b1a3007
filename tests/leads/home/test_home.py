"""What each person finds in the morning."""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from leads.home import morning, today
from leads.models import Handoff, Lead, Thanks
from portal.models import CompanySettings
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    make.five_promises()
    CompanySettings.load()
    return timezone.now()


def day(person, at):
    return today.Today(person, at)


def back(handoff, at, line="時期を知りたい"):
    good = make.reason(kind="good_point", code="concrete_need")
    handoff.return_to_sender(by=handoff.receiver, at=at, reason=make.reason(), good_points=[good], line=line)
    return handoff


def page(client, person):
    client.force_login(person)
    response = client.get(reverse("portal:home"))
    assert response.status_code == 200
    return response.text


# -- Who waits for me ---------------------------------------------------------------------------


def test_an_offer_waits_for_its_receiver_and_is_waited_for_by_its_sender(now):
    offered = make.handoff(at=now)
    [wait], [line] = day(offered.receiver, now).waits, day(offered.sender, now).waited_for
    assert (wait.kind, wait.record, wait.is_first, wait.face.state) == ("offer", offered, True, "ok")
    assert (line.lead, line.who, line.face.state) == (offered.lead, offered.receiver, "ok")
    assert day(offered.sender, now).waits == day(offered.receiver, now).waited_for == []


def test_an_offer_to_the_team_waits_for_each_of_it(now):
    unit = make.unit("第1グループ")
    colleague, receiver = make.person("sales", unit=unit), make.person("sales", unit=unit)
    make.handoff(receiver=receiver, at=now)
    Handoff.objects.update(receiver=None)
    assert [len(day(one, now).waits) for one in (colleague, receiver)] == [1, 1]


def test_a_colleague_s_offer_is_a_number_not_a_line(now):
    unit = make.unit("第1グループ")
    colleague, receiver = make.person("sales", unit=unit), make.person("sales", unit=unit)
    make.handoff(receiver=receiver, at=now)
    mine = day(colleague, now)
    assert (mine.waits, mine.for_team) == ([], 1)
    assert day(receiver, now).for_team == 0


def test_a_return_waits_for_its_sender_s_reply(now):
    returned = back(make.handoff(at=now), now)
    [wait], [line] = day(returned.sender, now).waits, day(returned.receiver, now).waited_for
    assert (wait.kind, wait.says) == ("return", "差し戻し: 導入時期が不明 — 時期を知りたい")
    assert (line.who, line.says) == (returned.sender, "差し戻し「導入時期が不明」への返答")
    assert day(returned.sender, now).promised == []


def test_a_reply_that_disagrees_waits_for_both(now):
    returned = back(make.handoff(at=now), now)
    returned.answer_return(by=returned.sender, at=now, reply="dispute", line="時期は4月と聞いています")
    assert [wait.kind for wait in day(returned.sender, now).waits] == ["talk"]
    assert [wait.who for wait in day(returned.receiver, now).waits] == [returned.sender]
    returned.settle(by=returned.sender, at=now)
    assert day(returned.sender, now).waits == day(returned.receiver, now).waits == []


def test_a_request_for_time_waits_for_whom_the_promise_was_made_to(now):
    lead = make.working(at=now)
    clock = lead.clocks.running().get(commitment__key="contact")
    lead.ask_for_time(by=lead.owner, at=now, clock=clock, minutes=120, why="先方が出張中")
    [wait] = day(lead.handoff.sender, now).waits
    assert (wait.kind, wait.who, wait.says) == ("time", lead.owner, "あと2時間ほしい: 先方が出張中")
    assert [line.lead for line in day(lead.owner, now).waited_for] == [lead]


def test_the_nearest_due_time_stands_first_and_has_the_primary_button(now):
    receiver = make.person("sales")
    later, sooner = (make.handoff(receiver=receiver, at=now) for _n in range(2))
    sooner.clocks.running().update(due_at=now + datetime.timedelta(minutes=5))
    assert [(wait.record, wait.is_first) for wait in day(receiver, now).waits] == [(sooner, True), (later, False)]


def test_past_the_due_time_the_team_is_named_not_the_person(now):
    offered = make.handoff(at=now)
    [line] = day(offered.sender, now + datetime.timedelta(days=7)).waited_for
    assert (line.face.state, line.who, line.team) == ("over", None, offered.receiving_unit)


def test_time_over_is_counted_in_business_hours(now):
    friday = datetime.datetime(2026, 6, 12, 8, 0, tzinfo=datetime.UTC)  # 17:00: one hour left on this day
    offered = make.handoff(at=friday - datetime.timedelta(hours=4))
    assert offered.clocks.get(commitment__key="answer").due_at == friday
    [wait] = day(offered.receiver, friday + datetime.timedelta(days=3)).waits  # Monday 17:00
    assert wait.face.minutes == 9 * 60


# -- What I promised ---------------------------------------------------------------------------------


def test_what_somebody_carries_with_a_clock_or_a_day_is_their_promise(now):
    seller = make.person("sales")
    called = make.working(receiver=seller, at=now)
    planned = make.working(receiver=seller, at=now)
    planned.clocks.running().update(stopped_at=now, outcome="met")
    planned = Lead.objects.get(pk=planned.pk)
    planned.next_on = timezone.localdate(now) + datetime.timedelta(days=30)
    planned.stand_on_board(now)
    planned.save()
    mine = day(seller, now)
    assert [(line.lead, line.says) for line in mine.promised] == [(called, "初回接触"), (planned, planned.line)]
    assert mine.promised_count == 2


def test_a_lead_to_hand_over_is_its_owner_s_promise(now):
    lead = make.hot_lead(at=now)
    assert [(line.lead, line.says) for line in day(lead.owner, now).promised] == [(lead, "引き渡す")]


# -- What became of it --------------------------------------------------------------------------------


class Asked:
    def __init__(self, user):
        self.user = user


def story(person):
    return morning.of(Asked(person))


def test_a_marketer_reads_returns_and_wins_in_yen_and_in_the_seller_s_words(now):
    marketer = make.person("marketing")
    back(make.handoff(sender=marketer, at=now), now, line="決裁者につないでほしい")
    won = make.opportunity(sender=marketer, at=now, amount=3_000_000)
    won.win(by=won.owner, at=now, on=timezone.localdate(now), amount=4_800_000)
    unknown = make.opportunity(sender=marketer, at=now, amount=None)
    make.working(sender=make.person("marketing"), at=now)
    told = story(marketer)
    assert {(step.kind, step.lead.pk, step.yen) for step in told.steps} == {
        ("won", won.pk, 4_800_000),
        ("opportunity", unknown.pk, None),
        ("returned", Handoff.objects.get(state="returned").lead_id, None),
    }
    assert [step.quote for step in told.steps if step.kind == "returned"] == ["決裁者につないでほしい"]
    assert told.sentence == "渡したリードはこの7日で、受領2件、差し戻し1件、商談1件、受注1件（480万円）。"


def test_a_lead_that_was_passed_on_is_still_theirs_to_read_of(now):
    marketer = make.person("marketing")
    lead = make.working(sender=marketer, receiver=make.person("inside_sales"), at=now)
    seller = make.person("sales")
    lead.hand_over(to=seller, by=lead.owner, at=now, memo="訪問希望").accept(by=seller, at=now)
    lead = Lead.objects.get(pk=lead.pk)
    lead.record_result(by=seller, at=now, result="opportunity")
    assert [step.kind for step in story(marketer).steps] == ["opportunity"]


def test_what_was_taken_back_is_not_told(now):
    marketer = make.person("marketing")
    lead = make.opportunity(sender=marketer, at=now)
    entry = lead.win(by=lead.owner, at=now, on=timezone.localdate(now), amount=1)
    Lead.objects.get(pk=lead.pk).undo(entry, by=lead.owner, at=entry.recorded_at)
    assert [step.kind for step in story(marketer).steps] == ["opportunity"]


def test_older_than_a_week_is_history(now):
    marketer = make.person("marketing")
    make.working(sender=marketer, at=now - datetime.timedelta(days=8))
    assert story(marketer).steps == []


# -- The page for each function ----------------------------------------------------------------------------


def sections(text):
    return {
        part
        for part in ("waits", "waited", "promised", "morning", "managing", "flow", "promises", "thanks")
        if f'id="home-{part}"' in text
    }


@pytest.mark.parametrize(
    ("function", "shown"),
    [
        ("marketing", {"waits", "waited", "promised", "morning", "promises"}),
        ("inside_sales", {"waits", "waited", "promised", "morning", "promises"}),
        ("customer_success", {"waits", "waited", "promised", "morning", "promises"}),
        ("sales", {"waits", "waited", "promised", "promises"}),
        ("executive", {"flow", "promises"}),
        ("other", {"flow", "promises"}),
    ],
)
@pytest.mark.usefixtures("now")
def test_each_function_has_its_morning(client, function, shown):
    assert sections(page(client, make.person(function))) == shown


def test_accepting_is_one_tap_with_a_one_time_id(client, now):
    offered = make.handoff(at=now)
    text = page(client, offered.receiver)
    url = reverse("leads:handoff-acceptance", args=[offered.pk])
    assert f'<form method="post" action="{url}" hx-post="{url}" hx-swap="none">' in text
    assert 'name="request_id"' in text
    assert reverse("leads:handoff-return", args=[offered.pk]) in text
    assert f"あなたの返事を待っているものが1件。まず{offered.lead.company}から" in text


def test_an_executive_reads_money_first(client, now):
    won = make.opportunity(at=now, amount=1)
    won.win(by=won.owner, at=now, on=timezone.localdate(now), amount=2_500_000)
    make.opportunity(at=now, amount=1_200_000)
    text = page(client, make.person("executive"))
    assert "今期の受注は1件（250万円）、進行中の商談は1件（120万円）。" in text


def test_a_manager_sees_what_people_away_or_gone_hold(client, now):
    manager = make.person("sales", is_manager=True)
    today_ = timezone.localdate(now)
    gone = make.person("sales", manager=manager, family_name="退")
    away = make.person("sales", manager=manager, family_name="休")
    here = make.person("sales", manager=manager, family_name="勤")
    for receiver in (gone, away, here):
        make.working(receiver=receiver, at=now)
    type(gone).objects.filter(pk=gone.pk).update(left_on=today_, is_active=False)
    type(away).objects.filter(pk=away.pk).update(away_from=today_)
    text = page(client, manager)
    assert "home-managing" in text
    assert [name in text for name in ("退", "休")] == [True, True]
    assert here.full_name not in text
    assert "home-managing" not in page(client, make.person("sales", is_manager=True))


def test_a_manager_sees_open_disagreements_of_their_people(client, now):
    manager = make.person("marketing", is_manager=True)
    returned = back(make.handoff(sender=make.person("inside_sales", manager=manager), at=now), now)
    returned.answer_return(by=returned.sender, at=now, reply="dispute", line="時期は4月と聞いています")
    assert "見え方が両チームで違います" in page(client, manager)


def test_thanks_are_read_by_whom_they_go_to(client, now):
    lead = make.working(at=now)
    Thanks.objects.create(lead=lead, to=lead.handoff.sender, by=lead.owner, at=now, line="事前のメモに助けられました")
    assert "事前のメモに助けられました" in page(client, lead.handoff.sender)
    assert "home-thanks" not in page(client, lead.owner)


def crowd(person, n, at):
    for _n in range(n):
        make.handoff(receiver=person, at=at)
        make.handoff(sender=person, at=at)
        make.working(receiver=person, at=at)
        make.opportunity(sender=person, at=at)
        lost = make.opportunity(sender=person, at=at)
        lost.lose(by=lost.owner, at=at, on=timezone.localdate(at), reasons=[make.reason("loss", "price")])
        back(make.handoff(sender=person, at=at), at).answer_return(by=person, at=at, reply="dispute", line="別の見え方")
        made = make.working(sender=person, at=at)
        Thanks.objects.create(lead=made, to=person, by=made.owner, at=at)


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("function", ["sales", "marketing", "customer_success"])
def test_home_query_count(client, now, rows, function, django_assert_max_num_queries):
    person = make.person(function, is_manager=True)
    crowd(person, rows, now)
    client.force_login(person)
    cache.clear()
    with django_assert_max_num_queries(15):  # with an empty cache; the session and the person included
        client.get(reverse("portal:home"))


def test_home_costs_the_same_at_any_size(client, now, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person = make.person("marketing", is_manager=True)
    client.force_login(person)
    counted = []
    for rows in (1, 6):
        crowd(person, rows, now)
        client.get(reverse("portal:home"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("portal:home"))
        counted.append(len(queries))
    assert counted[0] == counted[1]
