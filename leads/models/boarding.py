"""How a lead stands on the board: its column, and when it next wants attention."""

import datetime

from django.db import models
from django.utils import timezone

from leads.models.clock import NEVER, Clock
from portal import fiscal
from portal.models import CompanySettings

WAKES_WITHIN = datetime.timedelta(days=14)


class Boarding(models.Model):
    class Meta:
        abstract = True

    def stand_on_board(self, at, *, running=None):
        """Derive column, attention and nearest clock from the facts; the caller saves.

        `running` are the lead's running clocks, where the caller has them already.

        Derived, but stored and indexed, so that a column of 100,000 costs what its first page costs.
        """
        self.board_column = self._column(at)
        self.attend_to(Clock.objects.nearest_of(self) if running is None else _nearest(running))

    def attend_to(self, clock):
        """Take a clock, or none, as the nearest; the caller saves."""
        self.next_clock = clock
        self.attention_at = self._attention_at()

    def _column(self, at):
        if self.removed_at is not None:
            return ""
        if self.stage == self.Stage.NURTURING:
            return self._nurturing_column(at)
        if self.stage == self.Stage.WON:
            return self.Column.WON if self._won_this_quarter(at) else ""
        same = {self.Stage.HANDED_OVER, self.Stage.WORKING, self.Stage.OPPORTUNITY}
        return self.Column(self.stage) if self.stage in same else ""

    def _nurturing_column(self, at):
        if self.qualifications.filter(until=None).exists():
            return self.Column.TO_HAND_OVER
        waits_for_reply = self.handoff_id is not None and self.handoff.waits_for_reply
        wakes_soon = self.wake_on is not None and self.wake_on <= (timezone.localdate(at) + WAKES_WITHIN)
        return self.Column.RETURNED if waits_for_reply or wakes_soon else ""

    def _won_this_quarter(self, at):
        won = self.opportunities.present().filter(state="won").order_by("-closed_on").first()
        return (
            won is not None
            and won.closed_on
            >= fiscal.quarter(timezone.localdate(at), CompanySettings.load().fiscal_year_starts_in).first
        )

    def _attention_at(self):
        if self.next_clock is not None and self.next_clock.due_at is not None:
            return self.next_clock.due_at
        day = self.wake_on if self.stage == self.Stage.NURTURING else self.next_on
        return morning(day) if day else NEVER


def _nearest(clocks):
    return min(clocks, key=lambda clock: (clock.due_at or NEVER, clock.pk), default=None)


def morning(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
