"""Who is told what, verb by verb: the exact people, and why."""

import datetime

import pytest

from leads import sweeping, telling, verb_words
from leads.models import Clock, Lead
from portal import entry_words, relay
from portal.models import Delivery, Entry, Notification
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def told(verb):
    """{(person, why)} told of the latest entry of a verb."""
    relay.hand_on()
    entry = Entry.objects.filter(verb=verb).order_by("-pk").first()
    return set(Notification.objects.filter(entry=entry).values_list("person__family_name", "why"))


@pytest.fixture
def people():
    """あ hands over to い, い passes on to う; え leads あ and い, お leads う."""
    teams = {"marketing": make.unit("マーケ部"), "inside_sales": make.unit("IS課"), "sales": make.unit("営業部")}
    e = make.person("marketing", family_name="え", is_manager=True, unit=make.unit("本部"))
    o = make.person("sales", family_name="お", is_manager=True, unit=make.unit("営業本部"))
    return {
        "あ": make.person("marketing", family_name="あ", manager=e, unit=teams["marketing"]),
        "い": make.person("inside_sales", family_name="い", manager=e, unit=teams["inside_sales"]),
        "う": make.person("sales", family_name="う", manager=o, unit=teams["sales"]),
        "え": e,
        "お": o,
    }


@pytest.fixture
def offered(people):
    """Passed on from あ to い to う, who has not answered yet."""
    make.five_promises()
    first = make.handoff(sender=people["あ"], receiver=people["い"])
    first.accept(by=people["い"], at=NOON)
    lead = Lead.objects.get(pk=first.lead_id)
    return lead.hand_over(to=people["う"], by=people["い"], at=hours(1), memo="来春の更新")


@pytest.fixture
def lead(offered, people):
    offered.accept(by=people["う"], at=hours(2))
    return Lead.objects.get(pk=offered.lead_id)


def test_the_receiver_is_told_of_a_hand_off(offered):
    assert told("lead.handed_over") == {("う", "receiver")}


def test_the_team_is_told_where_nobody_in_particular_receives(people):
    people["う"].away_from = people["う"].away_to = make.today()
    people["う"].save()
    lead = make.hot_lead(by=people["い"])
    lead.hand_over(to=people["う"].unit, by=people["い"], at=NOON, memo="来春の更新")
    assert told("lead.handed_over") == {("う", "team")}


def test_everybody_who_passed_it_on_sees_each_step(lead, people):
    assert told("handoff.accepted") == {("あ", "sender"), ("い", "sender")}
    lead.record_contact(by=people["う"], at=hours(3), channel="call", outcome="reached")
    assert told("lead.contacted") == {("あ", "sender"), ("い", "sender")}
    lead.record_result(by=people["う"], at=hours(4), result="opportunity")
    assert told("lead.resulted") == {("あ", "sender"), ("い", "sender")}
    lead.win(by=people["う"], at=hours(5), on=make.today(), amount=None)
    assert told("lead.won") == {("あ", "sender"), ("い", "sender")}


def test_a_loss_is_told_to_those_who_passed_it_on(lead, people):
    lead.record_result(by=people["う"], at=hours(4), result="opportunity")
    lead.lose(by=people["う"], at=hours(5), on=make.today(), reasons=[make.reason("loss", "price")])
    assert told("lead.lost") == {("あ", "sender"), ("い", "sender")}


def test_a_return_is_told_to_those_who_passed_it_on(offered, people):
    offered.return_to_sender(
        by=people["う"], at=hours(2), reason=make.reason(), good_points=[make.reason("good_point", "concrete_need")]
    )
    assert told("handoff.returned") == {("あ", "sender"), ("い", "sender")}


def test_a_return_to_a_stand_in_is_told_to_both(offered, people):
    people["い"].away_from, people["い"].stand_in = make.today(), people["あ"]
    people["い"].save()
    offered.refresh_from_db()
    offered.return_to_sender(
        by=people["う"], at=hours(2), reason=make.reason(), good_points=[make.reason("good_point", "concrete_need")]
    )
    assert {name for name, _why in told("handoff.returned")} == {"あ", "い"}


def test_a_dispute_is_told_to_whoever_returned_it_and_to_both_managers(offered, people):
    offered.return_to_sender(
        by=people["う"], at=hours(2), reason=make.reason(), good_points=[make.reason("good_point", "concrete_need")]
    )
    offered.answer_return(by=people["い"], at=hours(3), reply="dispute", line="時期は書いてあります")
    assert told("handoff.replied") == {("う", "returned"), ("え", "manager"), ("お", "manager")}
    offered.settle(by=people["い"], at=hours(4))
    assert told("handoff.settled") == {("う", "returned")}


def test_an_agreement_is_told_to_whoever_returned_it(offered, people):
    offered.return_to_sender(
        by=people["う"], at=hours(2), reason=make.reason(), good_points=[make.reason("good_point", "concrete_need")]
    )
    offered.answer_return(by=people["い"], at=hours(3), reply="agree")
    assert told("handoff.replied") == {("う", "returned")}


def test_a_withdrawal_is_told_to_the_receiver(offered, people):
    offered.withdraw(by=people["い"], at=hours(2), why="先方の都合")
    assert told("handoff.withdrawn") == {("う", "receiver")}


def test_a_new_carrier_and_the_former_one_are_told(lead, people):
    new = make.person("sales", family_name="か")
    lead.reassign(to=new, by=people["お"], at=hours(3), why="担当替え")
    assert told("lead.reassigned") == {("か", "carrier"), ("う", "former")}


def test_the_former_receiver_of_an_open_hand_off_is_told(offered, people):
    new = make.person("sales", family_name="か")
    Lead.objects.get(pk=offered.lead_id).reassign(to=new, by=people["お"], at=hours(2), why="担当替え")
    assert told("lead.reassigned") == {("か", "carrier"), ("う", "former")}


def test_whoever_is_mentioned_is_told(lead, people):
    lead.write_note(by=people["う"], at=hours(3), text="ご相談です", mentions=[people["あ"], people["う"]])
    assert told("lead.noted") == {("あ", "mentioned")}


def test_whoever_is_thanked_is_told(lead, people):
    lead.thank(to=people["い"], by=people["う"], at=hours(3))
    assert told("lead.thanked") == {("い", "thanked")}


def test_a_request_for_time_is_told_to_the_other_side_and_its_answer_to_whoever_asked(lead, people):
    clock = lead.clocks.running().get()
    request = lead.ask_for_time(by=people["う"], at=hours(3), clock=clock, minutes=120, why="先方不在")
    assert told("clock.time_asked") == {("い", "grants")}
    lead.answer_time_request(by=people["い"], at=hours(4), request=request, granted=True)
    assert told("clock.time_granted") == {("う", "asked")}


def test_a_step_taken_back_is_told_to_whoever_was_told_of_it(lead, people):
    entry = lead.record_contact(by=people["う"], at=hours(3), channel="call", outcome="reached")
    lead.undo(entry, by=people["う"], at=entry.recorded_at)
    assert told("lead.undone") == {("あ", "sender"), ("い", "sender")}


def test_a_lead_that_wakes_is_told_to_its_carrier(people):
    make.lead(owner=people["あ"], wake_on=make.today())
    sweeping.wake_leads(at=NOON)
    assert told("lead.woken") == {("あ", "carrier")}


def test_a_breach_is_told_to_the_holder_and_their_manager(offered, time_machine):
    clock = Clock.objects.running().get(commitment__key="answer")
    late = clock.due_at + MINUTE
    time_machine.move_to(late, tick=False)
    sweeping.record_breaches(at=late)
    assert told("clock.breached") == {("う", "carrier"), ("お", "manager")}


def test_a_warning_is_told_to_the_holder_alone(offered, time_machine):
    clock = Clock.objects.running().get(commitment__key="answer")
    time_machine.move_to(clock.warn_at, tick=False)
    sweeping.record_warnings(at=clock.warn_at)
    assert told("clock.warned") == {("う", "carrier")}


def test_at_night_nobody_is_told_and_a_promise_kept_by_morning_is_not_mentioned(lead, people, time_machine):
    clock = lead.clocks.running().get(commitment__key="contact")  # runs day and night
    night = NOON.replace(hour=17)  # 02:00 in Tokyo
    Clock.objects.filter(pk=clock.pk).update(due_at=night)
    time_machine.move_to(night + MINUTE, tick=False)
    sweeping.record_breaches(at=night + MINUTE)
    assert told("clock.breached") == set()
    waiting = Delivery.objects.get(entry__verb="clock.breached")
    assert waiting.next_at == datetime.datetime(2026, 6, 11, 0, tzinfo=datetime.UTC)  # 09:00 in Tokyo
    Lead.objects.get(pk=lead.pk).record_contact(
        by=people["う"], at=night + 2 * MINUTE, channel="call", outcome="message"
    )
    time_machine.move_to(waiting.next_at, tick=False)
    assert told("clock.breached") == set()
    assert Delivery.objects.get(pk=waiting.pk).done_at == waiting.next_at


def test_every_verb_is_told_or_silent_and_has_words():
    assert not set(telling.RULES) & telling.SILENT
    said = {verb for verb in set(telling.RULES) | telling.SILENT if not verb.startswith("company.")}
    assert said == set(verb_words.VERBS)


@pytest.mark.parametrize("leads", [1, 6])
def test_words_cost_a_fixed_number_of_queries(leads, people, django_assert_max_num_queries):
    for _n in range(leads):
        offered = make.handoff(sender=people["い"], receiver=people["う"])
        offered.accept(by=people["う"], at=hours(1))
        lead = Lead.objects.get(pk=offered.lead_id)
        lead.record_contact(by=people["う"], at=hours(2), channel="call", outcome="reached", note="来週訪問")
        lead.record_result(
            by=people["う"],
            at=hours(3),
            result="nurture",
            reason=make.reason("nurture", "later"),
            look_again_on=make.today() + DAY,
        )
    entries = list(Entry.objects.filter(stream__startswith="lead:").order_by("-pk"))
    with django_assert_max_num_queries(8):
        lines = entry_words.describe(entries)
    assert len(lines) == len(entries)
    assert "来春の更新に合わせたい" in {line.detail for line in lines}
