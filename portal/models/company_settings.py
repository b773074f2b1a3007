from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class CompanySettings(models.Model):
    """What holds for the whole company: one row."""

    name = models.CharField(_("company name"), max_length=100, default="")
    fiscal_year_starts_in = models.PositiveSmallIntegerField(
        _("month the fiscal year starts in"), default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Tokyo")
    is_demo = models.BooleanField(_("holds the demo company"), default=False, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("company settings")
        verbose_name_plural = _("company settings")
        constraints = [models.CheckConstraint(name="company_settings_is_one_row", condition=models.Q(pk=1))]

    def __str__(self):
        return self.name or str(_("company settings"))

    @classmethod
    def load(cls):
        """The one row, made with its defaults where it does not exist yet."""
        return cls.objects.get_or_create(pk=1)[0]
