"""The frame in a real browser. The views at the top stand in for pages that the apps will bring."""

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.test import override_settings
from django.urls import path, reverse
from django.utils import timezone

from portal import shell
from portal.refusals import Refusal
from portal.urls import handler500, urlpatterns  # noqa: F401
from tests import make
from tests.browser.conftest import Ime, no_sideways_scrolling, no_violations, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "tasuki-relay-1"
said = []


def sample(request):
    return render(request, "browser/sample.html", {"now": timezone.now(), "said": list(said)})


def piece(request):
    if request.method == "POST":
        said.append(request.POST["memo"])
        shell.say(request, "引き渡しました。", undo="/sample/")
        response = render(request, "browser/said.html", {"said": list(said)})
        response.headers["HX-Trigger"] = '{"close-dialog": {}}'
        return response if request.htmx else redirect("/sample/")
    return render(request, "browser/piece.html")


def refuse(request):
    raise Refusal("白瀬さんが先に答えました。")


@login_not_required
def broken(request, name):
    return render(request, f"portal/errors/{name}.html")


urlpatterns = [
    path("sample/", sample, name="sample"),
    path("sample/piece/", piece),
    path("sample/menu/", lambda request: render(request, "browser/menu.html")),
    path("sample/refusal/", refuse),
    path("sample/errors/<name>/", broken),
    *urlpatterns,
]

TEMPLATES = {
    "browser/sample.html": """{% extends "base.html" %}{% block title %}見本{% endblock %}{% block main %}
<h1>見本</h1>
<p><a class="btn" href="/sample/piece/" data-dialog>渡す</a> <a class="btn" href="/sample/piece/" data-dialog="drawer">横に開く</a>
<a class="btn" href="/sample/menu/" data-menu aria-haspopup="menu">操作</a>
<button class="btn" type="button" hx-post="/sample/refusal/" hx-target="#said">断られる</button></p>
<form method="post" action="/sample/piece/" data-confirm="引き渡しますか">{% csrf_token %}<input type="hidden" name="memo" value="確かめた"><button class="btn" type="submit">確かめて渡す</button></form>
<div data-card><a href="/sample/?card=1">くじら化成</a> <button class="btn" type="button" data-key="r" data-open="keys">返事</button></div>
<div data-card><a href="/sample/?card=2">かもめ食品</a></div>
<p>{% sla "ok" at=now warn_at=now name="くじら化成" %} {% baton "marketing" "sales" 40 "warn" %}</p>
{% include "browser/said.html" %}
{% endblock %}""",
    "browser/said.html": '<p id="said">{% for memo in said %}{{ memo }} {% endfor %}</p>',
    "browser/menu.html": '<button type="button">受領する</button><button type="button">差し戻す</button><a href="/sample/?menu=1">開く</a>',
    "browser/piece.html": """<div class="dialog__b"><h2>くじら化成を引き渡しますか</h2>
<form class="form" method="post" action="/sample/piece/" hx-post="/sample/piece/" hx-target="#said" hx-swap="outerHTML" data-guard>
{% csrf_token %}<div class="field"><label class="label" for="memo">メモ</label><textarea class="area" id="memo" name="memo"></textarea></div>
<div class="dialog__f"><button class="btn" type="button" data-close>やめる</button><button class="btn btn--pri" type="submit">引き渡す</button></div></form></div>""",
}


@pytest.fixture(autouse=True)
def _sample_pages(settings):
    said.clear()
    engine = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    given = {**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}
    with override_settings(ROOT_URLCONF=__name__, TEMPLATES=[given]):
        yield


@pytest.fixture
def person():
    return make.person("sales", email="aoba@aozora.example", password=PASSWORD, family_name="青葉", given_name="湊")


@pytest.fixture
def here(page, person):
    sign_in(page, person).goto("/sample/")
    return page


def test_what_breaks_the_content_policy_is_found(here):
    here.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">rot</p>')")
    here.wait_for_timeout(100)
    assert "style" in here.findings[0]
    here.findings.clear()


# -- Everyone can read and reach it --------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_every_page_of_the_frame_is_accessible_in_both_themes_at_every_width(open_page, person, scheme, width):
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 844})
    for address in ("account_login", "account_reset_password", "account_inactive"):
        page.goto(reverse(address))
        no_violations(page)
        no_sideways_scrolling(page)
    sign_in(page, person)
    for address in ("/", "/sample/", "/account/", "/accounts/password/change/", "/accounts/sessions/", "/nowhere/"):
        page.goto(address)
        no_violations(page)
        no_sideways_scrolling(page)


def test_the_frame_in_english_is_accessible_and_fits_a_phone(phone, person):
    person.language = "en"
    person.save()
    sign_in(phone, person)
    for address in ("/", "/sample/", "/account/", "/accounts/sessions/", "/nowhere/"):
        phone.goto(address)
        assert phone.get_attribute("html", "lang") == "en"
        no_violations(phone)
        no_sideways_scrolling(phone)


@pytest.mark.parametrize("template", ["broken", "unavailable", "form_expired"])
def test_the_pages_for_what_broke_are_accessible_without_the_database(open_page, template):
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto(f"/sample/errors/{template}/")
        no_violations(page)
        assert page.is_visible("h1")


def test_marks_and_bars_stay_visible_in_forced_colours(here):
    here.emulate_media(forced_colors="active")
    assert here.evaluate("getComputedStyle(document.querySelector('main .sla')).forcedColorAdjust") == "auto"
    assert here.evaluate("getComputedStyle(document.querySelector('main .tm')).forcedColorAdjust") == "none"
    no_violations(here)


def test_a_form_that_came_back_is_accessible_and_its_summary_has_the_focus(page, person):
    sign_in(page, person).goto("/account/")
    page.fill("[name=away_to]", "2026-12-28")
    page.click("main button[type=submit].btn--pri")
    page.wait_for_selector("[data-focus]")
    assert page.evaluate("document.activeElement.hasAttribute('data-focus')")
    assert page.get_attribute("[name=away_from]", "aria-invalid") == "true"
    no_violations(page)


def test_the_first_tab_skips_to_the_content(here):
    here.keyboard.press("Tab")
    here.keyboard.press("Enter")
    assert here.evaluate("document.activeElement.id") == "main"


def test_signing_in_and_out_by_hand(page, person):
    page.goto("/account/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")
    page.click("main aside form button")
    page.wait_for_url("**/accounts/login/**")


def test_the_pages_work_without_script(open_page, person):
    page = open_page(java_script_enabled=False)
    sign_in(page, person).goto("/sample/")
    page.click("text=渡す")
    page.fill("[name=memo]", "来春まで")
    page.click("button[type=submit]")
    assert page.inner_text("#said").strip() == "来春まで"
    assert "引き渡しました。" in page.inner_text("#toasts")


# -- Theme and language -----------------------------------------------------------------------


def test_the_theme_answers_at_once_and_is_drawn_by_the_server_afterwards(here):
    here.click("[data-theme-toggle] button")
    assert here.evaluate("document.documentElement.dataset.theme") == "dark"
    answer = here.goto("/account/")
    assert 'data-theme="dark"' in answer.text()
    here.click("[data-theme-toggle] button")
    assert 'data-theme="light"' in here.goto("/account/").text()


def test_the_language_switch_comes_back_to_the_same_page(here):
    here.click("text=English")
    here.wait_for_url("**/sample/")
    assert here.get_attribute("html", "lang") == "en"


def test_icons_and_the_logo_take_the_pages_colours_from_the_served_file(here):
    size = here.evaluate("""() => { const box = document.querySelector(".brand__mark use").getBoundingClientRect();
        return [box.width > 10, box.height > 10] }""")
    assert size == [True, True]
    assert here.evaluate("getComputedStyle(document.querySelector('.nav__a .ic')).stroke") != "none"


# -- Dialogs -------------------------------------------------------------------------------------


def test_a_dialog_takes_the_focus_and_gives_it_back(here):
    here.click("text=横に開く")
    here.wait_for_selector("#drawer[open] h2")
    here.wait_for_function("document.activeElement.tagName === 'H2'")
    no_violations(here)
    here.keyboard.press("Escape")
    here.wait_for_selector("#drawer", state="hidden")
    assert here.evaluate("document.activeElement.textContent") == "横に開く"


def test_input_in_a_dialog_is_not_lost_unasked(here):
    here.click("text=渡す >> nth=0")
    here.fill("#dialog [name=memo]", "来春まで")
    here.keyboard.press("Escape")
    here.wait_for_selector("#confirm[open]")
    here.click("#confirm button >> nth=0")
    assert here.input_value("#dialog [name=memo]") == "来春まで"
    here.click("#dialog [data-close]")
    here.click("#confirm [data-yes]")
    here.wait_for_selector("#dialog", state="hidden")
    assert said == []


def test_a_dialog_that_was_sent_closes_swaps_the_piece_and_says_so_with_undo(here):
    here.click("text=渡す >> nth=0")
    here.fill("#dialog [name=memo]", "来春まで")
    here.keyboard.press("Control+Enter")
    here.wait_for_selector("#dialog", state="hidden")
    assert here.inner_text("#said").strip() == "来春まで"
    assert said == ["来春まで"]
    toast = here.locator("#toasts .toast")
    assert "引き渡しました。" in toast.inner_text()
    assert toast.locator("form").get_attribute("action") == "/sample/"
    assert re.fullmatch(r"[0-9a-f-]{36}", toast.locator("[name=request_id]").get_attribute("value"))


def test_a_weighty_step_is_asked_for_first(here):
    here.click("text=確かめて渡す")
    assert here.inner_text("#confirm h2") == "引き渡しますか"
    here.click("#confirm button >> nth=0")
    assert said == []
    here.click("text=確かめて渡す")
    here.click("#confirm [data-yes]")
    here.wait_for_function("document.querySelector('#said').textContent.includes('確かめた')")
    assert said == ["確かめた"]


def test_a_refusal_is_a_toast_that_stays_and_the_piece_is_left_alone(here):
    here.clock.install()
    here.click("text=断られる")
    here.wait_for_selector("#toasts .toast--over")
    assert "白瀬さんが先に答えました。" in here.inner_text("#toasts")
    here.clock.run_for(20_000)
    assert here.locator("#toasts .toast--over").count() == 1
    here.click("[data-close-toast]")
    assert here.locator("#toasts .toast").count() == 0


def test_a_toast_goes_after_eight_seconds_but_not_while_it_has_the_focus(here):
    here.clock.install()
    here.evaluate("document.dispatchEvent(new CustomEvent('toast', {detail: {text: '保存しました。', undo: '/x/'}}))")
    here.focus("#toasts .toast button[type=submit]")
    here.clock.run_for(20_000)
    assert here.locator("#toasts .toast").count() == 1
    here.evaluate("document.activeElement.blur()")
    here.clock.run_for(9_000)
    assert here.locator("#toasts .toast").count() == 0


# -- Menus -----------------------------------------------------------------------------------------


def test_a_menu_is_walked_with_arrows_and_gives_the_focus_back(here):
    here.click("text=操作")
    here.wait_for_selector("#menu:popover-open")
    here.wait_for_function("document.activeElement.textContent === '受領する'")
    here.keyboard.press("ArrowDown")
    assert here.evaluate("document.activeElement.textContent") == "差し戻す"
    here.keyboard.press("ArrowUp")
    here.keyboard.press("ArrowUp")
    assert here.evaluate("document.activeElement.textContent") == "開く"
    here.keyboard.press("Escape")
    here.wait_for_selector("#menu", state="hidden")
    assert here.evaluate("document.activeElement.textContent") == "操作"


def test_the_phone_has_every_entry_under_menu(phone, person):
    sign_in(phone, person).goto("/sample/")
    phone.tap(".tabbar button")
    phone.wait_for_selector("#all-menu:popover-open")
    no_violations(phone, within="#all-menu")
    phone.tap("#all-menu >> text=自分の設定")
    phone.wait_for_url("**/account/")


# -- Keyboard and input methods ---------------------------------------------------------------------


def test_single_keys_walk_go_and_open_the_list(here):
    here.keyboard.press("j")
    assert here.evaluate("document.activeElement.textContent") == "くじら化成"
    here.keyboard.press("j")
    here.keyboard.press("j")
    assert here.evaluate("document.activeElement.textContent") == "かもめ食品"
    here.keyboard.press("k")
    here.keyboard.press("r")
    here.wait_for_selector("#keys[open]")
    no_violations(here, within="#keys")
    here.keyboard.press("Escape")
    here.keyboard.press("?")
    here.wait_for_selector("#keys[open]")
    here.keyboard.press("Escape")
    here.keyboard.press("g")
    here.keyboard.press("h")
    here.wait_for_url(here.portal + "/")


def test_single_keys_never_fire_in_fields_or_with_a_modifier(here):
    here.keyboard.press("Control+j")
    assert here.evaluate("document.activeElement === document.body")
    here.click("text=渡す >> nth=0")
    here.focus("#dialog [name=memo]")
    here.keyboard.type("?gh/j")
    assert here.input_value("#dialog [name=memo]") == "?gh/j"
    assert here.locator("#keys[open]").count() == 0


def test_single_keys_can_be_turned_off(page, person):
    person.single_keys = False
    person.save()
    sign_in(page, person).goto("/sample/")
    page.keyboard.press("?")
    page.keyboard.press("j")
    assert page.locator("#keys[open]").count() == 0
    assert page.evaluate("document.activeElement === document.body")
    page.click("[data-open=keys]")
    assert page.locator("#keys[open]").count() == 1


def test_a_conversion_is_neither_sent_nor_closed(here):
    here.click("text=渡す >> nth=0")
    here.focus("#dialog [name=memo]")
    ime = Ime(here)
    ime.compose("らいしゅん")
    ime.key("Enter")
    ime.key("Escape")
    assert here.locator("#dialog[open]").count() == 1
    assert here.locator("#confirm[open]").count() == 0
    assert said == []
    ime.commit("来春")
    here.keyboard.press("Enter")
    assert said == []
    here.keyboard.press("Control+Enter")
    here.wait_for_selector("#dialog", state="hidden")
    assert [memo.strip() for memo in said] == ["来春"]


def test_keys_of_an_input_method_are_no_shortcuts(here):
    ime = Ime(here)
    ime.key("j")
    ime.key("?")
    assert here.evaluate("document.activeElement === document.body")
    assert here.locator("#keys[open]").count() == 0


# -- Clocks --------------------------------------------------------------------------------------------


def test_a_clock_turns_by_itself_and_says_so_once(here):
    here.clock.install()
    here.reload()
    here.clock.run_for(61_000)
    assert "sla--over" in here.get_attribute("main .sla", "class")
    assert here.inner_text("main .sla__w") == "超過"
    assert here.inner_text("main .sla time") == "1分"
    assert here.inner_text("#live") == "くじら化成 超過"
    here.evaluate("document.getElementById('live').textContent = ''")
    here.clock.run_for(60_000)
    assert here.inner_text("main .sla time") == "2分"
    assert here.inner_text("#live") == ""


# -- Print -----------------------------------------------------------------------------------------------


def test_print_hides_the_frame_and_keeps_the_page(here):
    here.emulate_media(media="print")
    assert [here.is_visible(part) for part in (".side", ".top", "main h1", "main .sla")] == [False, False, True, True]
