from django.db import models
from django.utils.translation import gettext_lazy as _


class Activity(models.Model):
    """What a lead did, or what was done with them: a page read, a card exchanged, a call."""

    class Kind(models.TextChoices):
        PAGE = "page", _("Page viewed")
        PRICING = "pricing", _("Pricing page viewed")
        DOWNLOAD = "download", _("Document downloaded")
        CASE = "case", _("Case study downloaded")
        FORM = "form", _("Inquiry sent")
        MAIL_OPENED = "mail_opened", _("Mail opened")
        MAIL = "mail", _("Mail exchanged")
        SEMINAR = "seminar", _("Seminar attended")
        EXHIBITION = "exhibition", _("Card exchanged at an exhibition")
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        IMPORTED = "imported", _("Came in with a file")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        ABSENT = "absent", _("Not there")
        SCHEDULING = "scheduling", _("Arranging a date")
        MESSAGE = "message", _("Left a message")

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="activities", db_index=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    at = models.DateTimeField(_("at"))
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True, default="")
    campaign = models.ForeignKey(
        "leads.Campaign",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
    )
    by = models.ForeignKey(
        "portal.Person",
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    external_key = models.CharField(max_length=150, blank=True, default="")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [models.Index(name="activity_of_lead", fields=["lead", "-at", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="one_activity_per_external_key",
                fields=["lead", "external_key"],
                condition=~models.Q(external_key=""),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.detail}".strip()
