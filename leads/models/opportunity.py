from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OpportunityQuerySet(models.QuerySet):
    def present(self):
        return self.filter(removed_at=None)

    def open(self):
        return self.present().filter(state=Opportunity.State.OPEN)


class Opportunity(models.Model):
    """A deal that may be won. An amount of None means "not known", which is not zero."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    lead = models.ForeignKey(
        "leads.Lead", verbose_name=_("lead"), on_delete=models.PROTECT, related_name="opportunities"
    )
    company = models.ForeignKey(
        "leads.Company",
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    handoff = models.ForeignKey(
        "leads.Handoff",
        verbose_name=_("hand-off"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    owner = models.ForeignKey(
        "portal.Person",
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    amount = models.BigIntegerField(_("amount (yen)"), null=True, blank=True)
    likelihood = models.PositiveSmallIntegerField(_("likelihood (%)"), null=True, blank=True)
    expected_close_on = models.DateField(_("expected close"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reasons = models.ManyToManyField("leads.Reason", verbose_name=_("reasons"), blank=True, related_name="+")
    reason_note = models.TextField(_("in their words"), blank=True)
    external_key = models.CharField(_("external id"), max_length=150, blank=True, default="")
    recorded_at = models.DateTimeField(_("known since"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [models.Index(name="opportunity_closed", fields=["state", "closed_on"])]
        constraints = [
            models.CheckConstraint(
                name="opportunity_is_closed_with_a_day",
                condition=Q(state="open", closed_on=None, closed_at=None)
                | ~Q(state="open") & Q(closed_on__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="opportunity_amount_is_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="likelihood_is_a_percentage", condition=Q(likelihood=None) | Q(likelihood__lte=100)
            ),
            models.UniqueConstraint(
                name="one_opportunity_per_external_key",
                fields=["external_key"],
                condition=~Q(external_key="") & Q(removed_at=None),
            ),
            models.UniqueConstraint(
                name="one_open_opportunity_per_lead", fields=["lead"], condition=Q(state="open", removed_at=None)
            ),
        ]

    def __str__(self):
        return self.name or str(self.company or self.lead)


class JoinedLead(models.Model):
    """That a further lead belongs to an opportunity somebody else of the company opened."""

    opportunity = models.ForeignKey("leads.Opportunity", on_delete=models.CASCADE, related_name="joined")
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="joined")
    by = models.ForeignKey("portal.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_lead_joins_once", fields=["opportunity", "lead"])]

    def __str__(self):
        return f"{self.lead_id} → {self.opportunity_id}"
