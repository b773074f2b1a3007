"""What the carrier does: contacts, results, wins, losses, pauses, time."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from leads.models import Clock, ColumnTally, Lead, Opportunity, Thanks
from leads.models.working import Prospect
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def again(record):
    return type(record).objects.get(pk=record.pk)


def refused(status):
    return pytest.raises(Refusal, check=lambda refusal: refusal.status == status)


# -- Contact ------------------------------------------------------------------------------------------


def test_any_attempt_stops_the_contact_clock_and_the_result_is_then_owed():
    make.five_promises()
    lead = make.working()
    lead.record_contact(by=lead.owner, at=hours(1), channel="call", outcome="absent", next_on=make.today() + DAY)
    lead = again(lead)
    assert (lead.stage, lead.next_on, lead.next_clock.commitment.key) == ("working", make.today() + DAY, "result")
    assert lead.clocks.get(commitment__key="contact").outcome == "met"


def test_a_second_contact_starts_no_second_clock():
    make.five_promises()
    lead = make.working()
    for n in (1, 2):
        lead.record_contact(by=lead.owner, at=hours(n), channel="call", outcome="reached")
    assert lead.clocks.filter(commitment__key="result").count() == 1
    assert again(lead.handoff).contacted_at == hours(1)


def test_after_nobody_was_there_the_next_day_is_asked_for():
    lead = make.working()
    with refused(422):
        lead.record_contact(by=lead.owner, at=hours(1), channel="call", outcome="absent")
    assert lead.activities.count() == 0


def test_only_the_owner_records_contacts():
    lead = make.working()
    with refused(403):
        lead.record_contact(by=make.person(), at=hours(1), channel="call", outcome="reached")


def test_nobody_records_a_contact_before_accepting():
    offered = make.handoff()
    with refused(409):
        offered.lead.record_contact(by=offered.receiver, at=hours(1), channel="call", outcome="reached")


# -- Result -------------------------------------------------------------------------------------------


def test_an_opportunity_opens_with_what_is_known_of_it():
    make.five_promises()
    lead = make.working()
    prospect = Prospect(amount=4_800_000, likelihood=60, expected_close_on=make.today() + 60 * DAY, name="潮見工場")
    lead.record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3, prospect=prospect)
    lead, opened = again(lead), lead.opportunities.get()
    assert (lead.stage, lead.amount, lead.board_column) == ("opportunity", 4_800_000, "opportunity")
    assert (opened.amount, opened.likelihood, opened.name, opened.handoff) == (4_800_000, 60, "潮見工場", lead.handoff)
    assert lead.handoff.quality == 3
    assert not lead.clocks.running().exists()


def test_an_unknown_amount_stays_unknown():
    lead = make.working()
    lead.record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3)
    assert (lead.opportunities.get().amount, again(lead).amount) == (None, None)


def test_a_lead_joins_an_opportunity_of_its_company():
    first = make.opportunity(amount=1_000_000)
    second = make.working(company=first.company)
    second.record_result(by=second.owner, at=hours(1), result="opportunity", quality=2, join=first.opportunities.get())
    assert (second.opportunities.count(), second.joined.get().opportunity.lead) == (0, first)
    assert again(second).amount is None
    with refused(409):
        second.win(by=second.owner, at=hours(2), on=make.today(), amount=1)


def test_nurturing_on_needs_a_reason_and_a_day():
    lead = make.working()
    reason = make.reason("nurture", "later")
    for given in (
        {"reason": None, "look_again_on": make.today() + DAY},
        {"reason": reason},
        {"reason": reason, "look_again_on": make.today()},
    ):
        with refused(422):
            lead.record_result(by=lead.owner, at=hours(1), result="nurture", quality=2, **given)
    lead.record_result(
        by=lead.owner, at=hours(1), result="nurture", quality=2, reason=reason, look_again_on=make.today() + DAY
    )
    lead = again(lead)
    assert (lead.stage, lead.wake_on, lead.board_column) == ("nurturing", make.today() + DAY, "returned")


def test_disqualifying_needs_a_reason():
    lead = make.working()
    with refused(422):
        lead.record_result(by=lead.owner, at=hours(1), result="disqualify", quality=1)
    lead.record_result(
        by=lead.owner, at=hours(1), result="disqualify", quality=1, reason=make.reason("disqualify", "student")
    )
    assert (again(lead).stage, again(lead).board_column) == ("disqualified", "")


def test_an_unknown_result_is_a_mistake_of_the_caller():
    lead = make.working()
    with pytest.raises(ValueError, match="maybe"):
        lead.record_result(by=lead.owner, at=hours(1), result="maybe")


def test_only_the_owner_records_the_result_and_only_while_working():
    lead = make.working()
    with refused(403):
        lead.record_result(by=make.person(), at=hours(1), result="opportunity", quality=3)
    lead.record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3)
    with refused(409):
        lead.record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3)


# -- Won and lost ---------------------------------------------------------------------------------------


def test_a_win_counts_with_its_amount():
    lead = make.opportunity(amount=1_000_000)
    lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=2_500_000)
    won = lead.opportunities.get()
    assert (won.state, won.amount, won.likelihood, won.closed_on) == ("won", 2_500_000, 100, make.today())
    assert ColumnTally.objects.totals()["won"] == (1, 2_500_000)


def test_a_win_of_unknown_amount_is_not_a_win_of_zero():
    lead = make.opportunity(amount=1_000_000)
    lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=None)
    assert (lead.opportunities.get().amount, again(lead).amount) == (None, None)


def test_a_win_of_an_earlier_quarter_does_not_stand_on_the_board():
    lead = make.opportunity()
    lead.win(by=lead.owner, at=hours(1), on=datetime.date(2026, 3, 31), amount=1)
    assert (again(lead).stage, again(lead).board_column) == ("won", "")


def test_a_loss_keeps_several_reasons():
    lead = make.opportunity()
    reasons = [make.reason("loss", "price"), make.reason("loss", "timing")]
    lead.lose(by=lead.owner, at=hours(1), on=make.today(), reasons=reasons, note="来期に再検討")
    lost = lead.opportunities.get()
    assert (lost.state, sorted(r.code for r in lost.reasons.all()), lost.reason_note) == (
        "lost",
        ["price", "timing"],
        "来期に再検討",
    )
    assert (again(lead).stage, again(lead).amount) == ("lost", None)


def test_nothing_is_won_or_lost_tomorrow_or_by_somebody_else_or_before_an_opportunity():
    lead = make.opportunity()
    reasons = [make.reason("loss", "price")]
    tomorrow = make.today() + DAY
    with refused(422):
        lead.win(by=lead.owner, at=hours(1), on=tomorrow, amount=1)
    with refused(422):
        lead.lose(by=lead.owner, at=hours(1), on=tomorrow, reasons=reasons)
    with refused(422):
        lead.lose(by=lead.owner, at=hours(1), on=make.today(), reasons=[])
    for verb in (lead.win, lead.lose):
        given = {"amount": 1} if verb == lead.win else {"reasons": reasons}
        with refused(403):
            verb(by=make.person(), at=hours(1), on=make.today(), **given)
    worked = make.working()
    with refused(409):
        worked.win(by=worked.owner, at=hours(1), on=make.today(), amount=1)
    with refused(409):
        worked.lose(by=worked.owner, at=hours(1), on=make.today(), reasons=reasons)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "won"},
        {"amount": -1},
        {"likelihood": 101},
        {"state": "open", "closed_on": make.today(), "closed_at": NOON},
    ],
)
def test_the_database_refuses_half_written_opportunities(fields):
    lead = make.opportunity()
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(lead=lead).update(**fields)


def test_the_database_refuses_a_second_open_opportunity():
    lead = make.opportunity()
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.create(lead=lead, opened_at=NOON)


# -- Pausing ------------------------------------------------------------------------------------------------


def test_a_paused_stretch_does_not_count():
    make.five_promises()
    lead = make.working()
    due = lead.next_clock.due_at
    lead.pause(by=lead.owner, at=hours(1), why="先方の役員会待ち", until=make.today() + DAY)
    assert (again(lead).next_clock.due_at, again(lead).next_on) == (None, make.today() + DAY)
    lead.resume(by=lead.owner, at=hours(3))
    assert again(lead).next_clock.due_at == due + datetime.timedelta(hours=2)


def test_resuming_at_once_leaves_the_due_time_as_it_was():
    make.five_promises()
    lead = make.working()
    due = lead.next_clock.due_at
    lead.pause(by=lead.owner, at=hours(1), why="x", until=make.today() + DAY)
    lead.resume(by=lead.owner, at=hours(1))
    assert again(lead).next_clock.due_at == due


def test_pausing_does_not_hide_that_the_time_had_passed():
    make.five_promises()
    lead = make.working()
    clock = lead.next_clock
    late = clock.due_at + datetime.timedelta(minutes=1)
    lead.pause(by=lead.owner, at=late, why="x", until=make.today() + 30 * DAY)
    assert again(clock).breach.due_at == clock.due_at
    lead.resume(by=lead.owner, at=late + DAY)
    lead.record_contact(by=lead.owner, at=late + DAY, channel="call", outcome="reached")
    assert again(clock).outcome == Clock.Outcome.LATE


def test_a_pause_says_why_and_until_when():
    lead = make.working()
    for why, until, by, status in [
        ("", make.today() + DAY, lead.owner, 422),
        ("x", make.today(), lead.owner, 422),
        ("x", None, lead.owner, 422),
        ("x", make.today() + DAY, make.person(), 403),
    ]:
        with refused(status):
            lead.pause(by=by, at=hours(1), why=why, until=until)
    with refused(403):
        lead.resume(by=make.person(), at=hours(1))


# -- More time -------------------------------------------------------------------------------------------------


def test_granted_time_moves_the_due_time_by_as_much_counted_time():
    make.five_promises()
    lead = make.working()
    clock = lead.next_clock
    request = lead.ask_for_time(by=lead.owner, at=hours(1), clock=clock, minutes=24 * 60, why="出張中")
    assert again(clock).due_at == clock.due_at
    lead.answer_time_request(by=make.person("marketing"), at=hours(2), request=request, granted=True)
    assert again(clock).due_at == datetime.datetime(
        2026, 6, 15, 3, 0, tzinfo=datetime.UTC
    )  # Friday noon + 1 day = Monday
    assert again(request).state == "granted"


def test_declined_time_changes_nothing():
    make.five_promises()
    lead = make.working()
    clock = lead.next_clock
    request = lead.ask_for_time(by=lead.owner, at=hours(1), clock=clock, minutes=60, why="x")
    lead.answer_time_request(by=make.person("inside_sales"), at=hours(2), request=request, granted=False)
    assert (again(clock).due_at, again(request).state) == (clock.due_at, "declined")
    with refused(409):
        lead.answer_time_request(by=make.person("marketing"), at=hours(2), request=request, granted=True)


def test_marketing_asks_for_time_on_its_own_promise_and_sales_answers():
    make.five_promises()
    lead = make.hot_lead()
    clock = lead.next_clock
    request = lead.ask_for_time(by=lead.owner, at=hours(1), clock=clock, minutes=60, why="確認中")
    with refused(403):
        lead.answer_time_request(by=make.person("marketing"), at=hours(2), request=request, granted=True)
    lead.answer_time_request(by=make.person("sales"), at=hours(2), request=request, granted=True)
    assert again(clock).granted_minutes == 60


def test_time_is_asked_for_once_with_a_reason_by_whom_the_promise_waits_for():
    make.five_promises()
    offered = make.handoff()
    lead, clock = offered.lead, offered.lead.next_clock
    with refused(403):
        lead.ask_for_time(by=offered.sender, at=hours(1), clock=clock, minutes=60, why="x")
    with refused(422):
        lead.ask_for_time(by=offered.receiver, at=hours(1), clock=clock, minutes=60, why=" ")
    lead.ask_for_time(by=offered.receiver, at=hours(1), clock=clock, minutes=60, why="x")
    with refused(409):
        lead.ask_for_time(by=offered.receiver, at=hours(1), clock=clock, minutes=60, why="x")
    again(offered).accept(by=offered.receiver, at=hours(2))
    with refused(409):
        lead.ask_for_time(by=offered.receiver, at=hours(3), clock=again(clock), minutes=60, why="x")


# -- Facts, notes, thanks -----------------------------------------------------------------------------------------


def test_a_lead_stands_in_line_as_soon_as_it_meets_the_definition_and_leaves_when_it_does_not():
    make.five_promises()
    lead = make.hot_lead()
    assert (again(lead).board_column, again(lead).next_clock.commitment.key) == ("to_hand_over", "hand_over")
    lead.learn(by=lead.owner, at=hours(1), part="timeline", state="unknown")
    lead = again(lead)
    assert (lead.board_column, lead.next_clock, lead.qualifications.get().end) == ("", None, "lapsed")
    assert lead.clocks.get().outcome == "ended"


def test_each_part_of_bant_keeps_who_said_so():
    lead = make.lead(owner=make.person("inside_sales"))
    lead.learn(by=lead.owner, at=NOON, part="budget", state="partly", note=" 来期 ", origin="電話")
    fact = lead.bant.get()
    assert (fact.state, fact.note, fact.origin, fact.by, again(lead).bant_states) == (
        "partly",
        "来期",
        "電話",
        lead.owner,
        "puuu",
    )


def test_executives_write_no_facts_and_empty_notes_are_none():
    lead = make.lead()
    boss = make.person("executive")
    with refused(403):
        lead.learn(by=boss, at=NOON, part="budget", state="known")
    with refused(403):
        lead.write_note(by=boss, at=NOON, text="x")
    with refused(422):
        lead.write_note(by=make.person(), at=NOON, text=" \n ")


def test_a_note_names_whom_it_calls():
    lead, called = make.lead(), make.person("marketing")
    note = lead.write_note(by=make.person(), at=NOON, text="一行目\n二行目", mentions=[called])
    assert list(note.mentions.all()) == [called]
    assert Entry.objects.about(lead).first().data["mentions"] == [called.pk]
    assert (again(lead).line, again(lead).has_note) == ("一行目", True)


def test_a_win_shows_the_whole_relay():
    owner = make.person("marketing")
    offered = make.handoff(campaign=make.campaign(owner=owner))
    offered.accept(by=offered.receiver, at=hours(1))
    lead = again(offered.lead)
    lead.record_contact(by=lead.owner, at=hours(2), channel="call", outcome="reached")
    lead.record_result(by=lead.owner, at=hours(3), result="opportunity", quality=3)
    lead.win(by=lead.owner, at=hours(4), on=make.today(), amount=1)
    assert lead.relay() == [
        ("brought", owner),
        ("warmed", offered.sender),
        ("called", offered.receiver),
        ("closed", offered.receiver),
    ]


def test_thanks_are_given_once_to_whoever_ran():
    offered = make.handoff()
    offered.accept(by=offered.receiver, at=hours(1))
    lead = again(offered.lead)
    for _tap in range(2):
        lead.thank(to=offered.sender, by=offered.receiver, at=hours(2))
    assert Thanks.objects.count() == Entry.objects.filter(verb="lead.thanked").count() == 1
    with refused(422):
        lead.thank(to=offered.receiver, by=offered.receiver, at=hours(2))
    with refused(422):
        lead.thank(to=make.person(), by=offered.receiver, at=hours(2))


def test_the_database_refuses_thanks_to_oneself():
    lead = make.working()
    with pytest.raises(IntegrityError), transaction.atomic():
        Thanks.objects.create(lead=lead, to=lead.owner, by=lead.owner, at=NOON)


def test_every_verb_writes_exactly_one_entry():
    make.five_promises()
    counts = []

    def verb(carry_out):
        before = Entry.objects.count()
        found = carry_out()
        counts.append(Entry.objects.count() - before)
        return found

    lead = make.hot_lead()
    offered = verb(lambda: lead.hand_over(to=make.person(), by=lead.owner, at=hours(1), memo="x"))
    verb(lambda: offered.accept(by=offered.receiver, at=hours(1)))
    lead = again(lead)
    verb(lambda: lead.record_contact(by=lead.owner, at=hours(1), channel="call", outcome="reached"))
    verb(lambda: lead.pause(by=lead.owner, at=hours(1), why="x", until=make.today() + DAY))
    verb(lambda: lead.resume(by=lead.owner, at=hours(1)))
    verb(lambda: lead.record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3))
    verb(lambda: lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=1))
    verb(lambda: lead.write_note(by=lead.owner, at=hours(1), text="x"))
    verb(lambda: lead.learn(by=lead.owner, at=hours(1), part="need", state="partly"))
    assert counts == [1] * len(counts)
    assert Lead.objects.get().version == Entry.objects.about(lead).count() + 1
