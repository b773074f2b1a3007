"""Passing a lead on: to the next runner, to somebody else of the team, or back to nurturing."""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import permissions
from leads.models.clock import Clock
from leads.models.handoff import Handoff
from leads.models.rotation import Rotation
from leads.models.verb import Step
from portal.models import OrgUnit
from portal.refusals import Refusal


class HandingOver(models.Model):
    class Meta:
        abstract = True

    @transaction.atomic
    def hand_over(self, *, to, by, at, memo="", exception=""):
        """Offer the lead to a person or a team; the sender stays its owner until somebody accepts.

        `exception` names the written exception where the definition in force is not met. Raises
        Refusal where the definition is not met, the memo is missing, or the lead cannot be passed on now.
        """
        if not permissions.can_hand_over(by, self):
            raise Refusal(
                _("Handing over is for Marketing, Inside Sales, Customer Success and the lead's owner."), status=403
            )
        step = Step(self, stages={self.Stage.NURTURING, self.Stage.WORKING})
        if self.stage == self.Stage.WORKING and self.owner_id != by.pk:
            raise Refusal(_("Only the owner can pass on a lead that is being worked."), status=403)
        definition, sla = self.agreements(at)
        self._check_ready(definition, sla, memo=memo, exception=exception)
        passed_on = self.handoff if self.stage == self.Stage.WORKING else None
        chosen = self._receiver(to, by, at)
        handoff = Handoff.objects.create(
            lead=self,
            sender=by,
            sending_unit=by.unit,
            receiver=chosen.person,
            receiving_unit=chosen.unit,
            routing=chosen.why,
            memo=memo.strip(),
            exception=exception,
            definition_revision=definition,
            sla_revision=sla,
            score=self.score,
            offered_at=at,
            previous=passed_on,
        )
        step.made(handoff)
        if passed_on is not None:
            step.end_clocks(at, Clock.Outcome.PASSED_ON, passed_on.clocks)
        self._end_qualification(step, at, "handed_over")
        self.stage, self.handoff, self.wake_on = self.Stage.HANDED_OVER, handoff, None
        self.owner = by
        self.line = memo.strip()[:200] or self.line
        step.turn_clocks("handed_over", at=at, handoff=handoff, revision=sla)
        step.end("lead.handed_over", by=by, at=at, about=handoff, data={"to": chosen.person and chosen.person.pk})
        return handoff

    @transaction.atomic
    def recycle(self, *, by, at, look_again_on, why=""):
        """Back to nurturing, to be looked at again on a day."""
        if not permissions.can_recycle(by, self):
            raise Refusal(_("Only the four teams can move leads."), status=403)
        stages = {
            self.Stage.WORKING,
            self.Stage.OPPORTUNITY,
            self.Stage.LOST,
            self.Stage.NURTURING,
            self.Stage.DISQUALIFIED,
        }
        step = Step(self, stages=stages)
        if look_again_on <= timezone.localdate(at):
            raise Refusal(_("Choose a day after today to look at this lead again."), status=422)
        self._end_qualification(step, at, "lapsed")
        # A reply to a return is still owed, whenever the lead is looked at again.
        step.end_clocks(at, Clock.Outcome.ENDED, self.clocks.exclude(commitment__key="reply"))
        self._drop_open_opportunity(step, at)
        self.stage, self.wake_on, self.next_on = self.Stage.NURTURING, look_again_on, None
        self.line = why[:200] or self.line
        return step.end("lead.recycled", by=by, at=at, data={"why": why})

    @transaction.atomic
    def reassign(self, *, to, by, at, why):
        """Another carrier, same clocks, same due times; the clocks' unit follows the carrier."""
        if not (by is None or permissions.can_reassign(by, self)):
            raise Refusal(_("Reassigning is for managers."), status=403)
        if not why.strip():
            raise Refusal(_("Say in a word why the lead changes hands."), status=422)
        if not to.can_work(timezone.localdate(at)):
            raise Refusal(_("%(name)s is away or no longer here. Choose somebody else.") % {"name": to}, status=422)
        step = Step(self)
        if self.stage == self.Stage.HANDED_OVER:
            step.keep(self.handoff, "receiver_id", "receiving_unit_id", "routing")
            self.handoff.receiver, self.handoff.receiving_unit = to, to.unit
            self.handoff.routing = {"why": "reassigned"}
            self.handoff.save(update_fields=["receiver", "receiving_unit", "routing"])
        else:
            self.owner = to
        self._move_clocks(step, to.unit, at)
        return step.end("lead.reassigned", by=by, at=at, data={"to": to.pk, "why": why.strip()})

    def _move_clocks(self, step, unit, at):
        """Who carries the lead holds its promises; the reply stays with the team that sent it."""
        for clock in self.clocks.running().exclude(commitment__key="reply").select_related("commitment", "calendar"):
            clock.breach_if_late(at)
            step.keep(clock, "unit_id")
            clock.unit = unit
            clock.save(update_fields=["unit"])

    def _check_ready(self, definition, sla, *, memo, exception):
        missing = self.unmet(definition, memo=memo)
        if exception and exception not in {one["code"] for one in self.exceptions(definition)}:
            raise Refusal(_("This exception is not one that the lead definition names."), status=422)
        if missing and not exception:
            words = self.clause_words(definition, missing)
            raise Refusal(_("The lead definition is not met yet: %(clauses)s.") % {"clauses": words}, status=422)
        at_least = sla.parameters.get("memo_min", 0) if sla else 0
        if len(memo.strip()) < at_least:
            raise Refusal(
                _("Write a memo of at least %(n)d characters for the receiver.") % {"n": at_least}, status=422
            )

    def _receiver(self, to, by, at):
        chosen = Rotation.choose(to, at, but=by) if isinstance(to, OrgUnit) else Rotation.named(to, at)
        if chosen.person is not None and chosen.person.pk == by.pk:
            raise Refusal(_("Choose somebody else: a hand-off goes from one person to another."), status=422)
        return chosen

    def _end_qualification(self, step, at, how):
        qualification = self.qualifications.filter(until=None).first()
        if qualification is None:
            return
        step.keep(qualification, "until", "end")
        qualification.until, qualification.end = at, how
        qualification.save(update_fields=["until", "end"])
        step.end_clocks(at, None if how == "handed_over" else Clock.Outcome.ENDED, qualification.clocks)

    def _drop_open_opportunity(self, step, at):
        opportunity = self.opportunities.open().first()
        if opportunity is None:
            return
        step.keep(opportunity, "removed_at")
        opportunity.removed_at = at
        opportunity.save(update_fields=["removed_at"])
        self.amount = None
