from django.db import models
from django.utils.translation import gettext_lazy as _


class Note(models.Model):
    """What a colleague wrote about a lead; whoever is mentioned is told."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=4000)
    by = models.ForeignKey(
        "portal.Person", verbose_name=_("who"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    mentions = models.ManyToManyField("portal.Person", blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self):
        return self.text[:40]


class Thanks(models.Model):
    """A thank-you in one tap, to somebody who carried a lead."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="thanks")
    to = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="thanks_received")
    by = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="thanks_given")
    at = models.DateTimeField()
    line = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("thanks")
        verbose_name_plural = _("thanks")
        constraints = [
            models.UniqueConstraint(name="thanked_once_per_lead", fields=["lead", "to", "by"]),
            models.CheckConstraint(name="thanks_go_to_somebody_else", condition=~models.Q(to=models.F("by"))),
        ]

    def __str__(self):
        return f"{self.by_id} → {self.to_id}"
