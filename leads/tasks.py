from celery import shared_task
from django.utils import timezone

from leads import sweeping
from portal import schedule


@shared_task
def sweep():
    now = timezone.now()
    if schedule.once_a_slot("sweep", 60, at=now):
        sweeping.sweep(at=now)
