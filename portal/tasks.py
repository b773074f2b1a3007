from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal import relay, schedule, tidying

DAY = 86_400


@shared_task
def heartbeat():
    """Says to /readyz that scheduler, broker and worker are all at work."""
    now = timezone.now()
    if schedule.once_a_slot("heartbeat", 10, at=now):
        schedule.forget_old_slots(at=now)


@shared_task
def hand_on():
    """Rung by the bell after each commit that wrote entries, and every few seconds in case the bell was not heard.

    It needs no slot: each delivery is claimed by itself, so two at once share the work.
    """
    if relay.hand_on(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT / 4):
        hand_on.delay()


def ring():
    """The bell's part: before the embedded portal was first started there is no queue, and nobody to wake."""
    queue = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get("data_folder_in")
    if queue is None or Path(queue).exists():
        hand_on.delay()


@shared_task
def tidy():
    now = timezone.now()
    if schedule.once_a_slot("tidy", DAY, at=now):
        tidying.tidy(at=now)
