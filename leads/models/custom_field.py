import datetime
import decimal

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.named import Named


class CustomField(Named):
    """A field an administrator adds to leads or companies; its values live in their `custom`."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")

    class On(models.TextChoices):
        LEAD = "lead", _("Lead")
        COMPANY = "company", _("Company")

    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9_]*$", _("Use small letters, digits and underscores, a letter first."))
        ],
    )
    on = models.CharField(_("on"), max_length=10, choices=On.choices, default=On.LEAD)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["on", "position", "name"]
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [models.UniqueConstraint(name="one_custom_field_per_code", fields=["on", "code"])]

    def clean(self):
        if self.kind == self.Kind.CHOICE and not self.choices:
            raise ValidationError({"choices": _("Name at least one choice.")})

    def read(self, text):
        """The stored form of what was typed: str, a number as str, an ISO date; ValueError if it is none."""
        text = text.strip()
        if not text:
            return ""
        if self.kind == self.Kind.NUMBER:
            try:
                return str(decimal.Decimal(text.replace(",", "")))
            except decimal.InvalidOperation as error:
                raise ValueError(text) from error
        if self.kind == self.Kind.DATE:
            return datetime.date.fromisoformat(text).isoformat()
        if self.kind == self.Kind.CHOICE and text not in self.choices:
            raise ValueError(text)
        return text
