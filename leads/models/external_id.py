from django.db import models
from django.utils.translation import gettext_lazy as _


class ExternalId(models.Model):
    """The id a lead has in an external system (連携元); a lead may have one in each."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(_("system"), max_length=40)
    value = models.CharField(_("id"), max_length=100)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [models.UniqueConstraint(name="one_lead_per_external_id", fields=["system", "value"])]

    def __str__(self):
        return f"{self.system}:{self.value}"
