"""Each check finds what it is for, and nothing where a history was made by verbs alone."""

import datetime

import pytest
from django.utils import timezone

from leads.models import Bant, Breach, Clock, ColumnTally, Handoff, Import, Lead, Opportunity, Qualification
from portal import verifying
from portal.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


def found():
    return {one.check.key: one.count for one in verifying.verify() if not one.holds}


@pytest.fixture
def _story():
    """A bit of everything, today: waiting, returned, working, opportunity, won, to be handed over."""
    make.five_promises()
    now = timezone.now()
    make.handoff(at=now)
    back = make.handoff(at=now)
    good = make.reason(kind="good_point", code="concrete_need")
    back.return_to_sender(by=back.receiver, at=now, reason=make.reason(), good_points=[good], line="時期を知りたい")
    make.working(at=now)
    make.opportunity(at=now, amount=5)
    won = make.opportunity(at=now, amount=5)
    won.win(by=won.owner, at=now, on=timezone.localdate(now), amount=7)
    make.hot_lead(at=now)


@pytest.mark.usefixtures("_story")
def test_what_verbs_made_holds():
    assert found() == {}


DAMAGES = {
    "offers_in_place": lambda: Lead.objects.filter(stage="handed_over").update(
        stage="nurturing", board_column="to_hand_over"
    ),
    "facts_of_answers": lambda: Handoff.objects.filter(state="offered").update(contacted_at=timezone.now()),
    "clocks_have_a_cause": lambda: Clock.objects.filter(commitment__key="answer", stopped_at__isnull=False).update(
        stopped_at=None, outcome=""
    ),
    "breaches_recorded": lambda: Clock.objects.filter(commitment__key="answer", stopped_at=None).update(
        breached_at=timezone.now()
    ),
    "verdicts": lambda: Clock.objects.filter(commitment__key="contact", outcome="met").update(
        due_at=timezone.now() - datetime.timedelta(days=9)
    ),
    "intervals": lambda: Clock.objects.filter(commitment__key="answer", stopped_at=None).update(target_minutes=7),
    "columns": lambda: Lead.objects.filter(stage="working").update(board_column="opportunity"),
    "tallies": lambda: ColumnTally.objects.create(board_column="won", leads=1, amount=0),
    "nearest_clock": lambda: Lead.objects.filter(stage="handed_over").update(next_clock=None),
    "qualifications": lambda: Qualification.objects.filter(lead__stage="working").update(until=None, end=""),
    "deals": lambda: Opportunity.objects.filter(state="won").update(removed_at=timezone.now()),
    "amounts": lambda: Opportunity.objects.filter(state="open").update(amount=6),
    "bant": lambda: Bant.objects.filter(part="timeline").update(state="partly"),
    "imports": lambda: Import.objects.create(
        file_name="a.csv",
        state="done",
        created=3,
        uploaded_at=timezone.now(),
        started_at=timezone.now(),
        ended_at=timezone.now(),
    ),
}


@pytest.mark.usefixtures("_story")
@pytest.mark.parametrize("key", DAMAGES)
def test_each_check_finds_its_damage(key):
    DAMAGES[key]()
    assert key in found()


@pytest.mark.usefixtures("_story")
def test_a_breach_without_its_clock_s_word_is_found():
    clock = Clock.objects.first()
    Breach.objects.create(clock=clock, due_at=clock.started_at, found_at=clock.started_at)
    assert "breaches_recorded" in found()


@pytest.mark.usefixtures("_story")
def test_an_offer_to_somebody_gone_is_found():
    offered = Handoff.objects.get(state="offered")
    offered.receiver.left_on = timezone.localdate() - datetime.timedelta(days=1)
    offered.receiver.save()
    assert set(found()) == {"nobody_gone"}


@pytest.mark.usefixtures("_story")
def test_a_hand_off_that_stands_nowhere_in_the_trail_is_found():
    offered = Handoff.objects.get(state="offered")
    Handoff.objects.filter(pk=offered.pk).update(
        state="withdrawn", answered_by=offered.sender, answered_at=timezone.now()
    )
    Handoff.objects.create(
        lead=offered.lead, sender=offered.sender, receiver=offered.receiver, offered_at=timezone.now(), memo="記録なし"
    )
    assert "one_entry" in found()
    assert Entry.objects.filter(verb="lead.handed_over").count() == 5


@pytest.mark.usefixtures("_story")
def test_checks_change_nothing():
    before = list(Lead.objects.order_by("pk").values())
    found()
    assert list(Lead.objects.order_by("pk").values()) == before
