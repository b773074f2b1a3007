from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.named import Named


class Agreement(Named):
    """A document both sides sign and the portal runs: a lead definition, or the SLA that belongs to one."""

    class Kind(models.TextChoices):
        DEFINITION = "definition", _("Lead definition")
        SLA = "sla", _("Service level agreement")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    slug = models.SlugField(_("code"), unique=True)
    definition = models.OneToOneField(
        "self", verbose_name=_("lead definition"), null=True, blank=True, on_delete=models.PROTECT, related_name="sla"
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                name="an_sla_belongs_to_a_definition",
                condition=Q(kind="definition", definition=None) | Q(kind="sla", definition__isnull=False),
            )
        ]

    def in_force(self, at):
        """The revision that runs at an instant, or None."""
        return self.revisions.in_force(at).first()


class LeadDefinitionManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Agreement.Kind.DEFINITION)


class LeadDefinition(Agreement):
    """What makes a lead one that Sales should call."""

    objects = LeadDefinitionManager()

    class Meta:
        proxy = True
        verbose_name = _("lead definition")
        verbose_name_plural = _("lead definitions")


class SlaManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Agreement.Kind.SLA)


class ServiceLevelAgreement(Agreement):
    """What both sides promise each other about leads of one definition."""

    objects = SlaManager()

    class Meta:
        proxy = True
        verbose_name = _("service level agreement")
        verbose_name_plural = _("service level agreements")


class RevisionQuerySet(models.QuerySet):
    def in_force(self, at):
        """The latest that has come into force by then, first."""
        return self.filter(in_force_from__lte=at).order_by("-in_force_from")


class Revision(models.Model):
    """One version of an agreement, with the parameters the portal runs.

    A definition's parameters: {"clauses": [clause, …]}, all of which must hold (the kinds of clause
    stand in `leads.definition`), and {"exceptions": [{"code", "name", "name_en"}, …]}, one of which may
    be named instead. An SLA's: {"memo_min": characters, "return_line": bool}; its times
    are `Commitment` rows.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        SIGNED = "signed", _("Signed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    agreement = models.ForeignKey(
        "leads.Agreement", verbose_name=_("agreement"), on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("revision"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    provisional = models.BooleanField(_("provisional"), default=False)
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["agreement", "-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(name="one_revision_per_number", fields=["agreement", "number"]),
            models.UniqueConstraint(name="one_revision_in_force_at_a_time", fields=["agreement", "in_force_from"]),
            models.CheckConstraint(
                name="only_signed_or_provisional_runs",
                condition=Q(in_force_from=None) | Q(state="signed") | Q(provisional=True),
            ),
        ]

    def __str__(self):
        return f"{self.agreement} {self.number}"


class Commitment(models.Model):
    """A promise of one side: a response from one event to another within counted time on a calendar."""

    class Kind(models.TextChoices):
        RESPONSE = "response", _("Response")
        COMPLETENESS = "completeness", _("Completeness")
        VOLUME = "volume", _("Volume")

    class Key(models.TextChoices):
        HAND_OVER = "hand_over", _("Hand over")
        ANSWER = "answer", _("Answer")
        CONTACT = "contact", _("First contact")
        RESULT = "result", _("Result")
        REPLY = "reply", _("Reply to a return")
        COMPLETENESS = "completeness", _("Complete information")

    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing and inside sales")
        SALES = "sales", _("Sales and customer success")

    class Mode(models.TextChoices):
        BUSINESS = "business", _("Business hours")
        CLOCK = "clock", _("Clock hours")

    class Event(models.TextChoices):
        QUALIFIED = "qualified", _("Qualified")
        HANDED_OVER = "handed_over", _("Handed over")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        CONTACTED = "contacted", _("Contact recorded")
        RESULT = "result", _("Result recorded")
        REPLIED = "replied", _("Replied")

    revision = models.ForeignKey("leads.Revision", on_delete=models.PROTECT, related_name="commitments")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.RESPONSE)
    key = models.CharField(_("promise"), max_length=12, choices=Key.choices)
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    from_event = models.CharField(_("runs from"), max_length=12, choices=Event.choices, blank=True)
    until_events = models.JSONField(_("until"), default=list, blank=True)
    minutes = models.PositiveIntegerField(_("time (minutes)"), null=True, blank=True)
    mode = models.CharField(_("counts"), max_length=10, choices=Mode.choices, default=Mode.BUSINESS)
    calendar = models.ForeignKey(
        "portal.BusinessCalendar",
        verbose_name=_("calendar"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    warn_minutes = models.PositiveIntegerField(_("warn before (minutes)"), default=60)
    goal_percent = models.PositiveSmallIntegerField(_("agreed share (%)"), default=90)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["revision", "position", "pk"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            models.UniqueConstraint(name="one_commitment_per_promise", fields=["revision", "key"]),
            models.CheckConstraint(
                name="a_response_names_events_time_and_calendar",
                condition=~Q(kind="response")
                | (Q(minutes__gt=0, calendar__isnull=False) & ~Q(from_event="") & ~Q(until_events=[])),
            ),
        ]

    def __str__(self):
        return str(self.get_key_display())


class Reason(Named):
    """One of the agreed answers to "why": for a return, a loss, a disqualification, what was good."""

    class Kind(models.TextChoices):
        RETURN = "return", _("Return")
        GOOD_POINT = "good_point", _("What was good")
        NURTURE = "nurture", _("Nurture on")
        DISQUALIFY = "disqualify", _("Disqualify")
        LOSS = "loss", _("Loss")
        WITHDRAW = "withdraw", _("Withdraw")

    revision = models.ForeignKey("leads.Revision", on_delete=models.PROTECT, related_name="reasons")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    code = models.SlugField(_("code"), max_length=40)
    clause = models.CharField(_("clause of the definition"), max_length=40, blank=True)
    needs_line = models.BooleanField(_("asks for a line"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["kind", "position", "pk"]
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints = [models.UniqueConstraint(name="one_reason_per_code", fields=["revision", "kind", "code"])]
