"""A file by way of the screens: upload, columns, check, run, report, the refused rows, and back again."""

import csv
import io

import pytest
from playwright.sync_api import expect

from leads.models import Import, Lead
from leads.tasks import work_on_import
from portal.models import CompanySettings
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, no_sideways_scrolling, no_violations, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = (
    "会社名,氏名,役職,メール,来場日\r\n"
    "㈱みなも機工,髙瀬 澄江,課長,takase@minamo.example,11/10/26\r\n"
    "株式会社くじら化成,汐見 航,次長,shiomi@kujira.example,11/09/26\r\n"
    "はやぶさ精密,﨑本 灯里,係長,sakimoto＠hayabusa.example,11/08/26\r\n"
)


@pytest.fixture(autouse=True)
def _company():
    """Agreements and settings are emptied with the database after each test of this kind."""
    from leads import starter

    starter.ensure()
    CompanySettings.load()


@pytest.fixture
def marketer():
    return make.person("marketing", family_name="花園", given_name="つむぎ")


def file_of(text=TEXT, name="産業保全展_名刺.csv", encoding="cp932"):
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode(encoding)}


def upload(page, file):
    page.goto("/imports/")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="列の対応へ進む").click()
    return page


def settle_columns(page):
    page.get_by_role("button", name="確認へ進む").click()


def answer(page):
    page.locator("label.pick", has_text="2026年11月10日").click()
    expect(page.get_by_role("button", name="取り込みを始める")).to_be_enabled()


def run(page):
    page.get_by_role("button", name="取り込みを始める").click()
    expect(page.locator("#progress")).to_be_visible()
    work_on_import(Import.objects.latest("pk").pk)
    expect(page.get_by_role("heading", name="取り込みが終わりました")).to_be_visible(timeout=10_000)


def tally(page):
    return dict(zip(page.locator(".tally dt").all_inner_texts(), _numbers(page), strict=True))


def _numbers(page):
    return [int(text.split()[0]) for text in page.locator(".tally dd").all_inner_texts()]


def test_a_file_comes_in_its_refused_rows_are_mended_and_all_of_it_goes_again(page, marketer):
    sign_in(page, marketer)
    upload(page, file_of())
    expect(page.locator("#encoding select")).to_have_value("cp932")
    expect(page.locator("#encoding tbody")).to_contain_text("髙瀬 澄江")
    settle_columns(page)
    expect(page.get_by_role("button", name="取り込みを始める")).to_be_disabled()
    answer(page)
    assert Lead.objects.count() == 0
    run(page)
    assert tally(page) == {"新しく作った": 2, "更新した": 0, "変わらなかった": 0, "受けられなかった": 1}

    with page.expect_download() as download:
        page.get_by_role("link", name="1行をCSVで受け取る").click()
    content = download.value.path().read_bytes().decode("utf-8-sig")
    _header, row = csv.reader(io.StringIO(content))
    assert row[3:] == ["sakimoto＠hayabusa.example", "11/08/26", "4", "メール", row[7]]
    assert download.value.suggested_filename == "産業保全展_名刺_refused.csv"

    page.get_by_role("link", name="取り込んだリードを見る").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()
    page.get_by_role("button", name="取り込みを取り消す").click()
    confirm_undo(page)
    assert Lead.objects.present().count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_anyone_can_read_every_step(open_page, marketer, viewport, scheme):
    page = sign_in(open_page(viewport=viewport, color_scheme=scheme), marketer)
    upload(page, file_of(TEXT + "㈱みなも機工,髙瀬 澄江,課長,takase2@minamo.example,11/10/26\r\n"))
    address = f"/imports/{Import.objects.get().pk}/"
    read(page, marketer, f"{address}columns/")
    settle_columns(page)
    read(page, marketer, address)
    answer(page)
    read(page, marketer, address)
    run(page)
    read(page, marketer, address)
    take_back(page)
    read(page, marketer, address)
    read(page, marketer, f"{address}kept/")
    read(page, marketer, "/imports/")


def read(page, person, address):
    """Looks at the page in both languages, and leaves it open in Japanese."""
    for language in ("en", "ja"):
        person.language = language
        person.save(update_fields=["language"])
        page.goto(address)
        no_violations(page)
        no_sideways_scrolling(page)


def take_back(page):
    """While one of its leads has been worked on."""
    lead = Lead.objects.first()
    lead.write_note(by=make.person("sales"), at=make.NOON, text="電話した")
    page.get_by_role("button", name="取り込みを取り消す").click()
    confirm_undo(page)


def confirm_undo(page):
    page.locator("#confirm[open]").locator("[data-yes]").click()
    expect(page.get_by_text("この取り込みは取り消されました。")).to_be_visible()


def test_the_keyboard_takes_a_file_in_and_an_arrow_is_no_answer(page, marketer):
    sign_in(page, marketer)
    page.goto("/imports/")
    page.set_input_files("#file", file_of())
    page.get_by_role("button", name="列の対応へ進む").press("Enter")
    page.get_by_role("button", name="確認へ進む").press("Enter")
    first = page.locator("fieldset .pick input").first
    first.focus()
    address, before = page.url, page.evaluate("performance.timeOrigin")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".pick input").nth(1)).to_be_checked()
    assert (page.url, page.evaluate("performance.timeOrigin")) == (address, before)  # the page was not sent off
    again = page.get_by_role("button", name="この内容で確かめ直す").first
    expect(again).to_be_visible()
    again.press("Enter")
    start = page.get_by_role("button", name="取り込みを始める")
    expect(start).to_be_enabled()
    start.press("Enter")
    expect(page.locator("#progress")).to_be_visible()
    work_on_import(Import.objects.get().pk)
    expect(page.get_by_role("heading", name="取り込みが終わりました")).to_be_visible(timeout=10_000)


def test_what_was_chosen_stays_when_a_choice_does_not_fit(page, marketer):
    sign_in(page, marketer)
    upload(page, file_of())
    page.select_option("#column-2", "email")
    page.fill("#campaign", "産業保全展 2026秋")
    settle_columns(page)
    expect(page.locator("#failure")).to_be_focused()
    expect(page.locator("#failure")).to_contain_text("できる列は1つです")
    expect(page.locator("#column-2")).to_have_value("email")
    expect(page.locator("#column-2")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#campaign")).to_have_value("産業保全展 2026秋")
    no_violations(page)


def test_an_encoding_that_does_not_fit_is_a_sentence_and_the_file_is_read_as_before(page, marketer):
    sign_in(page, marketer)
    upload(page, file_of())
    page.select_option("#encoding select", "utf-8")
    page.get_by_role("button", name="これで読む").click()
    expect(page.locator("#failure")).to_contain_text("別の文字コードを選んでください")
    expect(page.locator("#encoding tbody")).to_contain_text("髙瀬 澄江")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({"name": "a.csv", "mimeType": "text/csv", "buffer": b""}, "ファイルが空です"),
        ({"name": "a.xls", "mimeType": "x/y", "buffer": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}, "xls"),
        ({"name": "a.csv", "mimeType": "text/csv", "buffer": (",".join(map(str, range(2_000))) + "\n").encode()}, "列"),
    ],
    ids=["empty", "old excel", "too many columns"],
)
def test_a_file_that_cannot_be_taken_is_a_sentence(page, marketer, file, sentence):
    sign_in(page, marketer)
    upload(page, file)
    expect(page.locator("#failure")).to_be_focused()
    expect(page.locator("#failure")).to_contain_text(sentence)
    no_violations(page)
    assert Import.objects.count() == 0
