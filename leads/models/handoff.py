from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import permissions
from leads.models.verb import Step
from portal.models.entry import name_of
from portal.refusals import Refusal


class HandoffQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(state=Handoff.State.OFFERED)

    def waiting_for(self, person):
        """What this person can answer: offered to them, or to their team."""
        return self.offered().filter(
            Q(receiver=person) | Q(receiving_unit__isnull=False, receiving_unit=person.unit_id)
        )

    def waiting_for_reply(self):
        return self.filter(state=Handoff.State.RETURNED, reply="")

    def for_card(self):
        return self.select_related("lead__company", "sender", "receiver", "receiving_unit", "answered_by")


class Handoff(models.Model):
    """One attempt to pass a lead on, from the person who warmed it to the one who will sell to it."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Reply(models.TextChoices):
        AGREE = "agree", _("Agree")
        DISPUTE = "dispute", _("See it differently")

    lead = models.ForeignKey("leads.Lead", verbose_name=_("lead"), on_delete=models.PROTECT, related_name="handoffs")
    sender = models.ForeignKey(
        "portal.Person", verbose_name=_("sender"), on_delete=models.PROTECT, related_name="handoffs_sent"
    )
    sending_unit = models.ForeignKey(
        "portal.OrgUnit",
        verbose_name=_("sending unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    receiver = models.ForeignKey(
        "portal.Person",
        verbose_name=_("receiver"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handoffs_received",
    )
    receiving_unit = models.ForeignKey(
        "portal.OrgUnit",
        verbose_name=_("receiving unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    routing = models.JSONField(_("why this receiver"), default=dict, blank=True)
    memo = models.TextField(_("memo"), max_length=2000, blank=True)
    exception = models.CharField(_("exception"), max_length=200, blank=True)
    definition_revision = models.ForeignKey(
        "leads.Revision",
        verbose_name=_("lead definition"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sla_revision = models.ForeignKey(
        "leads.Revision",
        verbose_name=_("service level agreement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    score = models.IntegerField(_("score then"), null=True, blank=True)
    previous = models.ForeignKey(
        "self", verbose_name=_("hand-off before"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField(_("offered at"))
    answered_by = models.ForeignKey(
        "portal.Person",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    resulted_at = models.DateTimeField(_("result at"), null=True, blank=True)
    quality = models.PositiveSmallIntegerField(_("how good the lead was"), null=True, blank=True)
    return_reason = models.ForeignKey(
        "leads.Reason", verbose_name=_("reason"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    good_points = models.ManyToManyField("leads.Reason", verbose_name=_("what was good"), blank=True, related_name="+")
    line = models.TextField(_("a line"), max_length=400, blank=True)
    try_again_on = models.DateField(_("try again on"), null=True, blank=True)
    reply = models.CharField(_("reply"), max_length=10, choices=Reply.choices, blank=True)
    reply_line = models.TextField(_("reply line"), max_length=400, blank=True)
    replied_by = models.ForeignKey(
        "portal.Person", verbose_name=_("replied by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "-id"]
        verbose_name = _("hand-off")
        verbose_name_plural = _("hand-offs")
        indexes = [
            models.Index(name="handoff_cohort", fields=["offered_at"]),
            models.Index(
                name="handoff_open_return",
                fields=["sending_unit", "sender"],
                condition=Q(state="returned", settled_at=None),
            ),
            models.Index(name="handoff_waiting", fields=["receiving_unit", "receiver"], condition=Q(state="offered")),
        ]
        constraints = [
            models.CheckConstraint(
                name="handoff_answer_is_signed",
                condition=Q(state="offered", answered_by=None, answered_at=None)
                | ~Q(state="offered") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.UniqueConstraint(name="one_offered_handoff_per_lead", fields=["lead"], condition=Q(state="offered")),
            models.CheckConstraint(
                name="a_return_has_a_reason", condition=~Q(state="returned") | Q(return_reason__isnull=False)
            ),
            models.CheckConstraint(
                name="handoff_reply_is_signed",
                condition=Q(reply="", replied_by=None, replied_at=None)
                | ~Q(reply="") & Q(replied_by__isnull=False, replied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="handoff_goes_to_somebody", condition=Q(receiver__isnull=False) | Q(receiving_unit__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.lead} → {self.receiver or self.receiving_unit}"

    @property
    def waits_for_reply(self):
        return self.state == self.State.RETURNED and (not self.reply or self.is_disputed)

    @property
    def is_disputed(self):
        """A disagreement stays open until both sides have talked."""
        return self.reply == self.Reply.DISPUTE and self.settled_at is None

    @transaction.atomic
    def accept(self, *, by, at):
        """The receiver takes the lead on; from here it is theirs."""
        step = self._answer(self.State.ACCEPTED, by=by, at=at)
        lead = self.lead
        lead.stage, lead.owner = lead.Stage.WORKING, by
        step.turn_clocks("accepted", at=at, handoff=self, revision=self.sla_revision)
        return step.end("handoff.accepted", by=by, at=at, about=self)

    @transaction.atomic
    def return_to_sender(self, *, by, at, reason, good_points=(), line="", try_again_on=None):
        """Back to the sender with a reason, what was good, and what would make it work."""
        self._check_return(reason, good_points, line, try_again_on, at)
        found = {"return_reason": reason, "line": line.strip(), "try_again_on": try_again_on}
        step = self._answer(self.State.RETURNED, by=by, at=at, **found)
        step.keep_set(self, "good_points")
        self.good_points.set(good_points)
        lead = self.lead
        lead.stage, lead.owner, lead.wake_on = lead.Stage.NURTURING, self._home(at), try_again_on
        lead.line = line.strip()[:200] or reason.name
        step.turn_clocks("returned", at=at, handoff=self, revision=self.sla_revision)
        return step.end("handoff.returned", by=by, at=at, about=self, data={"reason": reason.code})

    @transaction.atomic
    def withdraw(self, *, by, at, why):
        """The sender takes the offer back; no clock is breached by it."""
        if not permissions.can_withdraw(by, self):
            raise Refusal(_("Only the sender can withdraw this hand-off."), status=403)
        if not why.strip():
            raise Refusal(_("Say in a word why you take it back."), status=422)
        step = self._claim(self._step(), self.State.WITHDRAWN, by=by, at=at, line=why.strip())
        step.end_clocks(at, "ended", self.clocks)
        lead = self.lead
        lead.stage, lead.owner = lead.Stage.NURTURING, self.sender
        lead.requalify(step, at)
        return step.end("handoff.withdrawn", by=by, at=at, about=self, data={"why": why.strip()})

    @transaction.atomic
    def answer_return(self, *, by, at, reply, line=""):
        """The sender's side replies to a return: agree, or disagree with a line. (The verb `reply`.)"""
        if not permissions.can_reply(by, self):
            raise Refusal(_("The sender's team replies to a return."), status=403)
        if reply == self.Reply.DISPUTE and not line.strip():
            raise Refusal(_("Write a line on what you see differently."), status=422)
        step = self._step()
        step.keep(self, "reply", "replied_by_id", "replied_at", "reply_line", "settled_at")
        settled = at if reply == self.Reply.AGREE else None
        claimed = (
            Handoff.objects.waiting_for_reply()
            .filter(pk=self.pk)
            .update(reply=reply, reply_line=line.strip(), replied_by=by, replied_at=at, settled_at=settled)
        )
        self.refresh_from_db(fields=["state", "reply", "replied_by", "replied_at", "reply_line", "settled_at"])
        if not claimed:
            raise Refusal(_("This return has already been replied to."))
        step.turn_clocks("replied", at=at, handoff=self, revision=self.sla_revision)
        return step.end("handoff.replied", by=by, at=at, about=self, data={"reply": reply})

    @transaction.atomic
    def settle(self, *, by, at, line=""):
        """Both sides have talked about a disagreement; it is closed."""
        if not permissions.can_settle(by, self):
            raise Refusal(_("Those who disagreed, or their managers, settle it."), status=403)
        step = self._step()
        if not self.is_disputed:
            raise Refusal(_("There is no open disagreement about this return."))
        step.keep(self, "settled_at")
        self.settled_at = at
        self.save(update_fields=["settled_at"])
        return step.end("handoff.settled", by=by, at=at, about=self, data={"line": line})

    def _check_return(self, reason, good_points, line, try_again_on, at):
        if reason.kind != reason.Kind.RETURN:
            raise ValueError(reason.kind)
        asked = self.sla_revision
        if asked is not None and not good_points and asked.reasons.filter(kind=reason.Kind.GOOD_POINT).exists():
            raise Refusal(_("Choose at least one thing that was good about this lead."), status=422)
        if (reason.needs_line or (asked and asked.parameters.get("return_line"))) and not line.strip():
            raise Refusal(_("Write a line on what would make this lead work."), status=422)
        if try_again_on is not None and try_again_on <= timezone.localdate(at):
            raise Refusal(_("Choose a day after today for the next try."), status=422)

    def _answer(self, state, *, by, at, **fields):
        step = self._step()
        if not permissions.can_answer(by, self):
            raise Refusal(_("Only the receiver or their team can answer this hand-off."), status=403)
        return self._claim(step, state, by=by, at=at, **fields)

    def _claim(self, step, state, *, by, at, **fields):
        """One UPDATE both checks and claims: of two people clicking at once, one is refused and told who was faster."""
        claimed = (
            Handoff.objects.offered().filter(pk=self.pk).update(state=state, answered_by=by, answered_at=at, **fields)
        )
        if not claimed:
            self.refresh_from_db(fields=["state", "answered_by", "answered_at"])
            raise Refusal(
                _("%(name)s has already answered: %(state)s.")
                % {"name": self.answered_by, "state": self.get_state_display()}
            )
        for name, value in {"state": state, "answered_by": by, "answered_at": at, **fields}.items():
            setattr(self, name, value)
        cleared = {
            "return_reason": ("return_reason_id", None),
            "line": ("line", ""),
            "try_again_on": ("try_again_on", None),
        }
        step.before[name_of(self)] = {"state": self.State.OFFERED, "answered_by_id": None, "answered_at": None} | dict(
            cleared[name] for name in fields
        )
        return step

    def _step(self):
        """Lock the lead first, as every verb does, so that no two of them wait for each other; then look again."""
        step = Step(self.lead)
        self.refresh_from_db(fields=["state", "receiver", "receiving_unit", "reply", "settled_at"])
        if self.lead.handoff_id == self.pk:
            self.lead.handoff = self
        return step

    def _home(self, at):
        """Whose the lead is after a return: the sender's; while they are away or gone their stand-in's, else their manager's."""
        day = timezone.localdate(at)
        candidates = [self.sender, self.sender.stand_in, self.sender.manager]
        return next((one for one in candidates if one is not None and one.can_work(day)), self.sender)
