"""The promises of one hand-off as a relay: what is done, what runs now until when and why, what comes next.

Pure: no database, no present moment. `leads.relay` builds the arguments from a lead.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from portal import business_time
from portal.business_time import Hours, Interval, Kind, Mode, Pause

MOVED_BY = {"answer": "accepted", "hand_over": "handed_over", "contact": "contacted", "result": "result"}
"""What a promise is expected to end with, so that the next one's time can be said beforehand."""

DAYS_OFF = {Kind.HOLIDAY, Kind.CLOSED, Kind.WEEKDAY, Kind.SHORT}


class State(StrEnum):
    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclasses.dataclass(frozen=True)
class Promise:
    """A response commitment of the revision that judges this hand-off."""

    key: str
    since: str
    until: tuple[str, ...]
    minutes: int
    hours: Hours
    mode: Mode = Mode.BUSINESS


@dataclasses.dataclass(frozen=True)
class Run:
    """A clock that ran or runs for a promise; `minutes` is its target with what was granted."""

    key: str
    started_at: datetime
    minutes: int
    hours: Hours
    due_at: datetime | None = None
    warn_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    is_late: bool = False
    mode: Mode = Mode.BUSINESS
    pauses: tuple[Pause, ...] = ()


@dataclasses.dataclass(frozen=True)
class Step:
    """One promise on the track. `due_if_now`: when it would be due if the step before were done this minute."""

    key: str
    state: State
    since: str
    minutes: int
    hours: Hours
    done_at: datetime | None = None
    run: Run | None = None
    due_if_now: datetime | None = None
    intervals: tuple[Interval, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.run is not None and self.run.is_late


def track(
    promises: Iterable[Promise], runs: Iterable[Run], events: Mapping[str, datetime], now: datetime
) -> list[Step]:
    """The steps in the order of the promises; those that this hand-off can no longer come to are left out."""
    promises = list(promises)
    latest = {run.key: run for run in runs}
    current = next((promise.key for promise in promises if _runs(latest.get(promise.key))), None)
    reachable = [promise for promise in promises if _can_come(promise, latest, events)]
    return [_step(promise, latest.get(promise.key), events, current, now) for promise in reachable]


def counted(run: Run, until: datetime) -> int:
    """Whole counted minutes of a run up to an instant."""
    spent = business_time.elapsed(run.started_at, until, run.hours, pauses=run.pauses, mode=run.mode)
    return int(spent.total_seconds() // 60)


def over(run: Run, now: datetime) -> int:
    """Whole counted minutes past the target; 0 while it is on time."""
    return max(0, counted(run, now) - run.minutes)


def days_off(steps: Iterable[Step], now: datetime) -> list[Interval]:
    """The days ahead on which the current and the next step do not count, each once, in order."""
    found: dict[tuple[datetime, datetime | None], Interval] = {}
    for step in steps:
        for piece in step.intervals:
            if piece.reason and piece.reason.kind in DAYS_OFF and (piece.end is None or piece.end > now):
                found.setdefault((piece.start, piece.end), piece)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


def _step(
    promise: Promise, run: Run | None, events: Mapping[str, datetime], current: str | None, now: datetime
) -> Step:
    step = Step(promise.key, State.NEXT, promise.since, promise.minutes, promise.hours, run=run)
    done_at = _done_at(promise, run, events)
    if done_at is not None:
        return dataclasses.replace(step, state=State.DONE, done_at=done_at)
    if run is not None and _runs(run):
        pieces = business_time.intervals(run.started_at, run.minutes, run.hours, pauses=run.pauses, mode=run.mode)
        return dataclasses.replace(step, state=State.NOW, minutes=run.minutes, intervals=tuple(pieces))
    if current is not None and MOVED_BY.get(current) == promise.since:
        pieces = business_time.intervals(now, promise.minutes, promise.hours, mode=promise.mode)
        due = business_time.due(now, promise.minutes, promise.hours, mode=promise.mode)
        return dataclasses.replace(step, due_if_now=due, intervals=tuple(pieces))
    return step


def _done_at(promise: Promise, run: Run | None, events: Mapping[str, datetime]) -> datetime | None:
    if run is not None and run.stopped_at is not None:
        return run.stopped_at
    if run is not None:
        return None
    happened = [events[event] for event in promise.until if event in events]
    return min(happened) if happened else None


def _can_come(promise: Promise, runs: Mapping[str, Run], events: Mapping[str, datetime]) -> bool:
    if promise.key in runs:
        return True
    ended: Sequence[str] = ()
    if "returned" in events:
        ended = ("accepted", "contacted")
    elif "accepted" in events:
        ended = ("returned",)
    return promise.since not in ended


def _runs(run: Run | None) -> bool:
    return run is not None and run.stopped_at is None
