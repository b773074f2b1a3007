"""What every answer carries for the browser, and where it never leads (RELIABILITY H01, H02, H06)."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests import make
from tests.security.rows import EVERYONE, ROWS
from tests.security.test_matrix import ask
from tests.security.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.wide, pytest.mark.once]
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


def policy(response):
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, _space, sources in parts}


ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_answer_carries_the_headers(world, row):
    """And what only the signed-in see is kept by no cache (OWASP ASVS 14.3.2)."""
    somebody = next((role for role in sorted(EVERYONE) if row.expected("get", role) == "done"), "sales")
    for role, method in [("anonymous", "get"), (somebody, "get"), (somebody, "post")]:
        with world.undone():
            response = ask(world, row, method, role)
        assert policy(response) == POLICY
        assert {name: response.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "camera=()" in response.headers["Permissions-Policy"]
        assert "no-store" in response.headers["Cache-Control"]


def test_pages_that_are_not_there_or_broke_carry_them_too(client, monkeypatch):
    from portal.views import health

    client.raise_request_exception = False
    monkeypatch.setattr(health.schedule, "last_run", lambda name: 1 / 0)
    for path, status in [("/nowhere/", 404), ("/readyz", 500)]:
        response = client.get(path)
        assert (response.status_code, policy(response)) == (status, POLICY)


def test_the_session_changes_when_somebody_signs_in(client):
    person = make.person("sales", password=PASSWORD)
    for fixed in ("0123456789abcdefghijklmnopqrstuv", ""):
        client.logout()
        if fixed:
            client.cookies[settings.SESSION_COOKIE_NAME] = fixed
        else:
            client.post(reverse("portal:language"), {"language": "ja"})
        before = client.cookies.get(settings.SESSION_COOKIE_NAME)
        client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        now = client.cookies[settings.SESSION_COOKIE_NAME]
        assert client.get(reverse("portal:home")).status_code == 200
        assert now.value not in {fixed, before.value if before else ""}
        assert (now["httponly"], now["samesite"]) == (True, "Lax")


def test_a_session_that_nobody_began_is_worth_nothing(client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "0123456789abcdefghijklmnopqrstuv"
    assert client.get(reverse("portal:home")).status_code == 302


def test_signing_out_ends_the_session_on_the_server(client):
    client.force_login(make.person())
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert client.get(reverse("portal:home")).status_code == 302


# -- Never out of the portal --------------------------------------------------------------------

ELSEWHERE = [
    start + "elsewhere.example" + end
    for start in (
        "https://", "http://", "//", "///", "////", "/\\", "\\\\", "\\/", "/\\/", "https:", "https:/", "http:///", "ftp://",
        "https://testserver@", "//testserver@", "https://testserver.", "\thttps://", " //", "/\t/", "/%09/", "/%5c", "%2f%2f", "/%2f",
    )
    for end in ("", "/leads/")
] + ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "//testserver:80@elsewhere.example", "https://elsewhere.example\\@testserver", "/leads/\r\nSet-Cookie: a=b", "\r\nhttps://elsewhere.example"]  # fmt: skip


def stays(response):
    """A path of ours, as browsers read it: backslashes are slashes to them, tabs and line ends nothing."""
    if response.status_code not in {301, 302}:
        return True
    address = response.headers["Location"]
    assert not {"\r", "\n", "\t"} & set(address)
    read = address.replace("\\", "/")
    return not read.startswith("//") and ":" not in read.split("?")[0].split("/")[0]


def test_forty_spellings():
    assert len(set(ELSEWHERE)) >= 40


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nothing_leads_out_of_the_portal(client, there):
    person = make.person("sales", password=PASSWORD)
    sign_in = {"login": person.email, "password": PASSWORD, "next": there}
    assert stays(client.post(reverse("account_login"), sign_in))
    assert stays(client.get(reverse("account_login"), {"next": there}))
    header = there.replace("\r", "").replace("\n", "")
    for name, chosen in (("portal:language", {"language": "en"}), ("portal:theme", {"theme": "dark"})):
        assert stays(client.post(reverse(name), chosen | {"next": there}, headers={"Referer": header}))
    twice = {"text": "一度", "request_id": "a3c1f5a6-6a0f-4f52-9f0e-0d7d3c3a7c11"}
    url = reverse("leads:lead-notes", args=[make.lead().pk])
    for _n in range(2):
        assert stays(client.post(url, twice, headers={"Referer": header, "HX-Current-URL": header}))
    assert stays(client.post(reverse("account_logout"), {"next": there}))
