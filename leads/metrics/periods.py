import dataclasses
import datetime
import zoneinfo

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.models import CompanySettings


@dataclasses.dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included, in the company's time zone; None leaves a side open."""

    first: datetime.date | None = None
    last: datetime.date | None = None
    zone: zoneinfo.ZoneInfo | None = None

    def __post_init__(self):
        if self.first and self.last and self.last < self.first:
            raise ValueError(_("The period ends before it begins."))
        if self.zone is None:
            object.__setattr__(self, "zone", company_zone())

    @property
    def since(self):
        """The first instant of the period, or None."""
        return self.midnight(self.first) if self.first else None

    @property
    def until(self):
        """The first instant after the period, or None."""
        return self.midnight(self.last + datetime.timedelta(days=1)) if self.last else None

    def midnight(self, day):
        return datetime.datetime.combine(day, datetime.time(), tzinfo=self.zone)


def company_zone():
    """The zone in which the company's days begin; kept for a minute, it changes once in years."""
    return zoneinfo.ZoneInfo(cache.get_or_set("company-zone", lambda: CompanySettings.load().time_zone, timeout=60))


def months(first, last):
    """The first days of the months from one day's to another's."""
    days = [first.replace(day=1)]
    while (following := _next_month(days[-1])) <= last:
        days.append(following)
    return days


def _next_month(day):
    return (day + datetime.timedelta(days=31)).replace(day=1)
