import datetime

import pytest

from leads.models import ColumnTally, Lead
from portal.models import Entry
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def test_a_lead_goes_from_hand_over_to_won():
    make.five_promises()
    offered = make.handoff()
    lead = offered.lead
    offered.accept(by=offered.receiver, at=hours(1))
    lead = Lead.objects.get(pk=lead.pk)
    lead.record_contact(by=lead.owner, at=hours(2), channel="call", outcome="reached", note="来週訪問")
    lead.record_result(by=lead.owner, at=hours(3), result="opportunity", quality=3)
    lead.win(by=lead.owner, at=hours(4), on=make.today(), amount=4_800_000)
    assert [e.verb for e in Entry.objects.about(lead)] == [
        "lead.won",
        "lead.resulted",
        "lead.contacted",
        "handoff.accepted",
        "lead.handed_over",
        "lead.noted",
        "lead.learned",
        "lead.learned",
    ]
    kept = list(lead.clocks.order_by("id").values_list("commitment__key", "outcome"))
    assert kept == [("hand_over", "met"), ("answer", "met"), ("contact", "met"), ("result", "met")]
    assert ColumnTally.objects.totals()["won"] == (1, 4_800_000)


def test_undoing_a_win_puts_the_opportunity_back():
    lead = make.opportunity(amount=2_000_000)
    entry = lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=2_500_000)
    Entry.objects.none()
    lead.undo(entry, by=lead.owner, at=entry.recorded_at)
    lead.refresh_from_db()
    assert (lead.stage, lead.amount) == ("opportunity", 2_000_000)
    assert lead.opportunities.get().state == "open"


def test_undoing_an_acceptance_starts_the_answer_clock_again():
    make.five_promises()
    offered = make.handoff()
    due = offered.clocks.get(commitment__key="answer").due_at
    entry = offered.accept(by=offered.receiver, at=hours(1))
    Lead.objects.get(pk=offered.lead_id).undo(entry, by=offered.receiver, at=entry.recorded_at)
    offered.refresh_from_db()
    answer = offered.clocks.get(commitment__key="answer")
    assert (offered.state, answer.stopped_at, answer.due_at) == ("offered", None, due)
    assert offered.lead.next_clock == answer


def test_a_return_gives_the_lead_back_to_its_sender():
    make.five_promises()
    offered = make.handoff()
    reason = make.reason()
    offered.return_to_sender(
        by=offered.receiver, at=hours(1), reason=reason, good_points=[make.reason("good_point", "concrete_need")]
    )
    lead = Lead.objects.get(pk=offered.lead_id)
    assert (lead.stage, lead.owner, lead.board_column) == ("nurturing", offered.sender, "returned")
    assert lead.next_clock.commitment.key == "reply"
