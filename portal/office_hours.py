"""When a person is at work: the company's business hours on the clock of where they are."""

import dataclasses

from portal.models import BusinessCalendar
from portal.opening_hours import Calendar

SLUG = "business-hours"

_offices: dict[tuple[str, str], Calendar] = {}  # by digest and zone: what a digest says never changes


class Offices:
    """Looks the company's hours up once, for any number of people."""

    def __init__(self):
        self.calendar = BusinessCalendar.objects.filter(slug=SLUG).first()

    def next_open(self, person, at):
        """The instant itself where the person is at work, else when their office opens next."""
        if self.calendar is None:
            return at
        opens, _closes = next(self._of(person).stretches(at))
        return opens

    def _of(self, person):
        key = (self.calendar.digest, person.time_zone)
        if key not in _offices:
            _offices[key] = dataclasses.replace(self.calendar.engine(), tz=person.zone)
        return _offices[key]
