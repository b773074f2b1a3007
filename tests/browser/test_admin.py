"""The administration in a browser: colours, both widths, no breach of the policy, nothing axe would object to."""

import pytest
from django.urls import reverse

from portal.models import BusinessCalendar, Person
from tests import make
from tests.administration import address
from tests.browser.conftest import DESKTOP, PHONE, no_sideways_scrolling, no_violations, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator():
    return make.person("other", is_staff=True, family_name="月白", given_name="梓")


def pages():
    lead = make.opportunity()
    calendar = BusinessCalendar.objects.get(slug="business-hours")
    revision = make.sla().revisions.get()
    return [
        reverse("admin:index"),
        address(Person, "changelist"),
        address(Person, "add"),
        address(calendar, "change", calendar.pk),
        address(lead, "changelist"),
        address(lead, "change", lead.pk),
        address(revision, "change", revision.pk),
        address(calendar, "history", calendar.pk),
        reverse("admin:leads_clock_hours", args=[calendar.pk]),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible_and_keeps_to_its_width(open_page, administrator, scheme, viewport):
    page = sign_in(open_page(color_scheme=scheme, viewport=viewport), administrator)
    for url in pages():
        page.goto(url)
        no_sideways_scrolling(page)
        assert page.findings == [], url
        no_violations(page)
        page.findings.clear()  # where a style sheet imports another, axe itself tries to add one to the page


def test_an_administrator_adds_a_person_and_changes_the_hours(page, administrator):
    sign_in(page, administrator)
    page.goto(address(Person, "add"))
    page.get_by_label("姓:").fill("若竹")
    page.get_by_label("姓（カナ）:").fill("ワカタケ")
    page.get_by_label("メール:").fill("wakatake@example.com")
    page.get_by_label("新しいパスワード:").fill("kazaguruma-2026")
    page.locator("[name=_save]").click()
    assert Person.objects.get(email="wakatake@example.com").check_password("kazaguruma-2026")
    calendar = BusinessCalendar.objects.get(slug="business-hours")
    page.goto(address(calendar, "change", calendar.pk))
    page.get_by_text("休業日・半日・臨時の営業日").scroll_into_view_if_needed()
    page.locator("#days-group .add-row a").click()
    page.locator("#id_days-0-on").fill("2026-08-13")
    page.locator("#id_days-0-name").fill("夏季休業")
    page.locator("[name=_save]").click()
    calendar.refresh_from_db()
    assert [day.name for day in calendar.days.all()] == ["夏季休業"]
    assert calendar.version == 2
