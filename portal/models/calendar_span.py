from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal import calendar_spec
from portal.models.minute_field import MinuteOfDayField


class CalendarSpan(models.Model):
    """Opening hours on a weekday; two of them leave a lunch break, one may run past midnight."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    calendar = models.ForeignKey(
        "portal.BusinessCalendar", verbose_name=_("business calendar"), on_delete=models.CASCADE, related_name="spans"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = MinuteOfDayField(_("opens"), help_text=_("Such as 09:00."))
    closes = MinuteOfDayField(_("closes"), help_text=_("Such as 18:00; past midnight 24:00 and later, 30:00 is 6 a.m."))

    history = HistoricalRecords()

    is_alone = True  # False where the whole week is being typed at once: then what is stored does not count

    class Meta:
        ordering = ["calendar", "weekday", "opens"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(name="calendar_span_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="calendar_span_closes_after_it_opens",
                condition=Q(opens__lt=1440, closes__gt=F("opens"), closes__lte=2880),
            ),
            models.UniqueConstraint(name="calendar_span_once", fields=["calendar", "weekday", "opens"]),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.text}"

    @property
    def text(self):
        return f"{calendar_spec.text_of(self.opens)}-{calendar_spec.text_of(self.closes)}"

    def clean(self):
        if None in (self.opens, self.closes):
            return
        others = CalendarSpan.objects.filter(calendar_id=self.calendar_id, weekday=self.weekday).exclude(pk=self.pk)
        try:
            calendar_spec.check_hours([(self.opens, self.closes)])
            if self.is_alone:
                calendar_spec.check_hours([(self.opens, self.closes), *others.values_list("opens", "closes")])
        except calendar_spec.SpecError as error:
            raise ValidationError({"closes": str(error)}) from error
