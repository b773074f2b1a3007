from celery import shared_task
from django.utils import timezone

from leads import promise_strip, sweeping
from leads.intake import work
from portal import schedule


@shared_task
def sweep():
    now = timezone.now()
    if schedule.once_a_slot("sweep", 60, at=now):
        sweeping.sweep(at=now)
        promise_strip.refresh(now)


@shared_task
def work_on_import(pk):
    """A stretch of work on one import; what is left is handed on, so that no task outlives its time."""
    if work.work_on(pk):
        work_on_import.delay(pk)


@shared_task
def resume_imports():
    """After a killed worker or a bell nobody heard: every import under way that stands still goes on."""
    if schedule.once_a_slot("imports", 30):
        for pk in work.abandoned():
            work_on_import.delay(pk)
