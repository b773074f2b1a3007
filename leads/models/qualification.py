from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Qualification(models.Model):
    """That a lead meets a definition's revision, from when to when."""

    class End(models.TextChoices):
        HANDED_OVER = "handed_over", _("Handed over")
        LAPSED = "lapsed", _("No longer met")
        DISQUALIFIED = "disqualified", _("Disqualified")
        UNDONE = "undone", _("Taken back")

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="qualifications")
    revision = models.ForeignKey("leads.Revision", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=12, choices=End.choices, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        constraints = [
            models.UniqueConstraint(name="one_open_qualification_per_lead", fields=["lead"], condition=Q(until=None)),
            models.CheckConstraint(
                name="a_qualification_ends_somehow",
                condition=Q(until=None, end="") | Q(until__isnull=False) & ~Q(end=""),
            ),
        ]

    def __str__(self):
        return f"{self.lead_id} {self.since:%Y-%m-%d}"
