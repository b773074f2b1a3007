"""What the carrier does with a lead: contacts, results, pauses, wins and losses."""

import dataclasses
import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import permissions
from leads.models.activity import Activity
from leads.models.clock import Clock
from leads.models.opportunity import JoinedLead, Opportunity
from leads.models.verb import Step
from portal.refusals import Refusal


@dataclasses.dataclass(frozen=True)
class Prospect:
    """What is known of an opportunity when it opens; an amount of None means "not known" (yen)."""

    amount: int | None = None
    likelihood: int | None = None
    expected_close_on: datetime.date | None = None
    name: str = ""


class Working(models.Model):
    class Meta:
        abstract = True

    @transaction.atomic
    def record_contact(self, *, by, at, channel, outcome, note="", next_on=None):
        """One try to reach the lead. The first stops the contact clock (the promise is to call), reached or not."""
        if outcome == Activity.Outcome.ABSENT and next_on is None:
            raise Refusal(_("Say on which day you will try again."), status=422)
        step = self._carried(by, stages={self.Stage.WORKING, self.Stage.OPPORTUNITY})
        activity = Activity.objects.create(lead=self, kind=channel, outcome=outcome, at=at, by=by, detail=note.strip())
        step.made(activity)
        handoff = self.handoff
        if handoff is not None:
            if handoff.contacted_at is None:
                step.keep(handoff, "contacted_at")
                handoff.contacted_at = at
                handoff.save(update_fields=["contacted_at"])
            step.turn_clocks("contacted", at=at, handoff=handoff, revision=handoff.sla_revision)
        self.next_on = next_on
        self.line = note.strip()[:200] or self.line
        return step.end("lead.contacted", by=by, at=at, about=activity, data={"channel": channel, "outcome": outcome})

    @transaction.atomic
    def record_result(
        self, *, by, at, result, reason=None, quality=None, prospect=None, join=None, look_again_on=None, note=""
    ):
        """What came of the lead: "opportunity", "nurture" or "disqualify" (with a reason for the latter two)."""
        step = self._carried(by, stages={self.Stage.WORKING})
        if result not in {"opportunity", "nurture", "disqualify"}:
            raise ValueError(result)
        if result != "opportunity" and reason is None:
            raise Refusal(_("Choose the reason: it is what the other side learns from."), status=422)
        if result == "nurture" and (look_again_on is None or look_again_on <= timezone.localdate(at)):
            raise Refusal(_("Say when to look at this lead again: a day after today."), status=422)
        handoff = self.handoff
        if handoff is not None:
            step.keep(handoff, "resulted_at", "quality")
            handoff.resulted_at, handoff.quality = at, quality
            handoff.save(update_fields=["resulted_at", "quality"])
            step.turn_clocks("result", at=at, handoff=handoff, revision=handoff.sla_revision)
        if result == "opportunity":
            self._open_opportunity(step, by=by, at=at, prospect=prospect or Prospect(), join=join)
        elif result == "nurture":
            self.stage, self.wake_on, self.next_on = self.Stage.NURTURING, look_again_on, None
        else:
            self.stage, self.wake_on, self.next_on = self.Stage.DISQUALIFIED, None, None
        self.line = note.strip()[:200] or self.line
        data = {"result": result, "reason": reason.code if reason else "", "quality": quality, "note": note.strip()}
        return step.end("lead.resulted", by=by, at=at, about=handoff, data=data)

    @transaction.atomic
    def win(self, *, by, at, on, amount):
        """The deal is won on a day; an amount of None means it is not known, and is shown so."""
        _check_day(on, at)
        step = self._carried(by, stages={self.Stage.OPPORTUNITY})
        opportunity = self._close(step, "won", at=at, on=on)
        opportunity.amount, opportunity.likelihood = amount, 100
        opportunity.save(update_fields=["amount", "likelihood"])
        self.stage, self.amount, self.next_on = self.Stage.WON, amount, None
        return step.end("lead.won", by=by, at=at, about=opportunity, data={"on": on, "amount": amount})

    @transaction.atomic
    def lose(self, *, by, at, on, reasons, note=""):
        """The deal is lost on a day, for one or more reasons."""
        if not reasons:
            raise Refusal(_("Choose at least one reason: it is what the next hand-off learns from."), status=422)
        _check_day(on, at)
        step = self._carried(by, stages={self.Stage.OPPORTUNITY})
        opportunity = self._close(step, "lost", at=at, on=on)
        step.keep(opportunity, "reason_note")
        step.keep_set(opportunity, "reasons")
        opportunity.reasons.set(reasons)
        opportunity.reason_note = note.strip()
        opportunity.save(update_fields=["reason_note"])
        self.stage, self.amount, self.next_on = self.Stage.LOST, None, None
        self.line = note.strip()[:200] or self.line
        codes = [reason.code for reason in reasons]
        return step.end("lead.lost", by=by, at=at, about=opportunity, data={"on": on, "reasons": codes})

    @transaction.atomic
    def pause(self, *, by, at, why, until):
        """Stop the clocks for a stated reason until a day."""
        if not why.strip():
            raise Refusal(_("Say in a word what the lead is waiting for."), status=422)
        if until is None or until <= timezone.localdate(at):
            raise Refusal(_("Choose a day after today on which the clocks go on."), status=422)
        step = self._carried(by, stages={self.Stage.WORKING, self.Stage.OPPORTUNITY})
        for clock in self.clocks.running().filter(paused_at=None).select_related("commitment", "calendar"):
            step.keep(clock, "paused_at", "due_at", "warn_at", "breached_at")
            clock.pause(at, by=by, why=why.strip(), until=until)
        self.next_on = until
        return step.end("lead.paused", by=by, at=at, data={"why": why.strip(), "until": until}, undo=False)

    @transaction.atomic
    def resume(self, *, by, at):
        """The clocks go on; the paused stretch does not count. Nobody (None) resumes when the day named has come."""
        stages = {self.Stage.WORKING, self.Stage.OPPORTUNITY}
        step = Step(self, stages=stages) if by is None else self._carried(by, stages=stages)
        paused = self.clocks.running().filter(paused_at__isnull=False).select_related("commitment", "calendar")
        for clock in paused:
            step.keep(clock, "paused_at", "due_at", "warn_at")
            clock.resume(at)
        self.next_on = None
        return step.end("lead.resumed", by=by, at=at, undo=False)

    @transaction.atomic
    def ask_for_time(self, *, by, at, clock, minutes, why):
        """Ask the other side for more counted minutes on a running promise of one's own side."""
        step = Step(self)
        if not permissions.can_ask_for_time(by, self, clock):
            raise Refusal(_("Whoever the promise waits for asks the other side for time."), status=403)
        if not why.strip():
            raise Refusal(_("Say in a word what the time is for."), status=422)
        if clock.stopped_at is not None or clock.lead_id != self.pk:
            raise Refusal(_("This promise is no longer running."))
        if clock.time_requests.filter(state="open").exists():
            raise Refusal(_("More time has already been asked for; the other side has not answered yet."))
        request = clock.time_requests.create(by=by, at=at, minutes=minutes, why=why.strip())
        step.end("clock.time_asked", by=by, at=at, about=clock, data={"minutes": minutes}, undo=False)
        return request

    @transaction.atomic
    def answer_time_request(self, *, by, at, request, granted):
        """The other side gives the time, or does not."""
        clock = request.clock
        if not permissions.can_grant_time(by, clock):
            raise Refusal(_("The other side answers a request for time."), status=403)
        step = Step(self)
        state = "granted" if granted else "declined"
        claimed = clock.time_requests.filter(pk=request.pk, state="open").update(
            state=state, answered_by=by, answered_at=at
        )
        if not claimed:
            raise Refusal(_("This request has already been answered."))
        if granted and clock.stopped_at is None:
            step.keep(clock, "granted_minutes", "due_at", "warn_at")
            clock.grant(request.minutes)
        return step.end(f"clock.time_{state}", by=by, at=at, about=clock, data={"minutes": request.minutes}, undo=False)

    def _carried(self, by, *, stages):
        step = Step(self, stages=stages)
        if not permissions.can_carry(by, self):
            raise Refusal(_("Only the person who carries the lead can do this."), status=403)
        return step

    def _open_opportunity(self, step, *, by, at, prospect, join):
        if join is not None:
            step.made(JoinedLead.objects.create(opportunity=join, lead=self, by=by, at=at))
        else:
            opportunity = Opportunity.objects.create(
                lead=self,
                company=self.company,
                handoff=self.handoff,
                owner=by,
                name=prospect.name,
                amount=prospect.amount,
                likelihood=prospect.likelihood,
                expected_close_on=prospect.expected_close_on,
                opened_at=at,
            )
            step.made(opportunity)
        self.stage = self.Stage.OPPORTUNITY
        self.amount = None if join is not None else prospect.amount
        self.next_on = prospect.expected_close_on

    def _close(self, step, state, *, at, on):
        opportunity = self.opportunities.open().select_for_update().first()
        if opportunity is None:
            raise Refusal(_("This lead joined an opportunity of another lead; close it there."))
        step.keep(opportunity, "state", "closed_on", "closed_at", "amount", "likelihood")
        opportunity.state, opportunity.closed_on, opportunity.closed_at = state, on, at
        opportunity.save(update_fields=["state", "closed_on", "closed_at"])
        step.end_clocks(at, Clock.Outcome.ENDED)
        return opportunity


def _check_day(on, at):
    if on > timezone.localdate(at):
        raise Refusal(_("Choose today or a day before: it has already happened."), status=422)
