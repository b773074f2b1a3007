"""What a form does not show, it does not change, whatever is sent along (RELIABILITY B12)."""

import datetime

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.urls import reverse

from leads.models import Bant, Clock, Company, Handoff, Import, Lead, Opportunity, SavedView
from portal.models import Entry, Person
from tests.security.rows import ROWS
from tests.security.test_matrix import ask

pytestmark = [pytest.mark.django_db, pytest.mark.wide, pytest.mark.once]
POSTED = [
    row
    for row in ROWS
    if isinstance(row.post, (set, frozenset))
    or row.address in {"portal:language", "portal:theme", "account_change_password"}
]
WATCHED = (Person, Lead, Company, Handoff, Opportunity, Clock, Bant, Import, SavedView)
OURS = {"portal", "leads"}


def every_name():
    """{name: some value of its kind} of every field of every model, plain and as a key."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for field in model._meta.concrete_fields:
            value = _value(field)
            found |= {field.name: value, field.attname: value}
    return found


def _value(field):
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2020-01-02T03:04:05Z"
    if isinstance(field, models.DateField):
        return datetime.date(2020, 1, 2).isoformat()
    if isinstance(field, models.JSONField):
        return '{"smuggled": 1}'
    if field.choices:
        return str(field.choices[-1][0])
    if isinstance(field, (models.CharField, models.TextField)):
        return "smuggled"
    return "1"


def rows_of(world):
    return {(model._meta.label, row["id"]): row for model in WATCHED for row in model.objects.values()}


# The place of an upload is drawn by lot, and a rehearsal numbers its records anew each time.
DIFFERS_ANYWAY = {"file", "survey"}


@pytest.mark.parametrize("row", POSTED, ids=str)
def test_what_a_form_does_not_show_is_not_changed(world, row):
    """The same form is sent twice, once with every name of every model added: both leave the same records."""
    role = next(iter(sorted(row.post))) if not isinstance(row.post, str) else "sales"
    url = reverse(row.address, args=row.args(world))
    lead = f"?lead={world.nurturing.pk}" if row.address == "leads:bulk" else ""
    left = []
    for more in ({}, every_name()):
        with world.undone(), time_machine.travel(world.at + datetime.timedelta(minutes=2), tick=False):
            given = dict(row.data(world, role))
            shown = _shown(world, row, role)
            added = {name: value for name, value in more.items() if name not in given and name not in shown}
            world.clients[role].post(url + lead, added | given)
            left.append((rows_of(world), list(Entry.objects.order_by("pk").values_list("verb", "stream", "by"))))
    (plain, plain_trail), (smuggled, smuggled_trail) = left
    differs = {
        (key, name)
        for key in set(plain) | set(smuggled)
        for name in set(plain.get(key, {})) | set(smuggled.get(key, {}))
        if name not in DIFFERS_ANYWAY and plain.get(key, {}).get(name) != smuggled.get(key, {}).get(name)
    }
    assert differs == set()
    assert plain_trail == smuggled_trail
    assert "smuggled" not in repr(smuggled)


def _shown(world, row, role):
    """Names the form itself asks for, which may of course be sent; those of a step without a form are none."""
    if isinstance(row.get, str):
        return set()
    if row.address == "leads:bulk":
        row.query["lead"] = world.nurturing.pk
    form = (ask(world, row, "get", role).context or {}).get("form")
    own = {form.add_prefix(name) for name in form.fields} if form is not None else set()
    # The columns of an import are a form of its own making.
    return own | {"mapping", "system", "campaign", "source"} if row.address == "leads:import-columns" else own


def test_the_names_include_what_matters():
    assert {
        "owner",
        "is_staff",
        "is_superuser",
        "function",
        "unit",
        "score",
        "stage",
        "due_at",
        "accepted",
        "password",
    } - set(every_name()) <= {"accepted"}
