from celery import shared_task
from django.utils import timezone

from portal import schedule


@shared_task
def heartbeat():
    """Says to /readyz that scheduler, broker and worker are all at work."""
    now = timezone.now()
    if schedule.once_a_slot("heartbeat", 10, at=now):
        schedule.forget_old_slots(at=now)
