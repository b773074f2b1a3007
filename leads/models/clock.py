import datetime
import functools

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import business_time
from portal.opening_hours import Timeline


class ClockQuerySet(models.QuerySet):
    def running(self):
        return self.filter(stopped_at=None)

    def due(self, at):
        """Unbreached running clocks whose due instant has passed; the instant itself is still on time."""
        return self.running().filter(breached_at=None, due_at__lt=at).order_by("due_at", "id")

    def nearest_of(self, lead):
        """The running clock of a lead that is due first; one that stands still comes last."""
        return self.running().filter(lead=lead).order_by(models.F("due_at").asc(nulls_last=True), "id").first()


class Clock(models.Model):
    """One promise running on one qualification or hand-off, from the event to the event its commitment names."""

    class Outcome(models.TextChoices):
        MET = "met", _("Kept")
        LATE = "late", _("After the due time")
        ENDED = "ended", _("Ended without verdict")
        PASSED_ON = "passed_on", _("Passed on")
        UNDONE = "undone", _("Taken back")

    lead = models.ForeignKey("leads.Lead", verbose_name=_("lead"), on_delete=models.CASCADE, related_name="clocks")
    commitment = models.ForeignKey(
        "leads.Commitment", verbose_name=_("commitment"), on_delete=models.PROTECT, related_name="clocks"
    )
    qualification = models.ForeignKey(
        "leads.Qualification",
        verbose_name=_("qualification"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="clocks",
    )
    handoff = models.ForeignKey(
        "leads.Handoff",
        verbose_name=_("hand-off"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="clocks",
    )
    calendar = models.ForeignKey(
        "portal.BusinessCalendar", verbose_name=_("calendar"), on_delete=models.PROTECT, related_name="+"
    )
    calendar_version = models.PositiveIntegerField(_("version of the calendar"))
    # [[version, until], …]: the hours it was judged by before it was moved to those of calendar_version.
    hours_before = models.JSONField(_("hours before"), default=list, blank=True, editable=False)
    unit = models.ForeignKey(
        "portal.OrgUnit", verbose_name=_("held by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started at"))
    target_minutes = models.PositiveIntegerField(_("target (minutes)"))
    granted_minutes = models.PositiveIntegerField(_("granted (minutes)"), default=0)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    warn_at = models.DateTimeField(_("warns at"), null=True, blank=True)
    warned_at = models.DateTimeField(_("warned at"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            models.Index(name="clock_due", fields=["due_at", "id"], condition=Q(stopped_at=None, breached_at=None)),
            models.Index(
                name="clock_to_warn",
                fields=["warn_at", "id"],
                condition=Q(stopped_at=None, warned_at=None, breached_at=None),
            ),
            models.Index(name="clock_verdicts", fields=["started_at", "commitment"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="clock_hangs_on_one_thing",
                condition=Q(qualification__isnull=False, handoff=None) | Q(qualification=None, handoff__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_stops_with_an_outcome",
                condition=Q(stopped_at=None, outcome="") | Q(stopped_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="clock_is_due_or_paused",
                condition=Q(stopped_at__isnull=False) | Q(due_at__isnull=False) | Q(paused_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.commitment} {self.lead_id}"

    @classmethod
    def start(cls, commitment, *, lead, at, unit_id, handoff=None, qualification=None):
        clock = cls(
            lead=lead,
            commitment=commitment,
            handoff=handoff,
            qualification=qualification,
            calendar=commitment.calendar,
            calendar_version=commitment.calendar.version,
            unit_id=unit_id,
            started_at=at,
            target_minutes=commitment.minutes,
        )
        clock._set_due(pauses=[])
        clock.save(force_insert=True)
        return clock

    @functools.cached_property
    def time_asked_for(self):
        """The request for more time that nobody has answered yet, or None."""
        return self.time_requests.filter(state="open").select_related("by").first()

    @property
    def minutes(self):
        """The target with what was granted on top, in counted minutes."""
        return self.target_minutes + self.granted_minutes

    def stop(self, at, outcome=None):
        """End it: on time up to the due instant itself, late after; or with a given outcome."""
        self.breach_if_late(at)
        if self.breached_at is not None:
            outcome = outcome or self.Outcome.LATE
        self.stopped_at = at
        self.outcome = outcome or self.Outcome.MET
        self._resume(at)
        self.save(update_fields=["stopped_at", "outcome", "paused_at"])

    def record_breach(self, at):
        """Record once that the due time passed, for the unit that held it; the Breach, or None if it stood already.

        One UPDATE both checks and claims, so two sweeps at once record one breach.
        """
        claimed = Clock.objects.filter(pk=self.pk, breached_at=None, due_at=self.due_at).update(breached_at=self.due_at)
        if not claimed:
            return None
        self.breached_at = self.due_at
        return Breach.objects.create(clock=self, unit=self.unit, due_at=self.due_at, found_at=at)

    def breach_if_late(self, at):
        """What is overdue stays so for the unit that held it, also where a verb comes before the sweep."""
        if self.breached_at is None and self.due_at is not None and at > self.due_at:
            self.record_breach(at)

    def pause(self, at, *, by, why, until=None):
        """Stop counting; there is no due time until it goes on."""
        self.breach_if_late(at)
        ClockPause.objects.create(clock=self, since=at, by=by, why=why, resumes_on=until)
        self.paused_at = at
        self.due_at = self.warn_at = None
        self.save(update_fields=["paused_at", "due_at", "warn_at"])

    def resume(self, at):
        self._resume(at)
        self._set_due(self.pause_spans())
        self.save(update_fields=["paused_at", "due_at", "warn_at"])

    def grant(self, minutes):
        """More counted time; the due time moves with it. A verdict that has fallen stands."""
        self.granted_minutes += minutes
        if self.paused_at is None:
            self._set_due(self.pause_spans())
        self.save(update_fields=["granted_minutes", "due_at", "warn_at"])

    def hours(self):
        """The opening hours it is judged by: those it started under, and from each move on those it was moved to."""
        current = self.calendar.engine(self.calendar_version)
        if not self.hours_before:
            return current
        engines = [*(self.calendar.engine(version) for version, _until in self.hours_before), current]
        moves = [datetime.datetime.fromisoformat(until) for _version, until in self.hours_before]
        return Timeline(engines[0], list(zip(moves, engines[1:], strict=True)))

    def move_to_hours(self, version, *, since, pauses):
        """Other opening hours count from an instant on, what has counted before is kept; the caller saves."""
        self.hours_before = [*self.hours_before, [self.calendar_version, since.isoformat()]]
        self.calendar_version = version
        self._set_due(pauses)

    def explanation(self):
        """The counted and skipped intervals under the due time; they sum exactly to the target."""
        return business_time.intervals(
            self.started_at, self.minutes, self.hours(), pauses=self.pause_spans(), mode=self.commitment.mode
        )

    def pause_spans(self):
        """[(from, to or None)] in the order they began."""
        return list(self.pauses.order_by("since").values_list("since", "until"))

    def _resume(self, at):
        if self.paused_at is not None:
            self.pauses.filter(until=None).update(until=at)
            self.paused_at = None

    def _set_due(self, pauses):
        hours = self.hours()
        counting = {"pauses": pauses, "mode": self.commitment.mode}
        self.due_at = business_time.due(self.started_at, self.minutes, hours, **counting)
        self.warn_at = business_time.warn_at(
            self.started_at, self.minutes, self.commitment.warn_minutes, hours, **counting
        )


class ClockPause(models.Model):
    """A stretch that does not count, and why."""

    clock = models.ForeignKey("leads.Clock", on_delete=models.CASCADE, related_name="pauses")
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"), null=True, blank=True)
    resumes_on = models.DateField(_("goes on"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)
    by = models.ForeignKey("portal.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["since", "id"]
        indexes = [models.Index(name="pause_over", fields=["resumes_on"], condition=Q(until=None))]
        constraints = [
            models.UniqueConstraint(name="one_open_pause_per_clock", fields=["clock"], condition=Q(until=None)),
            models.CheckConstraint(
                name="a_pause_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=models.F("since"))
            ),
        ]

    def __str__(self):
        return f"{self.since:%Y-%m-%d %H:%M}"


class Breach(models.Model):
    """That a clock ran past its due time while this unit held it. Recorded once."""

    clock = models.OneToOneField("leads.Clock", on_delete=models.CASCADE, related_name="breach")
    unit = models.ForeignKey("portal.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("due at"))
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")

    def __str__(self):
        return f"{self.clock_id} {self.due_at:%Y-%m-%d %H:%M}"


class TimeRequest(models.Model):
    """A carrier asks the other side for more time on a promise; they grant it or not."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")

    clock = models.ForeignKey("leads.Clock", on_delete=models.CASCADE, related_name="time_requests")
    by = models.ForeignKey("portal.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    minutes = models.PositiveIntegerField(_("counted minutes asked for"))
    why = models.CharField(_("why"), max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey("portal.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_time_request_per_clock", fields=["clock"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="time_request_answer_is_signed",
                condition=Q(state="open", answered_by=None, answered_at=None)
                | ~Q(state="open") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.clock_id} +{self.minutes}"


NEVER = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)
