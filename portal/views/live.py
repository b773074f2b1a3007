"""Live updates for browsers that cannot hold a stream open, and where no stream is served."""

import datetime

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.live import source

LONGEST = datetime.timedelta(minutes=10)


@require_safe
@never_cache
def stream(request):
    """Where portal.live.app serves this address, nobody comes here; elsewhere 204 tells the browser to poll."""
    return HttpResponse(status=204)


@require_safe
@never_cache
def since(request):
    """{"events": […], "after": where to go on, "unread": the bell's count}."""
    after, at = position(request.GET)
    news = source.since(after=after, at=at)
    last = max([after or 0, *(one.entry for one in news)])
    return JsonResponse(
        {"events": source.told(news, request.user.pk), "after": last, "unread": request.user.unread_count}
    )


def position(query):
    """(key of the last entry seen, None), or (None, an instant) for a page that has seen none yet."""
    after = query.get("after", "")
    if after.isascii() and after.isdigit() and 0 < int(after) < 2**62:
        return int(after), None
    now = timezone.now()
    try:
        at = datetime.datetime.fromtimestamp(float(query.get("from", "")), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None, now
    return None, max(at, now - LONGEST)
