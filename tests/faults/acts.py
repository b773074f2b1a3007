"""What people do meanwhile, in a process of its own: python -m tests.faults.acts WHAT [NUMBER]."""

# ruff: noqa: I001 - the consumer that counts, and with it the apps, must be there before anything else
import json
import sys

from tests.faults import app

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from leads.models import Lead
from portal.models import Entry, Person

AT_ONCE = 50


def people():
    """Two people and a lead; the session of one of them."""
    writer = Person.objects.create_user("writer@example.com", family_name="見本", function="inside_sales")
    Person.objects.create_user("reader@example.com", family_name="見本", function="sales")
    lead = Lead.objects.create(family_name="浜辺", email="lead@example.com", owner=writer, created_at=timezone.now())
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(writer.pk), "portal.sign_in.Backend"
    session[HASH_SESSION_KEY] = writer.get_session_auth_hash()
    session.create()
    return {"lead": lead.pk, "session": session.session_key}


def tell(number):
    """So many entries, each for one person to hear of."""
    lead, reader = Lead.objects.get(), Person.objects.get(email="reader@example.com")
    for begin in range(0, number, AT_ONCE):
        some = min(AT_ONCE, number - begin)
        with transaction.atomic():
            data = [{"mentions": [reader.pk]}] * some
            Entry.record_many("lead.noted", [lead] * some, by=None, at=timezone.now(), data=data)
    return number


def tell_broker(number):
    """The same through the broker alone."""
    for n in range(number):
        app.tell.delay(n)
    return number


def ring(times):
    from portal.tasks import hand_on

    for _n in range(times):
        hand_on.delay()
    return times


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*map(int, sys.argv[2:]))))
