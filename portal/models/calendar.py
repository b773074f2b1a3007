import datetime
import hashlib
import json

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal import calendar_spec, national_holidays, opening_hours
from portal.calendar_words import named
from portal.models.entry import Entry
from portal.opening_hours import Calendar, Name
from portal.refusals import Refusal

_engines: dict[str, Calendar] = {}  # by digest: what a digest says never changes


class BusinessCalendarQuerySet(models.QuerySet):
    @transaction.atomic
    def ship(self, *, at=None):
        """The two calendars that come with the portal, made where they are missing; safe to repeat."""
        for slug, name, name_en, closes, day_minutes in SHIPPED:
            calendar, is_new = self.get_or_create(
                slug=slug, defaults={"name": name, "name_en": name_en, "day_minutes": day_minutes}
            )
            if is_new:
                for weekday in range(5):
                    calendar.spans.create(weekday=weekday, opens=closes - day_minutes, closes=closes)
            if not calendar.version:
                calendar.publish(by=None, at=at or timezone.now())

    def next_day(self, after):
        """The next business day after a day, by the calendar of business hours; the next day where there is none."""
        calendar = self.filter(slug="business-hours").first()
        day = after + datetime.timedelta(days=1)
        if calendar is None or not calendar.version:
            return day
        opens, _closes = next(calendar.engine().stretches(opening_hours.instant(day, 0, calendar.engine().tz)))
        return opens.astimezone(calendar.engine().tz).date()


class BusinessCalendar(models.Model):
    """The hours in which promises count: weekly hours, national holidays, and the company's own days.

    The rows are a draft that administrators edit; clocks are judged by what was published, so
    an edit moves nothing until `publish` (a clock that must keep its hours asks for their version).
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Tokyo")
    national_holidays = models.BooleanField(_("closed on the national holidays of Japan"), default=True)
    day_minutes = models.PositiveSmallIntegerField(
        _("minutes of a business day"),
        default=540,
        validators=[MinValueValidator(1), MaxValueValidator(2880)],
        help_text=_("A promise of two business days is twice this many counted minutes."),
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = BusinessCalendarQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("business calendar")
        verbose_name_plural = _("business calendars")
        constraints = [
            models.CheckConstraint(name="calendar_day_has_minutes", condition=Q(day_minutes__gte=1)),
            models.CheckConstraint(
                name="calendar_version_has_a_digest",
                condition=Q(version=0, digest="") | Q(version__gt=0) & ~Q(digest=""),
            ),
        ]

    def __str__(self):
        return named(Name(self.name, self.name_en))

    def clean(self):
        try:
            calendar_spec.zone_of(self.time_zone)
        except calendar_spec.SpecError as error:
            raise ValidationError({"time_zone": str(error)}) from error

    @property
    def computed_from(self):
        """The first year whose holidays are a forecast; None where holidays do not matter."""
        return national_holidays.gazetted_until() + 1 if self.national_holidays else None

    @property
    def has_changes(self):
        """Rows were edited and not published yet."""
        return _digest(self.content()) != self.digest

    def engine(self, version=None):
        """The pure calendar of the published version, the current one unless another is asked for."""
        version = self.version if version is None else version
        if version == self.version and self.digest in _engines:
            return _engines[self.digest]
        published = self.versions.filter(number=version).first()
        if published is None:
            raise Refusal(_("%(calendar)s: these hours have not been published.") % {"calendar": self}, status=422)
        return published.engine()

    def content(self):
        """The rows as plain data (portal.calendar_spec)."""
        week: dict[str, list[str]] = {}
        for span in self.spans.order_by("weekday", "opens"):
            week.setdefault(str(span.weekday), []).append(span.text)
        content = {
            "tz": self.time_zone,
            "week": week,
            "holidays": "JP" if self.national_holidays else None,
            "day_minutes": self.day_minutes,
        }
        for day in self.days.order_by("on", "yearly"):
            key, when, value = day.as_spec()
            content.setdefault(key, {})[when] = value
        return content

    @transaction.atomic
    def publish(self, *, by, at):
        """Put the rows as they stand into force and return their version; the same rows make no new one.

        Raises ValidationError where the hours are impossible. Running clocks are not touched here.
        """
        held = BusinessCalendar.objects.select_for_update().get(pk=self.pk)
        content = held.content()
        held.check_content(content)
        digest = _digest(content)
        if digest != held.digest:
            held.versions.create(
                number=held.version + 1, content=content, digest=digest, published_by=by, published_at=at
            )
            held.version += 1
            held.digest = digest
            held.save(update_fields=["version", "digest"])
            Entry.record("calendar.published", held, by=by, at=at, data={"version": held.version})
        self.version, self.digest = held.version, held.digest
        return self.versions.get(number=self.version)

    def check_content(self, content):
        """Raises ValidationError with a sentence; also for hours at which the company never opens."""
        try:
            calendar_spec.read(content)
        except calendar_spec.SpecError as error:
            raise ValidationError(str(error)) from error
        if not content["week"] and not content.get("extra"):
            raise ValidationError(_("A calendar needs opening hours on at least one weekday."))


class CalendarVersion(models.Model):
    """The hours of a calendar as they were published once; what clocks are judged by."""

    calendar = models.ForeignKey(
        BusinessCalendar, verbose_name=_("business calendar"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("hours and days"))
    digest = models.CharField(max_length=64)
    published_by = models.ForeignKey(
        "portal.Person", verbose_name=_("published by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        ordering = ["calendar", "-number"]
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        constraints = [models.UniqueConstraint(name="calendar_version_once", fields=["calendar", "number"])]

    def __str__(self):
        return _("%(calendar)s, version %(number)s") % {"calendar": self.calendar, "number": self.number}

    def engine(self):
        """Built once a process: its days are kept, so clocks of one month share them."""
        if self.digest not in _engines:
            _engines[self.digest] = calendar_spec.read(self.content)
        return _engines[self.digest]


SHIPPED = [
    # slug, name, English name, closes, minutes of a day (Monday to Friday, national holidays closed)
    ("business-hours", "営業時間", "Business hours", 18 * 60, 9 * 60),
    ("business-days-24h", "営業日24時間", "Business days, 24 hours", 24 * 60, 24 * 60),
]


def _digest(content):
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
