"""What people write runs nothing: no dialog opens, no request leaves, no policy is broken (RELIABILITY B01)."""

import pytest
from django.utils import timezone

from leads import starter
from leads.models import Company, Lead
from portal.models import Person
from tests import make
from tests.browser.conftest import sign_in
from tests.security.payloads import ADDRESSES, DEEDS, ELEMENTS, PROBES, SCRIPTS, TEMPLATES

pytestmark = pytest.mark.django_db(transaction=True)

DOZEN = [
    *SCRIPTS[:3],
    ELEMENTS[0].format(DEEDS[0]),
    ELEMENTS[4].format(DEEDS[6]),
    ELEMENTS[6].format(DEEDS[2]),
    ELEMENTS[14].format(DEEDS[4]),
    ELEMENTS[9].format(DEEDS[5]),
    ADDRESSES[7],
    ADDRESSES[9],
    TEMPLATES[0],
    PROBES[3],
]


@pytest.fixture
def company():
    """Each string in names, notes, memos and the trail of a lead of its own."""
    starter.ensure()
    make.five_promises()
    at = timezone.now()
    sender, receiver = (
        make.person("inside_sales", family_name=DOZEN[3][:60]),
        make.person("sales", given_name=DOZEN[4][:60]),
    )
    for text in DOZEN:
        lead = make.hot_lead(
            by=sender, at=at, family_name=text[:60], title=text[:60], department=text[:60], company=make.company(text)
        )
        lead.write_note(by=sender, at=at, text=text)
        lead.hand_over(to=receiver, by=sender, at=at, memo=text)
    return receiver


def test_nothing_that_was_written_acts(page, company):
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith((page.portal, "data:")) or alarms.append(request.url))
    sign_in(page, company)
    lead, another = Lead.objects.first(), Lead.objects.last()
    firm = Company.objects.get(pk=lead.company_id)
    addresses = ["/", "/board/", "/leads/", "/notifications/", f"/search/?q={DOZEN[3]}", firm.get_absolute_url()]
    addresses += [f"/leads/{one}/" for one in Lead.objects.values_list("pk", flat=True)]
    addresses += [f"/leads/{lead.pk}/{part}/" for part in ("edit", "preparation", "history", "menu")]
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.locator("zq, main script, main iframe, main [onerror], main [hx-on\\:\\:load]").count() == 0
    page.goto(another.get_absolute_url())
    page.locator("#answer .ans__b").click()
    page.locator(".quick .taps button").first.wait_for()
    page.goto("/board/")
    page.locator(".card__mv").first.click()
    page.locator("#menu button, #menu a").first.wait_for()
    assert Person.objects.filter(language="ja").count() == 2
    assert alarms == []
