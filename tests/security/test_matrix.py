"""Every address × role × method × object, against tests/security/rows.py; plain requests and htmx alike."""

import collections
import re

import pytest
from django.urls import reverse

from leads.models import Lead
from portal.models import Entry
from tests.security import addresses
from tests.security.rows import EVERYONE, OUTSIDE, ROWS
from tests.security.world import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.wide, pytest.mark.once]

HTMX = {"HX-Request": "true"}
NOWHERE = 2**31 - 1  # a key that no record has
OUTCOMES = {
    403: "refused",
    404: "missing",
    405: "method",
    409: "refused",
    422: "incomplete",
    503: "unready",
    401: "done",
}
CHANGES_NOTHING = {"login", "refused", "missing", "method", "incomplete"}
SIGN_IN = "/accounts/login/"
SOME = ("marketing", "sales", "administrator")  # where no right is asked for


def outcome(response):
    leads_to = response.headers.get("HX-Redirect") or response.headers.get("Location") or ""
    if leads_to.startswith(SIGN_IN):
        return "login"
    return "done" if response.status_code < 400 else OUTCOMES.get(response.status_code, response.status_code)


def ask(world, row, method, role, *, args=None, **headers):
    url = reverse(row.address, args=row.args(world) if args is None else args)
    client = world.clients[role]
    if method == "get":
        return client.get(url, row.query, headers=headers)
    query = f"?lead={world.nurturing.pk}&lead={world.working.pk}" if row.address == "leads:bulk" else ""
    return client.post(url + query, row.data(world, role), headers=headers)


def asked_twice(row, method):
    """htmx differs where a page answers differently, not where a person is sent away: one of each outcome will do."""
    by_outcome = collections.defaultdict(list)
    for role in ROLES:
        by_outcome[row.expected(method, role)].append(role)
    return {roles[0] for roles in by_outcome.values()}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_role_meets_what_its_row_says(world, row, method):
    if row.address == "leads:bulk" and method == "get":
        row.query.setdefault("lead", world.nurturing.pk)
    met, expected = {}, {}
    for role in ROLES:
        for headers in [{}, HTMX] if role in asked_twice(row, method) else [{}]:
            cell = f"{role}{' htmx' if headers else ''}"
            expected[cell] = row.expected(method, role)
            with world.undone():
                before = Entry.objects.count()
                met[cell] = outcome(ask(world, row, method, role, **headers))
                if expected[cell] in CHANGES_NOTHING:
                    assert Entry.objects.count() == before, cell
    differs = {cell: (met[cell], expected[cell]) for cell in met if met[cell] != expected[cell]}
    assert differs == {}, "(met, expected)"


# -- What is not there, or not theirs, answers alike -------------------------------------------

HIDDEN = [
    (row, method)
    for row in ROWS
    for method in ("get", "post")
    if any(row.expected(method, role) == "missing" for role in EVERYONE)
    and isinstance(getattr(row, method), (set, frozenset))
]


def plain(response):
    """What an answer says, without what differs from one answer to the next."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken(&quot;|"): ?)(&quot;|")\w+', "", response.text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|data-from=\"\d+\"", "", text)
    text = text.replace(response.request["PATH_INFO"], "HERE")
    headers = {name: value for name, value in response.headers.items() if name not in {"Content-Length", "Set-Cookie"}}
    return response.status_code, headers, text


@pytest.mark.parametrize(("row", "method"), HIDDEN, ids=str)
def test_what_is_not_theirs_answers_as_if_it_were_not_there(world, row, method):
    for role in ROLES:
        if row.expected(method, role) != "missing":
            continue
        for headers in ({}, HTMX):
            with world.undone():
                hidden = ask(world, row, method, role, **headers)
                absent = ask(world, row, method, role, args=[NOWHERE], **headers)
            assert plain(hidden) == plain(absent), role


WITH_KEY = [row for row in ROWS if row.args.__qualname__.startswith("the.") and not row.about]


@pytest.mark.parametrize("row", WITH_KEY, ids=str)
def test_a_key_that_no_record_has_is_missing_for_everyone(world, row):
    for method in ("get", "post"):
        if row.expected(method, "marketing") == "method":
            continue
        for role in SOME:
            with world.undone():
                response = ask(world, row, method, role, args=[NOWHERE])
            expected = 204 if row.address == "leads:lead-card" else 404
            assert response.status_code == expected, (method, role)


ABOUT_LEADS = sorted({a.name for a in addresses.every() if a.route.startswith("leads/<int:pk>/")} - {"leads:lead-card"})


@pytest.mark.parametrize("address", ABOUT_LEADS)
def test_a_lead_that_was_removed_is_missing_for_everyone(world, address):
    url = reverse(address, args=[world.removed.pk])
    for role in SOME:
        with world.undone():
            answers = {world.clients[role].get(url).status_code, world.clients[role].post(url).status_code}
        assert answers <= {404, 405}, role


def test_several_leads_at_once_ask_the_same_of_a_person_as_one(world):
    """The form is for everyone; each lead then answers for itself."""
    by_verb = {"hand_over": "leads:handoff-new", "reassign": "leads:lead-assignment", "recycle": "leads:lead-recycling"}
    for row in ROWS:
        if row.address != "leads:bulk" or row.about == "another verb":
            continue
        [verb] = row.args(world)
        rules = [one for one in ROWS if one.address == by_verb[verb]]
        for role in EVERYONE:
            with world.undone():
                before = Entry.objects.filter(by=world.people[role]).count()
                ask(world, row, "post", role)
                made = Entry.objects.filter(by=world.people[role]).count() - before
            about = {rule.args(world)[0]: rule for rule in rules}
            chosen = [world.nurturing.pk, world.working.pk]
            allowed = sum((about.get(pk) or rules[0]).expected("post", role) == "done" for pk in chosen)
            assert made == allowed, (verb, role)
    assert Lead.objects.get(pk=world.nurturing.pk).stage == "nurturing"


# -- The administration ------------------------------------------------------------------------------

ADMIN = [address for address in addresses.every() if address.is_admin]


def admin_path(address):
    return "/" + re.sub(r"<[^>]*object_id>|<[^>]*content_type_id>|\(\?P<url>\.\*\)\$", "1", address.route).replace(
        "^(?P<app_label>", ""
    ).split("|")[0].rstrip("$")


@pytest.mark.parametrize("address", ADMIN, ids=lambda address: address.name)
def test_the_administration_is_closed_to_everyone_but_administrators(world, address):
    path = admin_path(address)
    for role in sorted(set(ROLES) - {"administrator"}):
        for method in ("get", "post"):
            with world.undone():
                before = Entry.objects.count()
                response = getattr(world.clients[role], method)(path)
                assert Entry.objects.count() == before
            sent_on = response.headers.get("Location", "")
            is_closed = response.status_code in {403, 404} or sent_on.startswith((SIGN_IN, "/admin/login/"))
            leaves = address.name == "admin:logout"  # whoever comes here leaves
            assert is_closed or leaves, (role, method, response.status_code, sent_on)


def test_an_administrator_reaches_the_administration(world):
    assert world.clients["administrator"].get("/admin/").status_code == 200


def test_those_outside_reach_only_what_is_for_them():
    """What stands open is named here once more: a row alone must not open a page to strangers."""
    open_to_strangers = {row.address for row in ROWS if row.outside != "login"}
    assert open_to_strangers == {
        "healthz",
        "readyz",
        "portal:language",
        "portal:theme",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_reset_password_from_key",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "openid_connect_login",
        "openid_connect_callback",
    }
    assert {"anonymous", "disabled"} == OUTSIDE
