"""Taking a verb back: records stand as before, clocks run on with their old due times, figures agree."""

import datetime

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Sum

from leads.models import Clock, ClockPause, ColumnTally, Handoff, Lead, Opportunity
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def again(record):
    return type(record).objects.get(pk=record.pk)


def last(lead):
    return Entry.objects.about(lead).first()


def standing(lead):
    """Everything an undo must put back: the lead, its hand-off, what runs on it, the opportunity, the board's figures."""
    lead = again(lead)
    fields = (
        "stage",
        "owner_id",
        "handoff_id",
        "wake_on",
        "next_on",
        "amount",
        "board_column",
        "attention_at",
        "next_clock_id",
    )
    handoff = (
        {
            name: getattr(lead.handoff, name)
            for name in (
                "state",
                "answered_by_id",
                "contacted_at",
                "resulted_at",
                "quality",
                "return_reason_id",
                "line",
                "reply",
                "receiver_id",
            )
        }
        | {"good_points": list(lead.handoff.good_points.values_list("code", flat=True))}
        if lead.handoff
        else None
    )
    running = lead.clocks.running().order_by("id")
    return {
        "lead": [getattr(lead, name) for name in fields],
        "handoff": handoff,
        "clocks": list(running.values_list("commitment__key", "due_at", "warn_at", "paused_at", "unit")),
        "pauses": list(ClockPause.objects.filter(clock__lead=lead, until=None).values_list("clock", flat=True)),
        "qualified": lead.qualifications.filter(until=None).count(),
        "deals": list(
            lead.opportunities.present().values_list("state", "amount", "closed_on", "reason_note", "likelihood")
        ),
        "reasons": list(lead.opportunities.present().values_list("reasons__code", flat=True)),
        "activities": lead.activities.filter(removed_at=None).count(),
        "tallies": {column: sums for column, sums in ColumnTally.objects.totals().items() if sums != (0, 0)},
    }


def good():
    return [make.reason("good_point", "concrete_need")]


def offered():
    return make.handoff().lead


VERBS = {
    "hand_over": (make.hot_lead, lambda lead: lead.hand_over(to=make.person(), by=lead.owner, at=hours(1), memo="x")),
    "pass_on": (make.working, lambda lead: lead.hand_over(to=make.person(), by=lead.owner, at=hours(1), memo="x")),
    "accept": (offered, lambda lead: lead.handoff.accept(by=lead.handoff.receiver, at=hours(1))),
    "accept_late": (offered, lambda lead: lead.handoff.accept(by=lead.handoff.receiver, at=hours(24))),
    "return": (
        offered,
        lambda lead: lead.handoff.return_to_sender(
            by=lead.handoff.receiver,
            at=hours(1),
            reason=make.reason(),
            good_points=good(),
            line="x",
            try_again_on=make.today() + DAY,
        ),
    ),
    "withdraw": (offered, lambda lead: lead.handoff.withdraw(by=lead.handoff.sender, at=hours(1), why="x")),
    "contact": (
        make.working,
        lambda lead: lead.record_contact(by=lead.owner, at=hours(1), channel="call", outcome="reached"),
    ),
    "opportunity": (
        make.working,
        lambda lead: lead.record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3),
    ),
    "nurture": (
        make.working,
        lambda lead: lead.record_result(
            by=lead.owner,
            at=hours(1),
            result="nurture",
            quality=2,
            reason=make.reason("nurture", "later"),
            look_again_on=make.today() + DAY,
        ),
    ),
    "disqualify": (
        make.working,
        lambda lead: lead.record_result(
            by=lead.owner, at=hours(1), result="disqualify", quality=1, reason=make.reason("disqualify", "student")
        ),
    ),
    "win": (make.opportunity, lambda lead: lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=5_000_000)),
    "lose": (
        make.opportunity,
        lambda lead: lead.lose(
            by=lead.owner, at=hours(1), on=make.today(), reasons=[make.reason("loss", "price")], note="高い"
        ),
    ),
    "recycle": (
        make.opportunity,
        lambda lead: lead.recycle(by=lead.owner, at=hours(1), look_again_on=make.today() + DAY),
    ),
    "recycle_ready": (
        make.hot_lead,
        lambda lead: lead.recycle(by=lead.owner, at=hours(1), look_again_on=make.today() + DAY),
    ),
    "reassign": (
        offered,
        lambda lead: lead.reassign(
            to=make.person("sales", unit=make.unit("営業2")), by=make.person(is_manager=True), at=hours(1), why="x"
        ),
    ),
}


@pytest.mark.parametrize("name", VERBS)
def test_everything_stands_as_before(name):
    make.five_promises()
    build, verb = VERBS[name]
    lead = again(build())
    before = standing(lead)
    verb(again(lead))
    entry = last(lead)
    assert standing(lead) != before
    again(lead).undo(entry, by=entry.by, at=entry.recorded_at + 9 * MINUTE)
    assert standing(lead) == before
    assert last(lead).undoes == entry


def test_a_reply_can_be_taken_back():
    make.five_promises()
    lead = offered()
    lead.handoff.return_to_sender(by=lead.handoff.receiver, at=hours(1), reason=make.reason(), good_points=good())
    lead = again(lead)
    before = standing(lead)
    lead.handoff.answer_return(by=lead.handoff.sender, at=hours(2), reply="agree")
    entry = last(lead)
    again(lead).undo(entry, by=entry.by, at=entry.recorded_at)
    assert standing(lead) == before


def test_undoing_what_ended_a_paused_clock_leaves_it_paused():
    make.five_promises()
    lead = make.working()
    lead.pause(by=lead.owner, at=hours(1), why="x", until=make.today() + DAY)
    before = standing(lead)
    again(lead).record_contact(by=lead.owner, at=hours(2), channel="call", outcome="reached")
    entry = last(lead)
    again(lead).undo(entry, by=entry.by, at=entry.recorded_at)
    assert standing(lead) == before
    again(lead).resume(by=lead.owner, at=hours(4))
    assert again(lead).next_clock.pause_spans() == [(hours(1), hours(4))]


def test_what_the_verb_made_is_marked_not_lost():
    make.five_promises()
    lead = make.hot_lead()
    handoff = lead.hand_over(to=make.person(), by=lead.owner, at=hours(1), memo="x")
    entry = last(lead)
    again(lead).undo(entry, by=entry.by, at=entry.recorded_at)
    assert again(handoff).state == Handoff.State.WITHDRAWN
    assert again(handoff).undone_at is not None
    assert Clock.objects.get(commitment__key="answer").outcome == "undone"


def test_the_same_can_be_done_again_after_an_undo():
    make.five_promises()
    lead = make.working()
    for _time in range(2):
        again(lead).record_result(by=lead.owner, at=hours(1), result="opportunity", quality=3)
        if not _time:
            entry = last(lead)
            again(lead).undo(entry, by=entry.by, at=entry.recorded_at)
    assert Opportunity.objects.present().filter(lead=lead).count() == 1
    assert lead.clocks.filter(commitment__key="contact").exclude(outcome="undone").count() == 1


def test_not_after_ten_minutes_not_by_others_not_twice():
    lead = make.working()
    entry = last(lead)
    with pytest.raises(Refusal) as refused:
        lead.undo(entry, by=entry.by, at=entry.recorded_at + 10 * MINUTE + datetime.timedelta(seconds=1))
    assert refused.value.status == 403
    with pytest.raises(Refusal) as refused:
        lead.undo(entry, by=make.person(), at=entry.recorded_at)
    assert refused.value.status == 403
    lead.undo(entry, by=entry.by, at=entry.recorded_at + 10 * MINUTE)
    with pytest.raises(Refusal) as refused:
        lead.undo(entry, by=entry.by, at=entry.recorded_at)
    assert refused.value.status == 409


def test_not_once_something_has_followed():
    lead = make.working()
    entry = last(lead)
    lead.write_note(by=make.person(), at=hours(1), text="電話がありました")
    assert lead.undoable(entry.by, entry.recorded_at) is None
    with pytest.raises(Refusal) as refused:
        lead.undo(entry, by=entry.by, at=entry.recorded_at)
    assert refused.value.status == 409


def test_facts_are_corrected_not_taken_back():
    lead = make.lead(owner=make.person("inside_sales"))
    entry = lead.learn(by=lead.owner, at=NOON, part="need", state="known")
    assert lead.undoable(lead.owner, entry.recorded_at) is None
    with pytest.raises(Refusal):
        lead.undo(entry, by=lead.owner, at=entry.recorded_at)


def test_the_counts_on_the_board_equal_the_leads_after_any_of_it():
    make.five_promises()
    for build, verb in VERBS.values():
        lead = again(build())
        verb(again(lead))
        entry = last(lead)
        again(lead).undo(entry, by=entry.by, at=entry.recorded_at)
        verb(again(lead))
    counted = {column: sums for column, sums in ColumnTally.objects.totals().items() if sums != (0, 0)}
    on_board = Lead.objects.exclude(board_column="")
    expected = {
        column: (
            on_board.filter(board_column=column).count(),
            on_board.filter(board_column=column).aggregate(s=Sum("amount"))["s"] or 0,
        )
        for column in on_board.values_list("board_column", flat=True).distinct()
    }
    assert counted == expected


def test_an_entry_keeps_what_is_needed_as_plain_data():
    entry = last(make.working())
    assert isinstance(DjangoJSONEncoder().encode(entry.data), str)
    assert set(entry.data["undo"]) >= {entry.stream}
