import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal import calendar_spec


class CalendarDay(models.Model):
    """A date, or a day of every year, on which the company's hours differ from the weekday's."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("Closed")
        EXTRA = "extra", _("Extra working day")
        HALF = "half", _("Half day or other hours")

    calendar = models.ForeignKey(
        "portal.BusinessCalendar", verbose_name=_("business calendar"), on_delete=models.CASCADE, related_name="days"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CLOSED)
    on = models.DateField(_("date"), null=True, blank=True)
    yearly = models.CharField(
        _("every year on"), max_length=5, blank=True, help_text=_("Month and day, such as 12-29.")
    )
    hours = models.CharField(
        _("hours"), max_length=100, blank=True, help_text=_("Such as 09:00-12:00, several separated by commas.")
    )
    name = models.CharField(_("name"), max_length=60, blank=True, help_text=_("Shown where a due time is explained."))
    name_en = models.CharField(_("English name"), max_length=60, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["calendar", "on", "yearly"]
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.CheckConstraint(
                name="calendar_day_is_a_date_or_yearly",
                condition=Q(on__isnull=True) & ~Q(yearly="") | Q(on__isnull=False, yearly=""),
            ),
            models.CheckConstraint(
                name="calendar_day_has_hours_unless_closed",
                condition=Q(kind="closed", hours="") | ~Q(kind="closed") & ~Q(hours=""),
            ),
            models.CheckConstraint(
                name="calendar_extra_day_is_a_date", condition=~Q(kind="extra") | Q(on__isnull=False)
            ),
            models.UniqueConstraint(name="calendar_date_once", fields=["calendar", "on"]),
            models.UniqueConstraint(
                name="calendar_yearly_day_once", fields=["calendar", "yearly"], condition=~Q(yearly="")
            ),
        ]

    def __str__(self):
        return f"{self.on or self.yearly} {self.name}".strip()

    def clean(self):
        if bool(self.on) == bool(self.yearly):
            raise ValidationError(_("Give either a date or a day of every year."))
        if self.kind == self.Kind.EXTRA and not self.on:
            raise ValidationError({"on": _("An extra working day is one date.")})
        if self.kind == self.Kind.CLOSED and self.hours:
            raise ValidationError({"hours": _("A closed day has no hours.")})
        if self.kind != self.Kind.CLOSED and not self.hours:
            raise ValidationError({"hours": _("Say from when to when this day is open.")})
        self._clean_yearly()
        self._clean_hours()

    def as_spec(self):
        """Key, day and value in the form of portal.calendar_spec."""
        value = {"name": self.name, "name_en": self.name_en}
        if self.kind != self.Kind.CLOSED:
            value["hours"] = self._texts()
        key = {self.Kind.CLOSED: "closed", self.Kind.EXTRA: "extra", self.Kind.HALF: "special"}[self.Kind(self.kind)]
        return (key, self.on.isoformat(), value) if self.on else (f"{key}_yearly", self.yearly, value)

    def _clean_yearly(self):
        if not self.yearly:
            return
        try:
            calendar_spec.month_day(self.yearly)
        except calendar_spec.SpecError as error:
            raise ValidationError({"yearly": str(error)}) from error

    def _clean_hours(self):
        try:
            spans = calendar_spec.hours_of(self._texts())
        except calendar_spec.SpecError as error:
            raise ValidationError({"hours": str(error)}) from error
        self.hours = ", ".join(f"{calendar_spec.text_of(a)}-{calendar_spec.text_of(b)}" for a, b in spans)

    def _texts(self):
        return [text for text in re.split(r"[,、\s]+", unicodedata.normalize("NFKC", self.hours)) if text]
