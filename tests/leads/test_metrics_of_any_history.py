"""Whatever happens: no share is above its whole, and what was known at an instant stays what was known then."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leads import metrics
from leads.models import Clock, Lead, Reason
from leads.models.working import Prospect
from portal.models import Entry
from portal.refusals import Refusal
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
TOMORROW = make.today() + datetime.timedelta(days=1)


class History:
    """Three leads of one company and what is done with them, an hour apart."""

    def __init__(self):
        make.five_promises()
        self.sender, self.seller = make.person("inside_sales"), make.person("sales")
        company = make.company()
        self.leads = [make.hot_lead(by=self.sender, company=company, source=make.source()).pk for _n in range(3)]
        self.hour = 0
        # One waits, one is being worked, one has an opportunity: from there anything may happen.
        for step, nth in (("hand_over", 1), ("accept", 1), ("hand_over", 2), ("accept", 2), ("open", 2)):
            self.do(step, nth)

    def do(self, step, nth):
        self.hour += 1
        self.at = NOON + datetime.timedelta(hours=self.hour)
        lead = Lead.objects.select_related("handoff", "owner").get(pk=self.leads[nth])
        try:
            with transaction.atomic():
                getattr(self, step)(lead)
        except Refusal:
            pass

    def hand_over(self, lead):
        lead.hand_over(to=self.seller, by=lead.owner, at=self.at, memo="来春の更新")

    def accept(self, lead):
        if lead.handoff:
            lead.handoff.accept(by=self.seller, at=self.at)

    def give_back(self, lead):
        if lead.handoff:
            good = Reason.objects.filter(kind="good_point")[:1]
            reason = Reason.objects.filter(kind="return").first()
            lead.handoff.return_to_sender(
                by=self.seller, at=self.at, reason=reason, good_points=good, line="時期を知りたい"
            )

    def reply(self, lead):
        if lead.handoff:
            lead.handoff.answer_return(by=self.sender, at=self.at, reply="agree")

    def withdraw(self, lead):
        if lead.handoff:
            lead.handoff.withdraw(by=self.sender, at=self.at, why="宛先ちがい")

    def contact(self, lead):
        lead.record_contact(by=self.seller, at=self.at, channel="call", outcome="reached")

    def open(self, lead):
        lead.record_result(by=self.seller, at=self.at, result="opportunity", prospect=Prospect(amount=self.hour * 1000))

    def join(self, lead):
        others = Lead.objects.filter(pk__in=self.leads, stage="opportunity").exclude(pk=lead.pk)
        deal = next((other.opportunities.open().first() for other in others), None)
        if deal:
            lead.record_result(by=self.seller, at=self.at, result="opportunity", join=deal)

    def nurture(self, lead):
        reason = Reason.objects.filter(kind="nurture").first()
        lead.record_result(by=self.seller, at=self.at, result="nurture", reason=reason, look_again_on=TOMORROW)

    def win(self, lead):
        lead.win(by=lead.owner, at=self.at, on=make.today(), amount=None if self.hour % 2 else 5_000)

    def lose(self, lead):
        lead.lose(by=lead.owner, at=self.at, on=make.today(), reasons=Reason.objects.filter(kind="loss")[:1])

    def recycle(self, lead):
        lead.recycle(by=self.seller, at=self.at, look_again_on=TOMORROW)

    def pause(self, lead):
        lead.pause(by=lead.owner, at=self.at, why="先方の決算", until=TOMORROW)

    def resume(self, lead):
        lead.resume(by=lead.owner, at=self.at)

    def grant(self, lead):
        clock = Clock.objects.running().filter(lead=lead, commitment__side="sales").first()
        if clock:
            asked = lead.ask_for_time(by=lead.owner, at=self.at, clock=clock, minutes=600, why="資料待ち")
            lead.answer_time_request(by=self.sender, at=self.at, request=asked, granted=True)

    def take_back(self, lead):
        entry = Entry.objects.about(lead).first()
        lead.undo(entry, by=entry.by, at=entry.recorded_at)


STEPS = [name for name in vars(History) if not name.startswith("_") and name != "do"]


def everything(as_of=None):
    found = [metrics.compute(list(metrics.METRICS), by=by, as_of=as_of) for by in ("source", "month", "unit")]
    return [(one.metric.name, one.by, one.rows, one.total) for group in found for one in group]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2)), min_size=6, max_size=24), st.data())
def test_figures_hold_for_any_history(steps, data):
    with transaction.atomic():
        story, known = History(), []
        look_at = data.draw(st.sets(st.integers(0, len(steps) - 1), max_size=3))
        for number, step in enumerate(steps):
            story.do(*step)
            if number in look_at:
                known.append((timezone.now(), everything()))
        now = everything()  # raises where a share is above its whole
        assert everything(as_of=timezone.now()) == now
        for at, figures in known:
            assert everything(as_of=at) == figures
        transaction.set_rollback(True)
