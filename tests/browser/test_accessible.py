"""axe on every page that can be opened, in both themes; a new page is found by its address (RELIABILITY X01)."""

import pytest
from django.urls import reverse

from leads import starter
from portal.models import Entry
from tests import make
from tests.browser.conftest import no_sideways_scrolling, no_violations, sign_in
from tests.security.rows import OUTSIDE, ROWS
from tests.security.world import World

pytestmark = pytest.mark.django_db(transaction=True)

# Answers for programs, files and pieces: nothing that a person reads as a page.
NO_PAGES = {"healthz", "readyz", "portal:live", "portal:live-since", "portal:bell", "leads:board-counts", "leads:list-export", "leads:lead-card", "leads:lead-move", "leads:import-refused", "leads:import-progress", "account_signup", "account_email", "account_logout", "socialaccount_signup", "socialaccount_connections", "openid_connect_login", "openid_connect_callback"}  # fmt: skip


@pytest.fixture
def world():
    starter.ensure()
    return World()


def pages(world):
    """[(role, address)] of every page, by somebody who gets through; beside it what the others read."""
    found = {}
    for row in ROWS:
        if row.address in NO_PAGES or row.get == "method":
            continue
        roles = ["anonymous"] if row.expected("get", "anonymous") == "done" else []
        roles += [
            role for role in ("marketing", "sales", "inside_sales", "manager") if row.expected("get", role) == "done"
        ][:1]
        roles += [role for role in ("other",) if row.expected("get", role) in {"refused", "missing"}]
        query = f"?lead={world.nurturing.pk}" if row.address == "leads:bulk" else ""
        for role in roles:
            found[role, reverse(row.address, args=row.args(world)) + query] = row
    return sorted(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(open_page, world, scheme):
    opened = {}
    for role, address in pages(world):
        if role not in opened:
            opened[role] = open_page(color_scheme=scheme)
            if role not in OUTSIDE:
                sign_in(opened[role], world.people[role])
        page = opened[role]
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        try:
            no_violations(page)
            no_sideways_scrolling(page)
        except AssertionError as error:
            raise AssertionError(f"{role} {address}: {error}") from error
    assert Entry.objects.count() > 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_without_anything_on_them_are_accessible(open_page, scheme):
    starter.ensure()
    page = sign_in(open_page(color_scheme=scheme), make.person("marketing"))
    for name in ("portal:home", "portal:notifications", "portal:search", "leads:board", "leads:list", "leads:imports"):
        page.goto(reverse(name) + ("?q=何もない" if name in {"portal:search", "leads:list"} else ""))
        no_violations(page)
        no_sideways_scrolling(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_form_that_came_back_is_accessible(open_page, world, scheme):
    """Sent empty: each mistake stands beside its field and in the summary."""
    page = None
    for row in ROWS:
        if not (
            isinstance(row.get, (set, frozenset)) and isinstance(row.post, (set, frozenset))
        ) or not row.address.startswith("leads:"):
            continue
        if row.address.startswith(("leads:import", "leads:bulk")):
            continue
        role = sorted(row.post)[0]
        page = sign_in(page or open_page(color_scheme=scheme), world.people[role])
        page.goto(reverse(row.address, args=row.args(world)))
        page.evaluate("""() => { const form = document.querySelector("main form[method=post]");
            for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select"))
                if (field.type === "radio" || field.type === "checkbox") field.checked = false; else field.value = "";
            form.noValidate = true; HTMLFormElement.prototype.submit.call(form); }""")
        page.wait_for_load_state("networkidle")
        no_violations(page)
