"""The morning of both sides in a real browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.models import Handoff, Thanks
from portal.models import CompanySettings
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, no_sideways_scrolling, no_violations, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _company():
    """Agreements and settings are emptied with the database after each test of this kind."""
    from leads import starter

    starter.ensure()
    make.five_promises()
    CompanySettings.load()


@pytest.fixture
def morning():
    """A marketer whose leads moved, and a seller for whom two wait."""
    now = timezone.now()
    marketer = make.person("marketing", family_name="小春", given_name="ひより")
    seller = make.person("sales", family_name="青葉", given_name="湊", is_manager=True)
    for name in ("くじら化成", "かもめ食品"):
        make.handoff(sender=marketer, receiver=seller, company=make.company(name), at=now)
    won = make.opportunity(sender=marketer, receiver=seller, company=make.company("つばめ物流"), at=now, amount=1)
    won.win(by=seller, at=now, on=timezone.localdate(now), amount=4_800_000)
    returned = make.handoff(sender=marketer, receiver=seller, company=make.company("あめんぼ水処理"), at=now)
    good = make.reason(kind="good_point", code="concrete_need")
    returned.return_to_sender(by=seller, at=now, reason=make.reason(), good_points=[good], line="導入時期を知りたい")
    Thanks.objects.create(lead=won, to=marketer, by=seller, at=now, line="事前の電話メモのおかげです")
    return {"marketing": marketer, "sales": seller}


def home(page, person):
    sign_in(page, person).goto(reverse("portal:home"))
    return page


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("who", ["marketing", "sales"])
def test_anyone_can_read_it(open_page, morning, who, viewport, scheme, language):
    person = morning[who]
    person.language = language
    person.save()
    page = home(open_page(viewport=viewport, color_scheme=scheme), person)
    page.locator("details summary").click()
    no_violations(page)
    no_sideways_scrolling(page)


def test_accepting_takes_one_tap_and_the_page_follows(page, morning):
    home(page, morning["sales"])
    page.locator(".wait__r", has_text="くじら化成").get_by_role("button", name="受領する").click()
    page.get_by_text("あなたの返事を待っているものが1件").wait_for()
    assert page.locator(".wait__r").count() == 1
    assert page.locator("#home-promised").locator("xpath=../..").get_by_text("くじら化成").count() == 1
    assert Handoff.objects.get(lead__company__name="くじら化成").state == "accepted"


def test_without_script_accepting_works_too(open_page, morning):
    page = home(open_page(java_script_enabled=False), morning["sales"])
    page.locator(".wait__r", has_text="かもめ食品").get_by_role("button").click()
    assert Handoff.objects.get(lead__company__name="かもめ食品").state == "accepted"


def test_a_marketer_reads_what_became_of_their_leads(page, morning):
    home(page, morning["marketing"])
    told = page.locator("section", has=page.locator("#home-morning"))
    assert told.get_by_text("480万円", exact=True).count() == 1
    assert told.get_by_text("導入時期を知りたい").count() == 1
    assert page.get_by_text("事前の電話メモのおかげです").count() == 1


def test_news_from_others_wait_while_somebody_points_at_the_page(page, morning):
    home(page, morning["sales"])
    page.locator(".wait__r").first.hover()
    Handoff.objects.get(lead__company__name="くじら化成").accept(by=morning["sales"], at=timezone.now())
    page.evaluate("document.body.dispatchEvent(new CustomEvent('lead-changed', {bubbles: true, detail: {id: 1}}))")
    page.get_by_role("button", name="更新があります").wait_for()
    assert page.locator(".wait__r").count() == 2
    page.get_by_role("button", name="更新があります").click()
    page.get_by_text("あなたの返事を待っているものが1件").wait_for()


def test_news_from_others_come_at_once_while_nobody_points_there(page, morning):
    home(page, morning["sales"])
    page.mouse.move(2, 2)
    Handoff.objects.get(lead__company__name="くじら化成").accept(by=morning["sales"], at=timezone.now())
    page.evaluate("document.body.dispatchEvent(new CustomEvent('lead-changed', {bubbles: true, detail: {id: 1}}))")
    page.get_by_text("あなたの返事を待っているものが1件").wait_for()
