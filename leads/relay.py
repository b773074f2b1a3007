"""The promise track of a lead's page, from its records: who holds each step, until when, and which hours count."""

import dataclasses
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import ClockPause, Commitment, Lead
from leads.models.boarding import morning
from leads.promise_track import Promise, Run, State, Step, days_off, over, track
from portal import business_time, calendar_words, words
from portal.business_time import Mode


@dataclasses.dataclass(frozen=True)
class Leg:
    """A step in words, for the template."""

    step: Step
    name: str
    who: Any  # a Person, an OrgUnit or None
    clock: Any  # the Clock that runs or ran
    said: str  # what a step that has not begun says: "48 h from the acceptance"
    face: dict | None  # arguments of {% sla %}
    rows: list[dict]  # the hours under the due time
    forecast: str

    @property
    def is_done(self):
        return self.step.state == State.DONE

    @property
    def is_now(self):
        return self.step.state == State.NOW


@dataclasses.dataclass(frozen=True)
class Relay:
    legs: list[Leg]
    revision: Any
    calendars: list[str]
    days_off: list[str]

    def __bool__(self):
        return bool(self.legs)


def of(lead: Lead, now: Any, revision: Any) -> Relay:
    """The track by this SLA revision: the hand-off's own, or the one in force for a lead that was never handed over."""
    clocks = _clocks(lead)
    promises = list(_commitments(revision))
    if not promises:
        return Relay([], revision, [], [])
    steps = track(
        [_promise(commitment) for commitment in promises], [_run(clock) for clock in clocks], _events(lead, clocks), now
    )
    by_key = {commitment.key: commitment for commitment in promises}
    latest = {clock.commitment.key: clock for clock in clocks}
    legs = [_leg(step, by_key[step.key], latest.get(step.key), lead, now) for step in steps]
    calendars = list(dict.fromkeys(str(commitment.calendar) for commitment in promises))
    return Relay(legs, revision, calendars, list(dict.fromkeys(_day_off(piece) for piece in days_off(steps, now))))


def face(clock: Any, now: Any, *, pauses: tuple = ()) -> dict:
    """What a clock's chip shows: the arguments of {% sla %}, each of them, since a template takes a missing one for ""."""
    chip: dict[str, Any] = {"state": "ok", "at": None, "minutes": None, "warn_at": None, "is_done": False}
    if clock.stopped_at is not None:
        taken = business_time.elapsed(
            clock.started_at, clock.stopped_at, clock.hours(), pauses=pauses, mode=clock.commitment.mode
        )
        state = "done" if clock.breached_at is None else "over"
        return chip | {"state": state, "minutes": words.whole_minutes(taken), "is_done": True}
    if clock.paused_at is not None:
        return chip | {"state": "paused"}
    if clock.due_at < now:
        return chip | {"state": "over", "at": clock.due_at, "minutes": over(_run(clock, pauses), now)}
    state = "warn" if clock.warn_at and clock.warn_at <= now else "ok"
    return chip | {"state": state, "at": clock.due_at, "warn_at": clock.warn_at}


def _clocks(lead: Lead) -> list:
    """The clocks of the current hand-off, or of the qualification before it, oldest first."""
    found = lead.clocks.exclude(outcome="undone").select_related("commitment", "calendar").order_by("id")
    found = found.prefetch_related(Prefetch("pauses", ClockPause.objects.order_by("since")))
    if lead.handoff_id is not None and lead.stage != lead.Stage.NURTURING:
        return [clock for clock in found if clock.handoff_id == lead.handoff_id]
    open_ones = [clock for clock in found if clock.qualification_id is not None and clock.stopped_at is None]
    if open_ones:
        return open_ones
    returned = [clock for clock in found if clock.handoff_id is not None and clock.handoff_id == lead.handoff_id]
    return returned if lead.handoff is not None and lead.handoff.waits_for_reply else []


def _commitments(revision: Any) -> Any:
    if revision is None:
        return []
    return (
        revision.commitments.filter(kind=Commitment.Kind.RESPONSE).select_related("calendar").order_by("position", "pk")
    )


def _events(lead: Lead, clocks: list) -> dict:
    handoff = lead.handoff
    if handoff is None or (lead.stage == lead.Stage.NURTURING and not (clocks and clocks[0].handoff_id)):
        return {}
    happened: dict[str, Any] = {"qualified": handoff.offered_at, "handed_over": handoff.offered_at}
    if handoff.state in {"accepted", "returned"}:
        happened[handoff.state] = handoff.answered_at
    happened |= {"contacted": handoff.contacted_at, "result": handoff.resulted_at, "replied": handoff.replied_at}
    return {event: at for event, at in happened.items() if at is not None}


def _promise(commitment: Any) -> Promise:
    return Promise(
        key=commitment.key,
        since=commitment.from_event,
        until=tuple(commitment.until_events),
        minutes=commitment.minutes,
        hours=commitment.calendar.engine(),
        mode=Mode(commitment.mode),
    )


def _run(clock: Any, pauses: Any = None) -> Run:
    spans = tuple((pause.since, pause.until) for pause in clock.pauses.all()) if pauses is None else pauses
    return Run(
        key=clock.commitment.key,
        started_at=clock.started_at,
        minutes=clock.minutes,
        hours=clock.hours(),
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        stopped_at=clock.stopped_at,
        paused_at=clock.paused_at,
        is_late=clock.breached_at is not None,
        mode=Mode(clock.commitment.mode),
        pauses=spans,
    )


def _leg(step: Step, commitment: Any, clock: Any, lead: Lead, now: Any) -> Leg:
    chip = None
    if clock is not None and (clock.stopped_at is None or clock.outcome in {"met", "late"}):
        chip = face(clock, now, pauses=step.run.pauses if step.run else ())
        if clock.paused_at is not None:
            chip["at"] = next(
                (morning(pause.resumes_on) for pause in clock.pauses.all() if pause.until is None and pause.resumes_on),
                None,
            )
    due = clock.due_at if clock is not None and clock.stopped_at is None else step.due_if_now
    return Leg(
        step=step,
        name=str(commitment.get_key_display()),
        who=_who(step.key, lead),
        clock=clock,
        said=_said(step, commitment),
        face=chip,
        rows=[_row(piece) for piece in step.intervals],
        forecast=calendar_words.forecast(step.hours, due),
    )


def _said(step: Step, commitment: Any) -> str:
    """48 h from the acceptance, on 営業日24時間."""
    calendar = commitment.calendar
    whole_days, rest = divmod(commitment.minutes, calendar.day_minutes)
    if rest == 0 and calendar.day_minutes < 24 * 60:
        time = _("%(n)d business days") % {"n": whole_days}
    else:
        time = (
            _("%(n)d h") % {"n": commitment.minutes // 60}
            if commitment.minutes % 60 == 0
            else words.span(commitment.minutes)
        )
    return _("%(time)s from “%(event)s”") % {"time": time, "event": commitment.get_from_event_display()}


def _who(key: str, lead: Lead) -> Any:
    handoff = lead.handoff
    if handoff is None or (lead.stage == lead.Stage.NURTURING and key != "reply"):
        return lead.owner if key == "hand_over" else None
    if key in {"hand_over", "reply"}:
        return handoff.sender
    if handoff.state == handoff.State.ACCEPTED:
        return lead.owner if key != "answer" else handoff.answered_by
    return handoff.receiver or handoff.receiving_unit


def _row(piece: Any) -> dict:
    """An interval under a due time, counted or with the reason why not."""
    minutes = None if piece.length is None else int(piece.length.total_seconds() // 60)
    return {
        "from": piece.start,
        "to": piece.end,
        "minutes": minutes,
        "counted": piece.counted,
        "why": "" if piece.counted else calendar_words.words(piece.reason),
    }


def _day_off(piece: Any) -> str:
    first, last = timezone.localdate(piece.start), timezone.localdate(piece.end) if piece.end else None
    today = timezone.localdate()
    said = words.day(first, today=today)
    if last and timezone.localtime(piece.end).time().isoformat() == "00:00:00":
        last = last.fromordinal(last.toordinal() - 1)
    if last and last > first:
        said = f"{said}–{words.day(last, today=today)}"
    return f"{said} {calendar_words.words(piece.reason)}"
