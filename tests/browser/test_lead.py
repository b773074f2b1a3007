"""A lead in a real browser: taps counted, nothing typed is lost, and everything works by keyboard and without script."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import Lead
from tests import make
from tests.browser.conftest import Ime, no_sideways_scrolling, no_violations, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

MEMO = "来年4月の工場更新に合わせたいそうです。予算は年内枠で300万円。"


class Hand:
    """Taps on a page, and counts them."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, selector, **given):
        self.taps += 1
        self.page.locator(selector, **given).first.click()


@pytest.fixture(autouse=True)
def _promises():
    make.five_promises()


def ago(**given):
    return timezone.now() - datetime.timedelta(**given)


def offered(**given):
    sender = make.person("inside_sales", family_name="若竹", given_name="光")
    receiver = make.person("sales", family_name="青葉", given_name="湊")
    company = make.company("かもめ食品", employees=180, industry="食品製造")
    campaign = make.campaign(
        aim="出会う", hypothesis="数を示すと進む", owner=make.person("marketing", family_name="小春")
    )
    return make.handoff(
        sender=sender, receiver=receiver, company=company, campaign=campaign, memo=MEMO, at=ago(minutes=20), **given
    )


def working():
    handoff = offered()
    handoff.accept(by=handoff.receiver, at=ago(minutes=10))
    return Lead.objects.get(pk=handoff.lead_id)


def opportunity():
    lead = working()
    lead.record_result(by=lead.owner, at=ago(minutes=5), result="opportunity", quality=3)
    return Lead.objects.get(pk=lead.pk)


def opened(page, person, address):
    sign_in(page, person)
    page.goto(address)
    return page


def stage(lead):
    return Lead.objects.values_list("stage", flat=True).get(pk=lead.pk)


def reads(page, text):
    expect(page.locator(".crumb").first).to_contain_text(text)


# -- Taps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", ["page", "phone"])
def test_accepting_takes_one_tap_without_scrolling(request, device):
    handoff = offered()
    page = opened(request.getfixturevalue(device), handoff.receiver, handoff.lead.get_absolute_url())
    button = page.locator("#answer .ans__b")
    expect(button).to_be_in_viewport()
    hand = Hand(page)
    hand.tap("#answer .ans__b")
    reads(page, "対応中")
    expect(page.locator("#quick-title")).to_be_visible()
    assert (hand.taps, stage(handoff.lead)) == (1, "working")


def test_what_was_accepted_can_be_taken_back_from_the_toast(page):
    handoff = offered()
    opened(page, handoff.receiver, handoff.lead.get_absolute_url())
    page.locator("#answer .ans__b").click()
    reads(page, "対応中")
    page.locator("#toasts").get_by_role("button", name="取り消す").click()
    reads(page, "受領待ち")
    expect(page.locator("#answer .ans__b")).to_be_visible()
    assert stage(handoff.lead) == "handed_over"


@pytest.mark.parametrize("outcome", ["不在", "接触済", "日程調整", "伝言"])
def test_a_contact_takes_one_tap_and_no_field(phone, outcome):
    lead = working()
    opened(phone, lead.owner, lead.get_absolute_url())
    hand = Hand(phone)
    hand.tap(f".quick .taps button:text-is('{outcome}')")
    expect(phone.locator("#timeline")).to_contain_text(outcome)
    assert (hand.taps, lead.activities.count()) == (1, 1)


def test_a_second_contact_follows_the_first_without_loading_the_page_anew(page):
    lead = working()
    opened(page, lead.owner, lead.get_absolute_url())
    for outcome in ("不在", "接触済", "伝言"):
        page.locator(f".quick .taps button:text-is('{outcome}')").click()
        expect(page.locator("#timeline")).to_contain_text(outcome)
    assert lead.activities.count() == 3


@pytest.mark.parametrize(
    ("choice", "crumb", "after"),
    [
        ("商談になった", "商談", "opportunity"),
        ("時期が先", "育成", "nurturing"),
        ("学生・個人", "対象外", "disqualified"),
    ],
)
def test_a_result_takes_three_taps_and_no_field(phone, choice, crumb, after):
    lead = working()
    opened(phone, lead.owner, lead.get_absolute_url())
    hand = Hand(phone)
    hand.tap("#lead-do .quick__r a:has-text('結果を入力する')")
    hand.tap(f"#dialog .pick:has-text('{choice}')")
    hand.tap("#dialog .taps button:has-text('良かった')")
    reads(phone, crumb)
    assert (hand.taps, stage(lead)) == (3, after)
    expect(phone.locator("#dialog")).not_to_be_visible()


@pytest.mark.parametrize("device", ["page", "phone"])
def test_a_return_takes_four_taps_and_no_field(request, device):
    handoff = offered()
    page = opened(request.getfixturevalue(device), handoff.receiver, handoff.lead.get_absolute_url())
    hand = Hand(page)
    hand.tap(".ans__r > summary")
    hand.tap("#answer-return .pick:has-text('決裁者が別')")
    hand.tap("#answer-return .pick:has-text('課題が具体的')")
    hand.tap("#answer-return button[type=submit]")
    reads(page, "差し戻し")
    assert (hand.taps, stage(handoff.lead)) == (4, "nurturing")


def test_a_win_takes_two_taps_where_the_amount_is_known(page):
    lead = opportunity()
    lead.opportunities.update(amount=4_800_000)
    Lead.objects.filter(pk=lead.pk).update(amount=4_800_000)
    opened(page, lead.owner, lead.get_absolute_url())
    hand = Hand(page)
    hand.tap("#lead-do a:text-is('受注')")
    hand.tap("#dialog button[type=submit]")
    reads(page, "受注")
    expect(page.locator("#win-title")).to_be_visible()
    assert (hand.taps, lead.opportunities.get().amount) == (2, 4_800_000)


def test_thanks_take_one_tap(page):
    lead = opportunity()
    lead.win(by=lead.owner, at=timezone.now(), on=timezone.localdate(), amount=1)
    opened(page, lead.owner, lead.get_absolute_url())
    page.get_by_role("button", name="お礼を伝える 若竹 光").click()
    expect(page.locator(".winners li", has_text="若竹")).to_contain_text("お礼ずみ")
    assert lead.thanks.count() == 1


def test_handing_over_from_the_dialog_with_a_missing_fact(page):
    sender = make.person("inside_sales")
    receiver = make.person("sales", family_name="青葉", given_name="湊")
    lead = make.lead(owner=sender)
    opened(page, sender, lead.get_absolute_url())
    page.locator("#lead-do a.btn--pri").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("渡す相手").select_option(label="青葉 湊")
    dialog.get_by_label("受ける人へのメモ").fill("来春の更新")
    dialog.get_by_role("button", name="引き渡す").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_label("受ける人へのメモ")).to_have_value("来春の更新")
    for part in ("時期", "課題"):
        dialog.locator("fieldset", has=page.locator(f"legend:text-is('{part}')")).get_by_text("確認ずみ").click()
    dialog.get_by_role("button", name="引き渡す").click()
    reads(page, "受領待ち")
    assert Lead.objects.get(pk=lead.pk).handoff.receiver == receiver


# -- What was typed ---------------------------------------------------------------------------------------


def test_a_return_without_a_reason_comes_back_in_its_place(page):
    handoff = offered()
    opened(page, handoff.receiver, handoff.lead.get_absolute_url())
    page.locator(".ans__r > summary").click()
    page.locator("#answer-return #id_line").fill("工場長向けの1枚があると進みます")
    page.locator("#answer-return button[type=submit]").click()
    expect(page.locator("#answer-return .errs")).to_be_focused()
    expect(page.locator("#answer-return #id_line")).to_have_value("工場長向けの1枚があると進みます")
    expect(page.locator("#answer-return .err")).to_have_count(2)
    page.locator("#answer-return .errs a").first.click()
    assert page.url.endswith("#id_reason")


def test_news_do_not_take_away_what_is_being_typed(page):
    handoff = offered()
    colleague = make.person("sales", unit=handoff.receiver.unit, family_name="白瀬")
    opened(page, handoff.receiver, handoff.lead.get_absolute_url())
    expect(page.locator("#timeline")).to_be_visible()
    page.locator(".ans__r > summary").click()
    page.locator("#answer-return #id_line").fill("書きかけ")
    handoff.accept(by=colleague, at=timezone.now())
    page.evaluate("(id) => document.dispatchEvent(new CustomEvent('lead-changed', {detail: {id}}))", handoff.lead_id)
    expect(page.locator(".lead__news")).to_contain_text("更新があります")
    expect(page.locator("#answer-return #id_line")).to_have_value("書きかけ")
    reads(page, "対応中")
    expect(page.locator("#lead-people")).to_contain_text("白瀬")


def test_only_a_change_of_this_lead_is_news(page):
    handoff = offered()
    page.route("**/live/**", lambda route: route.abort())
    opened(page, handoff.receiver, handoff.lead.get_absolute_url())
    expect(page.locator("#timeline")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    tell = "(id) => document.body.dispatchEvent(new CustomEvent('lead-changed', {bubbles: true, detail: {id}}))"
    for lead, times in [(handoff.lead_id + 1, 0), (handoff.lead_id, 1)]:
        page.evaluate(tell, lead)
        page.wait_for_timeout(400)
        assert len([url for url in asked if url.endswith(handoff.lead.get_absolute_url())]) == times


# -- Keyboard and input methods -------------------------------------------------------------------------------


def test_r_answers_and_n_writes_a_note_by_keyboard_alone(page):
    handoff = offered()
    opened(page, handoff.receiver, handoff.lead.get_absolute_url())
    expect(page.locator("#timeline")).to_be_visible()
    page.keyboard.press("r")
    reads(page, "対応中")
    expect(page.locator("#timeline")).to_contain_text("青葉 湊")
    page.keyboard.press("n")
    expect(page.locator("#dialog h2")).to_be_focused()
    page.locator("#dialog textarea").focus()
    page.keyboard.type("夜勤も紙のまま")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("夜勤も紙のまま")


def test_a_mention_is_offered_chosen_and_told(page):
    lead, called = working(), make.person("marketing", family_name="雪村", given_name="澪")
    opened(page, lead.owner, lead.get_absolute_url())
    expect(page.locator("#timeline")).to_be_visible()
    page.keyboard.press("n")
    area = page.locator("#dialog textarea")
    area.press_sequentially("@雪")
    expect(page.locator(".mention__l li")).to_have_text(["雪村 澪"])
    area.press("Enter")
    expect(area).to_have_value("@雪村澪 ")
    area.press_sequentially("事例はありますか")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text("事例はありますか")
    assert list(lead.notes.latest("id").mentions.all()) == [called]


def test_nothing_is_chosen_or_sent_in_the_middle_of_a_conversion(page):
    lead = working()
    notes = lead.notes.count()
    make.person("marketing", family_name="雪村", given_name="澪")
    opened(page, lead.owner, lead.get_absolute_url())
    expect(page.locator("#timeline")).to_be_visible()
    page.keyboard.press("n")
    area, ime = page.locator("#dialog textarea"), Ime(page)
    area.focus()
    page.keyboard.type("@")
    ime.compose("ゆきむら")
    ime.key("Enter")
    ime.key("Escape")
    expect(page.locator("#dialog")).to_be_visible()
    ime.commit("雪村")
    expect(page.locator(".mention__l li")).to_have_text(["雪村 澪"])
    assert lead.notes.count() == notes


def test_enter_in_a_field_sends_no_result(page):
    lead = working()
    opened(page, lead.owner, lead.get_absolute_url())
    page.locator("#lead-do .quick__r a:has-text('結果を入力する')").click()
    page.locator("#dialog summary").click()
    page.locator("#dialog #id_amount").fill("480万")
    page.locator("#dialog .pick:has-text('商談になった')").click()
    page.locator("#dialog #id_amount").press("Enter")
    page.wait_for_timeout(300)
    assert stage(lead) == "working"


# -- Without script, on paper, for everyone ---------------------------------------------------------------------


def test_everything_works_without_script(open_page):
    handoff = offered()
    page = opened(open_page(java_script_enabled=False), handoff.receiver, handoff.lead.get_absolute_url())
    page.locator("#answer .ans__b").click()
    assert page.url.endswith(handoff.lead.get_absolute_url())
    reads(page, "対応中")
    page.locator(".quick .taps button", has_text="不在").click()
    page.locator(".quick__r a", has_text="結果を入力する").click()
    page.locator(".pick", has_text="商談になった").click()
    page.locator(".taps button", has_text="良かった").click()
    reads(page, "商談")
    page.locator("#lead-history a").first.click()
    expect(page.locator("ol.tl")).to_contain_text("不在")


def test_the_preparation_sheet_is_one_printed_page(page):
    lead = working()
    for n in range(12):
        make.activity(lead, at=ago(days=n), detail=f"食品工場の点検をタブレットに{n}")
        lead.write_note(by=lead.owner, at=ago(days=n), text="夜勤の点検も紙のまま。工場長は現場出身。" * 3)
        make.lead(company=lead.company, line="保全課の窓口")
    opened(page, lead.owner, reverse("leads:lead-preparation", args=[lead.pk]))
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheet)) == 1


STATES = {
    "offered": lambda: (offered().lead, "receiver"),
    "working": lambda: (working(), "owner"),
    "opportunity": lambda: (opportunity(), "owner"),
    "nurturing": lambda: (make.hot_lead(by=make.person("inside_sales"), at=ago(hours=1)), "owner"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_and_its_dialogs_have_no_barriers(open_page, state, scheme):
    lead, who = STATES[state]()
    lead = Lead.objects.get(pk=lead.pk)
    reader = lead.owner if who == "owner" else lead.handoff.receiver
    page = opened(open_page(color_scheme=scheme), reader, lead.get_absolute_url())
    expect(page.locator("#timeline")).to_be_visible()
    if state == "offered":
        page.locator(".ans__r > summary").click()
        page.locator("#answer-return button[type=submit]").click()
        expect(page.locator("#answer-return .errs")).to_be_visible()
    no_violations(page)
    dialogs = page.locator("#lead-do a[data-dialog]")
    for nth in range(dialogs.count()):
        dialogs.nth(nth).click()
        expect(page.locator("#dialog")).to_be_visible()
        no_violations(page, "#dialog")
        page.locator("#dialog [data-close]").click()
        expect(page.locator("#dialog")).not_to_be_visible()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_scrolls_sideways_on_a_phone(phone, language):
    lead = working()
    type(lead.owner).objects.filter(pk=lead.owner_id).update(language=language)
    sign_in(phone, lead.owner)
    for name, pk in [
        ("lead", lead.pk),
        ("lead-preparation", lead.pk),
        ("lead-edit", lead.pk),
        ("company", lead.company_id),
    ]:
        phone.goto(reverse(f"leads:{name}", args=[pk]))
        no_sideways_scrolling(phone)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_company_and_the_forms_have_no_barriers(open_page, scheme):
    lead = opportunity()
    make.lead(company=lead.company, family_name=lead.family_name)
    lead.win(by=lead.owner, at=timezone.now(), on=timezone.localdate(), amount=3_200_000)
    page = open_page(color_scheme=scheme)
    sign_in(page, lead.owner)
    for name, pk in [
        ("company", lead.company_id),
        ("company-edit", lead.company_id),
        ("lead", lead.pk),
        ("lead-edit", lead.pk),
        ("lead-preparation", lead.pk),
    ]:
        page.goto(reverse(f"leads:{name}", args=[pk]))
        page.wait_for_load_state("networkidle")
        no_violations(page)
