"""Who is at the other end of a stream, and what they missed. Plain database work."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from portal.live import source
from portal.models import Notification


def person_of(cookies):
    """The key of whoever is signed in with this Cookie header; None for nobody, no longer, or disabled."""
    session_key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = get_user(request)
    return person.pk if person.is_authenticated else None


def missed(person, after, at):
    """Events between the page (or the stream before) and this stream."""
    events = source.told(source.since(after=after, at=at), person)
    told = Notification.objects.filter(person=person)
    if after is not None or told.filter(at__gte=at).exists():
        events.append({"type": "bell"})
    return events
