"""The board by pointer, by menu, by keyboard and on a phone; what others change arrives; nobody is left out."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import CardPosition, ColumnTally, Lead
from tests import make
from tests.browser.conftest import no_sideways_scrolling, no_violations, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _agreements(transactional_db):
    from leads import starter

    ColumnTally.objects.all().delete()  # emptying the tables between tests counts the leads that go
    starter.ensure()
    make.five_promises()


def now():
    return timezone.now()


def due_in(minutes, person):
    """A lead of this person's that wants attention then."""
    return make.lead(
        stand=False,
        stage="working",
        owner=person,
        board_column="working",
        attention_at=now() + datetime.timedelta(minutes=minutes),
    )


def card(page, lead):
    return page.locator(f"#lead-{lead.pk}")


def column(page, name):
    return page.locator(f'.kcol[data-column="{name}"]')


def drag(page, lead, name):
    """Press on the card, move in steps over the column, let go."""
    start, to = card(page, lead).bounding_box(), column(page, name).bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] / 2 + 10, steps=4)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 90, steps=12)
    page.wait_for_timeout(150)
    page.mouse.up()


def stage(lead):
    return Lead.objects.get(pk=lead.pk).stage


@pytest.fixture
def offered():
    return make.handoff(at=now(), company=make.company("くじら化成"))


@pytest.fixture
def board(page, offered):
    sign_in(page, offered.receiver).goto("/board/")
    return page


# -- Moving -------------------------------------------------------------------------------------


def test_dragging_onto_working_accepts_in_one_move(board, offered):
    drag(board, offered.lead, "working")
    expect(column(board, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    expect(board.locator("#live")).to_have_text("くじら化成を対応中へ移しました")
    expect(column(board, "working").locator("[data-count]")).to_have_text("1")
    expect(column(board, "handed_over").locator("[data-count]")).to_have_text("0")
    assert stage(offered.lead) == "working"


def test_dragging_onto_returned_asks_for_the_reason_and_does_nothing_before(board, offered):
    drag(board, offered.lead, "returned")
    expect(board.locator("#dialog")).to_be_visible()
    expect(board.locator("#dialog")).to_contain_text("導入時期が不明")
    assert stage(offered.lead) == "handed_over"
    board.keyboard.press("Escape")
    expect(board.locator("#dialog")).to_be_hidden()
    expect(column(board, "handed_over").locator(f"#lead-{offered.lead_id}")).to_be_visible()


@pytest.mark.parametrize("name", ["opportunity", "won", "to_hand_over"])
def test_dragging_never_skips_a_step(board, offered, name):
    drag(board, offered.lead, name)
    if name == "to_hand_over":  # taking it back is the return, with its reason
        expect(board.locator("#dialog")).to_be_visible()
    else:
        expect(board.locator("#toasts .toast--over")).to_be_visible()
    expect(column(board, "handed_over").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    assert stage(offered.lead) == "handed_over"


def test_the_menu_does_the_same_in_two_taps(board, offered):
    card(board, offered.lead).locator(".card__mv").click()
    board.locator("#menu").get_by_text("受領する").click()
    expect(column(board, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    expect(board.locator("#live")).to_have_text("くじら化成を対応中へ移しました")
    assert stage(offered.lead) == "working"


def test_the_keyboard_does_it_without_a_pointer(board, offered):
    board.keyboard.press("j")
    expect(card(board, offered.lead).locator(".card__co")).to_be_focused()
    board.keyboard.press("m")
    expect(board.locator("#menu button, #menu a").first).to_be_focused()
    board.keyboard.press("Enter")
    expect(column(board, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    expect(board.locator("#live")).to_have_text("くじら化成を対応中へ移しました")
    expect(card(board, offered.lead).locator(".card__co")).to_be_focused()
    board.keyboard.press("Enter")
    board.wait_for_url(f"**/leads/{offered.lead_id}/")


def test_j_and_k_walk_through_the_cards(page):
    person = make.person()
    leads = [due_in(n, person) for n in (10, 20, 30)]
    sign_in(page, person).goto("/board/")
    for key, expected in [("j", 0), ("j", 1), ("j", 2), ("k", 1)]:
        page.keyboard.press(key)
        expect(card(page, leads[expected]).locator(".card__co")).to_be_focused()


def test_taking_a_move_back_puts_the_card_where_it_was(board, offered):
    card(board, offered.lead).locator(".card__mv").click()
    board.locator("#menu").get_by_text("受領する").click()
    expect(column(board, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    board.locator("#toasts").get_by_role("button", name="取り消す").click()
    expect(column(board, "handed_over").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    assert stage(offered.lead) == "handed_over"


# -- One's own order -----------------------------------------------------------------------------


@pytest.fixture
def three(page):
    person = make.person()
    leads = [due_in(n, person) for n in (10, 20, 30)]
    sign_in(page, person).goto("/board/?sort=own")
    return page, person, leads


def order(page):
    return [int(one.get_attribute("data-lead")) for one in page.locator('[data-cards="working"] > [data-card]').all()]


def test_cards_are_put_up_and_down_by_dragging(three):
    page, _person, (a, b, c) = three
    start, to = card(page, c).bounding_box(), card(page, a).bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"], steps=4)
    with page.expect_response("**/position/") as answer:
        page.mouse.move(to["x"] + 40, to["y"] + 10, steps=15)
        page.wait_for_timeout(200)
        page.mouse.up()
    assert answer.value.status == 204
    page.reload()
    assert order(page) == [c.pk, a.pk, b.pk]


def test_cards_are_put_up_and_down_by_the_menu(three):
    page, person, (a, b, c) = three
    card(page, c).locator(".card__mv").click()
    with page.expect_response("**/position/"):
        page.locator("#menu").get_by_text("いちばん上へ").click()
    expect(page.locator("#live")).to_contain_text("1番目に置きました")
    page.reload()
    assert order(page) == [c.pk, a.pk, b.pk]
    assert CardPosition.objects.filter(person=person).count() == 1


# -- What others do ------------------------------------------------------------------------------


def news(page, lead, **detail):
    """What the live connection announces."""
    page.evaluate("(detail) => htmx.trigger(document.body, 'lead-changed', detail)", {"id": lead.pk, **detail})


def test_what_somebody_else_did_shows_on_my_board(page, offered):
    sign_in(page, offered.sender).goto("/board/")
    offered.accept(by=offered.receiver, at=now())
    news(page, offered.lead)
    expect(column(page, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible(timeout=2000)
    expect(page.locator("#live")).to_be_empty()


def test_a_card_under_the_pointer_stays_and_says_so(page, offered):
    sign_in(page, offered.sender).goto("/board/")
    card(page, offered.lead).hover()
    offered.accept(by=offered.receiver, at=now())
    news(page, offered.lead)
    update = card(page, offered.lead).get_by_text("更新があります")
    expect(update).to_be_visible()
    expect(column(page, "handed_over").locator(f"#lead-{offered.lead_id}")).to_be_visible()
    update.click()
    expect(column(page, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible()


def test_a_new_card_comes_in_by_its_due_time(page):
    person = make.person()
    first, last = due_in(10, person), due_in(30, person)
    sign_in(page, person).goto("/board/")
    between = due_in(20, person)
    news(page, between)
    expect(card(page, between)).to_be_visible()
    assert order(page) == [first.pk, between.pk, last.pk]


def test_news_that_come_while_counts_are_read_are_not_left_lying(page, offered):
    """Somebody else's change, and while the board is still at it, my own."""
    sign_in(page, offered.receiver).goto("/board/")
    page.route("**/board/counts/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    with page.expect_request("**/board/counts/**"):
        news(page, offered.lead)
    offered.accept(by=offered.receiver, at=now())
    news(page, offered.lead, own=True)
    expect(column(page, "working").locator(f"#lead-{offered.lead_id}")).to_be_visible(timeout=3000)


def test_very_much_news_asks_before_it_moves_everything(board):
    board.evaluate("htmx.trigger(document.body, 'much-changed')")
    expect(board.locator("#board-news")).to_be_visible()


# -- Several at once -------------------------------------------------------------------------------


def test_several_leads_at_once(page):
    manager = make.person(is_manager=True)
    working, offered = make.working(at=now()), make.handoff(at=now()).lead
    sign_in(page, manager).goto("/board/")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    for lead in (working, offered):
        card(page, lead).hover()
        card(page, lead).locator(".card__ck").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2件を選んでいます")
    page.locator("[data-bulk-verb=recycle]").click()
    expect(page.locator("#dialog")).to_contain_text("このうち1件はそのままになります")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog")).to_contain_text("1件に行いました")
    page.locator("#dialog").get_by_role("button", name="閉じる").click()
    assert (stage(working), stage(offered)) == ("nurturing", "handed_over")
    expect(page.locator("[data-bulk]")).to_be_hidden()


# -- Conditions ------------------------------------------------------------------------------------


def test_a_condition_sends_itself_and_is_taken_out_by_its_chip(board, offered):
    board.locator("select[name=owner]").select_option("me")
    board.wait_for_url("**/board/?owner=me")
    expect(card(board, offered.lead)).to_be_visible()
    board.get_by_role("link", name="「担当 わたし」を外す").click()
    board.wait_for_url("**/board/?")


def test_conditions_are_kept_as_a_view(board):
    board.goto("/board/?score=60")
    board.get_by_text("いまの条件を保存").click()
    board.locator("#dialog input[name=name]").fill("60点から")
    board.locator("#dialog button[type=submit]").click()
    expect(board.locator(".tabs [aria-current=page]")).to_have_text("60点から")


# -- A phone, both themes, both languages -------------------------------------------------------------


def test_a_phone_shows_one_column_and_switches(phone, offered):
    make.working(at=now())
    sign_in(phone, offered.receiver).goto("/board/")
    expect(column(phone, "handed_over")).to_be_visible()
    expect(column(phone, "working")).to_be_hidden()
    no_sideways_scrolling(phone)
    phone.locator('[data-switch] [data-column="working"]').tap()
    expect(column(phone, "working")).to_be_visible()
    expect(column(phone, "handed_over")).to_be_hidden()
    no_violations(phone)


def test_a_phone_accepts_from_the_menu(phone, offered):
    sign_in(phone, offered.receiver).goto("/board/")
    card(phone, offered.lead).locator(".card__mv").tap()
    phone.locator("#menu").get_by_text("受領する").tap()
    expect(phone.locator("#live")).to_have_text("くじら化成を対応中へ移しました")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/board/", "/board/?due=overdue&score=40", "/board/?open=won", "/leads/", "/search/?q=くじら"]
)
def test_nothing_keeps_anybody_out(open_page, offered, scheme, address):
    make.handoff(at=now() - datetime.timedelta(days=10))
    make.opportunity(at=now())
    page = sign_in(open_page(color_scheme=scheme), offered.receiver)
    page.goto(address)
    no_violations(page)
    no_sideways_scrolling(page)


def test_the_board_works_without_script(open_page, offered):
    page = sign_in(open_page(java_script_enabled=False), offered.receiver)
    page.goto("/board/")
    card(page, offered.lead).locator(".card__mv").click()
    page.get_by_role("button", name="受領する").click()
    assert stage(offered.lead) == "working"


def test_the_list_on_a_phone_and_in_english(open_page, offered):
    person = make.person(language="en")
    page = sign_in(open_page(viewport={"width": 390, "height": 844}), person)
    page.goto("/leads/")
    expect(page.get_by_role("heading", level=1)).to_have_text("All leads")
    no_sideways_scrolling(page)
    no_violations(page)
