"""What nobody will ask for again leaves the database, once a day and a piece at a time."""

import datetime

from django.contrib.sessions.models import Session

from portal.models import Delivery, Notification, RequestId

# A form that was open for longer than this is sent with an id that no longer protects it from a double tap.
REQUEST_IDS_KEPT = datetime.timedelta(days=3)
DELIVERIES_KEPT = datetime.timedelta(days=14)
READ_KEPT = datetime.timedelta(days=90)
UNREAD_KEPT = datetime.timedelta(days=365)
PIECE = 1_000


def tidy(*, at):
    """Safe to run at any time; what an undelivered entry needs always stays."""
    for rows in [
        RequestId.objects.filter(at__lt=at - REQUEST_IDS_KEPT),
        Delivery.objects.filter(done_at__lt=at - DELIVERIES_KEPT),
        Notification.objects.filter(read_at__lt=at - READ_KEPT),
        Notification.objects.filter(read_at=None, at__lt=at - UNREAD_KEPT),
        Session.objects.filter(expire_date__lt=at),
    ]:
        _delete(rows)


def _delete(rows):
    """In pieces, so that nobody waits long for a lock."""
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:PIECE]):
        rows.filter(pk__in=keys).delete()
