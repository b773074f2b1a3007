"""Scheduled jobs run once, however many schedulers run: a lock may fail, a unique row cannot."""

from datetime import timedelta

from django.utils import timezone

from portal.models.job_slot import JobSlot

KEPT = timedelta(days=2)


def once_a_slot(job, seconds, *, at=None):
    """Whether the caller is the one to run `job` in the span of `seconds` that `at` lies in.

    Call it inside the transaction that does the work where a run must not be missed: if the process dies, the
    claim goes with it and the next scheduler takes over. Called outside, the claim stands and the job waits
    for its next slot.
    """
    at = at or timezone.now()
    slot = int(at.timestamp() // seconds)
    return JobSlot.objects.get_or_create(job=job, slot=slot, defaults={"claimed_at": at})[1]


def once_a_day(job, day, *, at):
    """The same for a day of the calendar, in the zone that the caller reckons in."""
    return JobSlot.objects.get_or_create(job=job, slot=day.toordinal(), defaults={"claimed_at": at})[1]


def forget_old_slots(*, at):
    JobSlot.objects.filter(claimed_at__lt=at - KEPT).delete()


def last_run(job):
    """When this job was last run by anybody; None if not within memory."""
    return JobSlot.objects.filter(job=job).order_by("-slot").values_list("claimed_at", flat=True).first()
