"""A real Chromium against the real portal.

`page` is a desktop page, `phone` one of 390 px, `open_page(...)` any other (color_scheme, locale,
viewport, java_script_enabled …). Whatever page a test opened, it fails when that page broke the
content security policy, threw an error, or met a 5xx, unless it took the finding from `page.findings`.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"Chromium is missing: {CHROMIUM}")
        pytest.skip(f"Chromium is missing: {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """Opens pages, each in a context (cookies, sizes, scheme) of its own; checks them at the end."""
    opened = []

    def open_one(**options):
        given = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "viewport": DESKTOP, "base_url": live_server.url}
        context = chromium.new_context(**(given | options))
        page = context.new_page()
        page.portal, page.findings = live_server.url, _watch(page)
        opened.append(page)
        return page

    yield open_one
    findings = [finding for page in opened for finding in page.findings]
    for page in opened:
        page.context.close()
    assert findings == []


def _watch(page):
    findings = []
    page.add_init_script(WATCH_POLICY)
    page.on("pageerror", lambda error: findings.append(f"error: {error}"))
    page.on("response", lambda answer: answer.status >= 500 and findings.append(f"{answer.status}: {answer.url}"))

    def console(message):
        text = message.text
        if text.startswith("policy:") or "Content Security Policy" in text:
            findings.append(text)

    page.on("console", console)
    return findings


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def phone(open_page):
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True)


def sign_in(page, person):
    """Puts the person's session into this page's context, without the log-in page."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": page.portal}])
    return page


def no_violations(page, within=None):
    """axe finds nothing serious or critical on what the page shows now, nor anything smaller it can name."""
    found = Axe().run(page, context=within).response["violations"]
    assert [
        (one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found if one["impact"] != "minor"
    ] == []


def no_sideways_scrolling(page):
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


class Ime:
    """Types as a Japanese input method does: text under conversion first, keys that carry code 229."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def compose(self, text):
        self.session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )

    def key(self, key):
        """A key that the input method keeps for itself: Enter takes the conversion, Esc drops it."""
        for kind in ("rawKeyDown", "keyUp"):
            self.session.send(
                "Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 229}
            )

    def commit(self, text):
        self.session.send("Input.insertText", {"text": text})
