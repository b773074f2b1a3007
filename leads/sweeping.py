"""What time itself brings about, looked for once a minute.

Each step asks an index for what is due and costs what it finds, never what exists. Every one may be cut
short at any point and run by two at once: the database decides who records a breach.
"""

import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from leads.models import Breach, Clock, ClockPause, ColumnTally, Lead, Opportunity
from leads.models.boarding import WAKES_WITHIN
from portal import bulk, fiscal, schedule
from portal.models import CompanySettings, Entry
from portal.models.entry import name_of
from portal.refusals import Refusal

logger = structlog.get_logger(__name__)

BATCH = 1_000
A_DAY = "board-day"


def sweep(*, at):
    """One round; who is told of what it found is decided in `leads.telling`, when they are at work."""
    record_breaches(at=at)
    record_warnings(at=at)
    wake_leads(at=at)
    resume_leads(at=at)
    turn_the_day(at=at)
    ColumnTally.objects.fold()


def record_breaches(*, at):
    """Each promise whose due time has passed, once, for the unit that holds it. The due instant itself is on time."""
    while clocks := _claim(Clock.objects.due(at), lambda rows: _breach(rows, at)):
        if len(clocks) < BATCH:
            break


def record_warnings(*, at):
    """Each promise that will soon be due, once."""
    soon = Clock.objects.running().filter(warned_at=None, breached_at=None, warn_at__lte=at).order_by("warn_at", "id")
    while clocks := _claim(soon, lambda rows: _warn(rows, at)):
        if len(clocks) < BATCH:
            break


def wake_leads(*, at):
    """Leads whose agreed day has come; they may qualify anew, so each takes its own verb."""
    today = timezone.localdate(at)
    due = Lead.objects.present().filter(stage=Lead.Stage.NURTURING, wake_on__lte=today).order_by("wake_on", "id")
    _each(due, lambda lead: lead.wake(at=at))


def resume_leads(*, at):
    """Leads whose clocks were to stand still until a day that has come: they go on by themselves."""
    over = ClockPause.objects.filter(until=None, resumes_on__lte=timezone.localdate(at)).order_by("resumes_on", "id")
    leads = Lead.objects.present().filter(pk__in=list(over.values_list("clock__lead", flat=True)[:BATCH]))
    _each(leads.order_by("id"), lambda lead: lead.resume(by=None, at=at))


def _each(leads, verb):
    """A verb on each of a batch of leads: what one of them refuses or breaks on is not the others' trouble."""
    for lead in leads[:BATCH]:
        try:
            verb(lead)
        except Refusal:
            continue  # somebody was faster
        except Exception as error:
            logger.error("lead_left_for_the_next_sweep", lead=lead.pk, exc_info=error)


@transaction.atomic
def turn_the_day(*, at):
    """Once a day: leads enter the board two weeks before their day, and wins leave it with their quarter."""
    today = timezone.localdate(at)
    if not schedule.once_a_day(A_DAY, today, at=at):
        return
    pool = Lead.objects.present().filter(stage=Lead.Stage.NURTURING, board_column="")
    _move(pool.filter(wake_on__lte=today + WAKES_WITHIN), Lead.Column.RETURNED)
    first = fiscal.quarter(today, CompanySettings.load().fiscal_year_starts_in).first
    recent = Opportunity.objects.present().filter(lead=OuterRef("pk"), state="won", closed_on__gte=first)
    _move(Lead.objects.filter(~Exists(recent), board_column=Lead.Column.WON), "")


def _move(leads, column):
    """In pieces: the triggers that keep the board's counts see one statement each."""
    while keys := list(leads.order_by().values_list("pk", flat=True)[:BATCH]):
        Lead.objects.filter(pk__in=keys).update(board_column=column, version=F("version") + 1)


@transaction.atomic
def _claim(due, record):
    """Lock a batch with its leads, so that a verb under way on one of them decides first, and record it."""
    of_present = due.filter(lead__removed_at=None).select_related("lead").only("due_at", "unit_id", "lead__id")
    clocks = list(of_present.select_for_update(of=("self", "lead"), skip_locked=True)[:BATCH])
    if clocks:
        record(clocks)
    return clocks


def _breach(clocks, at):
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(breached_at=F("due_at"))
    bulk.insert(
        Breach, [Breach(clock=clock, unit_id=clock.unit_id, due_at=clock.due_at, found_at=at) for clock in clocks]
    )
    Entry.write([_entry("clock.breached", clock, clock.due_at) for clock in clocks])


def _warn(clocks, at):
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(warned_at=at)
    Entry.write([_entry("clock.warned", clock, at) for clock in clocks])


def _entry(verb, clock, at: datetime.datetime):
    return Entry(
        stream=f"lead:{clock.lead_id}",
        verb=verb,
        about=name_of(clock),
        at=at,
        data={"due_at": clock.due_at.isoformat(), "unit": clock.unit_id},
    )
