"""Forms that another site sends, and links that it sets: neither changes anything (RELIABILITY H05)."""

import hashlib

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from portal.models import Entry
from tests.security import addresses
from tests.security.rows import EVERYONE, ROWS
from tests.security.test_matrix import ADMIN, admin_path, ask

pytestmark = [pytest.mark.django_db, pytest.mark.wide, pytest.mark.once]

# What a page may keep of a visit: when somebody was last here. None of it is the company's.
OF_THE_VISIT = {"sessions.Session", "usersessions.UserSession"}
# That somebody took data out is written down, though they only asked for a file.
WRITTEN_DOWN = {"leads:list-export": "leads.exported"}
# The sign-in library copies the address that the person has anyway into its own table.
COPIES = {"account_reset_password_from_key": {"account.EmailAddress"}}
UNSAFE = ("post", "put", "patch", "delete")


def state():
    """A fingerprint of every row of every table."""
    found = {}
    for model in apps.get_models():
        if model._meta.label in OF_THE_VISIT or not model._meta.managed or model._meta.proxy:
            continue
        rows = model._base_manager.order_by("pk").values_list()
        found[model._meta.label] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


def changed(before, after):
    return {label for label in after if before[label] != after[label]}


def somebody(row, method):
    """Somebody who gets through."""
    return next((role for role in sorted(EVERYONE) if row.expected(method, role) == "done"), "marketing")


@pytest.fixture(scope="module")
def before(world):
    """What every test finds, because each leaves it so."""
    return state()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_looking_changes_nothing(world, before, row):
    role = somebody(row, "get")
    told = Entry.objects.count()
    for headers in ({}, {"HX-Request": "true"}):
        with world.undone():
            response = ask(world, row, "get", role, **headers)
            b"".join(response.streaming_content) if response.streaming else response.content
            after = state()
            written = WRITTEN_DOWN.get(row.address) if response.status_code == 200 else None
            if written:
                assert changed(before, after) <= {"portal.Entry", "portal.Delivery"}
                assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)[told:]) == [written]
            else:
                assert changed(before, after) <= COPIES.get(row.address, set())


@pytest.mark.parametrize("address", ADMIN, ids=lambda address: address.name)
def test_looking_at_the_administration_changes_nothing(world, before, address):
    with world.undone():
        world.clients["administrator"].get(admin_path(address))
        assert changed(before, state()) == set()


def strict(world, role):
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.clients[role].cookies.copy()
    return client


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_nothing_is_done_without_the_forms_token(world, before, row):
    """The token is asked for before anything else, so that no view can forget it."""
    role = somebody(row, "post")
    url = reverse(row.address, args=row.args(world))
    for method in UNSAFE:
        more = [{"HX-Request": "true"}, {"Origin": "https://elsewhere.example"}] if method == "post" else []
        for headers in ({}, *more):
            with world.undone():
                response = getattr(strict(world, role), method)(
                    url, row.data(world, role) if method == "post" else b"", headers=headers
                )
                assert response.status_code == 403, (method, headers)
    assert changed(before, state()) == set()


def test_a_token_does_not_serve_another_site(world):
    client = strict(world, "marketing")
    client.get(reverse("portal:account"))
    token = client.cookies["csrftoken"].value
    form = {"language": "en", "csrfmiddlewaretoken": token}
    for origin, status in [("https://elsewhere.example", 403), ("null", 403), ("http://testserver", 302)]:
        with world.undone():
            answer = client.post(reverse("portal:language"), form, headers={"Origin": origin})
        assert answer.status_code == status


def test_no_view_is_exempt():
    from django.urls import get_resolver

    exempt = {
        name for patterns in _views(get_resolver()) for name, view in [patterns] if getattr(view, "csrf_exempt", False)
    }
    assert exempt == set()
    assert len(addresses.every()) > 60


def _views(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern)
        else:
            yield str(pattern.pattern), pattern.callback
