"""The whole story on a portal as it runs in production: pages, stream, worker, a file of another encoding.

A marketer brings leads in and hands one over; a sales rep accepts, calls, and wins it; the marketer's board
shows each step within two seconds. Once in Japanese, written with an input method, and once in English
without a pointer.
"""

import re
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Ime, no_violations
from tests.servers import Server, environment, free_port, manage, worker

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "tasuki-relay-1"
AT_ONCE = 2_000  # milliseconds until somebody else's board shows a change
PEOPLE = f"""
from tests import make
for language in ("ja", "en"):
    make.person("marketing", email=f"koharu-{{language}}@aozora.example", password="{PASSWORD}", language=language,
                family_name="小春", given_name="ひより", unit=make.unit(f"マーケ {{language}}"))
    make.person("sales", email=f"aoba-{{language}}@aozora.example", password="{PASSWORD}", language=language,
                family_name="青葉", given_name="湊" + language, unit=make.unit(f"営業 {{language}}"))
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """Web and stream in one process, a worker beside it, and a database of their own."""
    folder = tmp_path_factory.mktemp("portal")
    for name in ("queue", "queue-control", "files", "mail", "static"):
        (folder / name).mkdir()
    env = environment(folder, DATABASE_URL="", REDIS_URL="")
    manage("migrate", env=env)
    manage("shell", "-c", PEOPLE, env=env)
    port = free_port()
    serve = f"-m gunicorn portal.asgi:application -k asgi --workers 1 --bind 127.0.0.1:{port} --no-control-socket"
    with Server([sys.executable, *serve.split()], env=env, port=port) as web, worker(env, processes=1):
        yield web


class Pointer:
    """Does what it is told with taps, and counts them."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def press(self, selector, key="Enter"):
        self.taps += 1
        self.page.locator(selector).first.click()

    def choose(self, selector):
        self.taps += 1
        self.page.locator(selector).first.locator("xpath=ancestor::label").click()

    def write(self, selector, text):
        """With an input method where it is one that writes so: reading first, then what it became."""
        self.page.locator(selector).first.click()
        ime = Ime(self.page)
        ime.compose("よみ")
        ime.key("Enter")  # takes the conversion; it must send nothing
        ime.compose("")
        ime.commit(text)


class Keyboard:
    """The same with Tab, arrows, Space and Enter alone."""

    LONGEST_WAY = 250

    def __init__(self, page):
        self.page, self.taps = page, 0

    def _is_at(self, selector):
        return self.page.evaluate("selector => document.activeElement.matches(selector)", selector)

    def _go(self, selector, radio=False):
        self.page.locator(selector).first.wait_for(state="attached")
        for _step in range(self.LONGEST_WAY):
            if self._is_at(selector):
                return
            name = self.page.locator(selector).first.get_attribute("name") if radio else None
            self.page.keyboard.press(
                "ArrowDown" if name and self._is_at(f"#dialog [name='{name}'][type=radio]") else "Tab"
            )
        raise AssertionError(f"{selector} cannot be reached by keyboard")

    def press(self, selector, key="Enter"):
        self.taps += 1
        self._go(selector.replace(" >> nth=0", ""))
        self.page.keyboard.press(key)

    def choose(self, selector):
        self.taps += 1
        self._go(selector, radio=True)
        if not self.page.locator(selector).first.is_checked():
            self.page.keyboard.press("Space")

    def write(self, selector, text):
        self._go(selector)
        self.page.keyboard.insert_text(text)


def address_of(company):
    return f"{company.encode().hex()[-12:]}.example"


def sheet(company):
    """Excel's own CSV of a Japanese computer: CP932, with characters that only it has."""
    text = f"会社名,氏名,役職,メール\r\n{company},髙瀬 澄江,課長,takase@{address_of(company)}\r\n㈱みなも①,渚 澪,,nagisa@{address_of(company)}\r\n"
    return {"name": "展示会.csv", "mimeType": "text/csv", "buffer": text.encode("cp932")}


def signs_in(hand, email, language):
    page = hand.page
    page.goto("/")
    if page.get_attribute("html", "lang") != language:
        hand.press("form[action='/account/language/'] button")
        expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("[name=login]").focus()
    page.keyboard.insert_text(email)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator("html")).to_have_attribute("lang", language)


def brings_leads_in(hand, company):
    page = hand.page
    page.goto("/imports/")
    page.set_input_files("#file", sheet(company))
    hand.press("main form[enctype] button[type=submit]")
    page.wait_for_url("**/columns/")
    expect(page.locator("#encoding select")).to_have_value("cp932")
    hand.press("#columns button.btn--pri")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    hand.press("main form[action$='/run/'] button")
    expect(page.locator(".tally")).to_be_visible(timeout=20_000)
    assert page.locator(".tally dd").first.inner_text().split()[0] == "2"


def finds_it(hand, company):
    page = hand.page
    page.goto("/leads/")
    page.locator("main tbody tr", has_text=company).locator("a").first.click()
    page.wait_for_url(re.compile(r"/leads/\d+/$"))
    return page.url


def hands_it_over(hand, receiver):
    """What the definition asks for is written down first: two parts of BANT and a note."""
    page = hand.page
    hand.press("#lead-do a[href$='/bant/']")
    for part in ("timeline", "need"):
        hand.choose(f"#dialog [name='fact-{part}'][value=known]")
    hand.write("#dialog [name='fact-need_note']", "紙の点検表をやめたい")
    hand.press("#dialog .dialog__f button[type=submit]")
    expect(page.locator("#dialog")).to_be_hidden()
    hand.press("a[href$='/notes/'][data-key=n]")
    hand.write("#dialog [name=text]", "来春の更新に合わせたい")
    hand.press("#dialog .dialog__f button[type=submit]")
    expect(page.locator("#dialog")).to_be_hidden()
    hand.press("#lead-do a[href$='/handoffs/new/']")
    page.locator("#dialog [name=to]").select_option(label=receiver)
    hand.write("#dialog [name=memo]", "来春の工場更新に合わせたい。四月に稟議。")
    hand.press("#dialog .dialog__f button[type=submit]")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#lead-do")).to_contain_text(receiver)


class Board:
    """Somebody's open board, on which nobody clicks."""

    def __init__(self, page, lead):
        self.page, self.lead = page, lead

    def shows_in(self, column):
        card = self.page.locator(f".kcol[data-column={column}] #lead-{self.lead}")
        expect(card).to_be_visible(timeout=AT_ONCE)

    def counts(self, column):
        return self.page.locator(f".kcol[data-column={column}] [data-count]")


@pytest.mark.parametrize(("language", "way"), [("ja", Pointer), ("en", Keyboard)])
def test_from_a_file_to_a_win_that_everybody_sees(open_page, portal, language, way):
    def opened(email, **options):
        hand = way(open_page(base_url=portal.url, **options))
        signs_in(hand, email, language)
        return hand

    company = f"くじら化成{language}"
    marketer = opened(f"koharu-{language}@aozora.example")
    brings_leads_in(marketer, company)
    address = finds_it(marketer, company)
    hands_it_over(marketer, f"青葉 湊{language}")
    marketer.page.goto("/board/")
    marketer.page.locator("form[action='/accounts/logout/'] button").first.dispatch_event("click")
    marketer.page.wait_for_url("**/accounts/login/**")

    board = Board(opened(f"koharu-{language}@aozora.example").page, address.rstrip("/").rpartition("/")[2])
    board.page.goto("/board/")
    board.shows_in("handed_over")
    won = board.counts("won").inner_text()

    seller = opened(f"aoba-{language}@aozora.example")
    page = seller.page
    expect(page.locator("main")).to_contain_text(company)  # waits for them on their first page
    page.goto("/board/")
    waiting = page.locator(f".kcol[data-column=handed_over] #lead-{board.lead}")
    expect(waiting.locator(".sla")).to_be_visible()
    page.goto(address)
    no_violations(page)

    seller.taps = 0
    seller.press("#answer .ans__b")
    board.shows_in("working")
    assert seller.taps <= 1
    seller.press(".quick .taps button[value=reached]")
    expect(page.locator("#timeline")).to_contain_text("青葉")
    assert seller.taps <= 2
    seller.taps = 0
    seller.press("#lead-do .quick__r a[href$='/result/']")
    seller.choose("#dialog [name=outcome][value=opportunity]")
    seller.press("#dialog .taps button[value='3']")
    board.shows_in("opportunity")
    assert seller.taps <= 3
    seller.press("#lead-do .quick__r a[href$='/win/']")
    seller.write("#dialog [name=amount]", "480万")
    seller.press("#dialog .dialog__f button[type=submit]")
    expect(board.counts("won")).not_to_have_text(won, timeout=AT_ONCE)
    expect(page.locator("#win-title")).to_be_visible()
    board.page.goto(address)
    expect(board.page.locator("#lead-do")).to_contain_text("4,800,000" if language == "en" else "480万")
    no_violations(board.page)


@pytest.mark.parametrize(
    "device", [{}, {"viewport": PHONE, "has_touch": True, "is_mobile": True}], ids=["desk", "phone"]
)
def test_a_return_in_four_taps_is_on_the_senders_board_at_once(open_page, portal, device):
    company = f"いるか商事{len(device)}"
    marketer = Pointer(open_page(base_url=portal.url))
    signs_in(marketer, "koharu-ja@aozora.example", "ja")
    brings_leads_in(marketer, company)
    address = finds_it(marketer, company)
    hands_it_over(marketer, "青葉 湊ja")
    board = Board(marketer.page, address.rstrip("/").rpartition("/")[2])
    board.page.goto("/board/")
    seller = Pointer(open_page(base_url=portal.url, **device))
    signs_in(seller, "aoba-ja@aozora.example", "ja")
    seller.page.goto(address)
    seller.taps = 0
    seller.press("#answer .ans__r summary")
    seller.choose("#answer [name=reason] >> nth=0")
    seller.choose("#answer [name=good_points] >> nth=0")
    seller.press("#answer-return button[type=submit]")
    board.shows_in("returned")
    assert seller.taps <= 4
