"""Files in the shape of the Olist funnel: the figures must come out as they went in.

The rows of the real files stay outside; here stands a look-alike with the same totals (Marketing Funnel
by Olist, CC BY-NC-SA 4.0, aggregates only). Where the real files lie beside the project they are taken in too.
"""

import csv
import datetime
import hashlib
import io
import statistics
from pathlib import Path

import pytest
from django.utils import timezone

from leads.models import Lead, Opportunity, Source
from tests.leads.intake.taking import counts, take_in

pytestmark = pytest.mark.django_db

REAL = Path(__file__).parents[4] / "shared" / "data" / "olist_funnel"
# origin: (leads, won); the rest is spread over other channels.
ORIGINS = {
    "paid_search": (1586, 195),
    "organic_search": (2296, 271),
    "unknown": (1099, 179),
    "": (60, 14),
    "social": (2959, 183),
}


def text_of(header, rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()


def look_alike(scale=1):
    leads, deals = [], []
    for origin, (count, won) in ORIGINS.items():
        for n in range(count // scale):
            key = hashlib.md5(f"{origin}{n}".encode()).hexdigest()
            day = datetime.date(2018, 1, 1) + datetime.timedelta(days=n % 120)
            leads.append([key, day.isoformat(), f"page{n % 50}", origin])
            if n < won // scale:
                # Days to the win: as many under 14 as over, some the same day, one before the first contact.
                days = 14 if n % 3 == 0 else (n % 14 if n % 3 == 1 else 15 + n % 40)
                at = datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time(2 + n % 20, n % 60))
                deals.append([key, f"s{len(deals)}", "sdr", "rep", at.isoformat(sep=" "), "0.0"])
    leads_text = text_of(["mql_id", "first_contact_date", "landing_page_id", "origin"], leads)
    return leads_text, text_of(
        ["mql_id", "seller_id", "sdr_id", "sr_id", "won_date", "declared_monthly_revenue"], deals
    )


def figures():
    won = {}
    for source in [*Source.objects.all(), None]:
        leads = Lead.objects.filter(source=source)
        won[source.code if source else ""] = (leads.count(), leads.filter(stage="won").count())
    days = [
        (deal.closed_on - timezone.localdate(deal.lead.created_at)).days
        for deal in Opportunity.objects.filter(state="won").select_related("lead")
    ]
    return won, statistics.median(days)


def test_conversion_figures_come_out_right():
    leads, deals = look_alike()
    assert counts(take_in(leads, name="mql.csv")) == (8000, 0, 0, 0)
    assert counts(take_in(deals, name="deals.csv")) == (0, 842, 0, 0)
    won, median = figures()
    assert won == ORIGINS
    assert median == 14
    assert Opportunity.objects.exclude(amount=None).count() == 0
    assert round(Lead.objects.filter(stage="won").count() / Lead.objects.count(), 5) == 0.10525


@pytest.mark.parametrize("damage", ["us", "dmy", "spaces", "dropped"])
def test_damaged_copies_come_in_right(damage):
    leads, deals = look_alike(scale=20)
    if damage == "spaces":
        leads = leads.replace("_search", " search")
    if damage in ("us", "dmy"):
        form = "%m/%d/%Y" if damage == "us" else "%d-%m-%Y"
        leads = redated(leads, 1, form)
        deals = redated(deals, 4, f"{form} %H:%M").replace("\n", "\r\n")
    if damage == "dropped":
        leads = text_of(*cut(leads, 2))
        deals = text_of(*cut(deals, 5, 3, 2))
    assert take_in(leads, name="mql.csv", mapping="olist_leads").refused == 0
    assert take_in(deals, name="deals.csv", mapping="olist_deals").refused == 0
    won, median = figures()
    assert won == {origin: (count // 20, sold // 20) for origin, (count, sold) in ORIGINS.items()}
    assert median == 14


def redated(text, place, form):
    header, *rows = csv.reader(io.StringIO(text))
    for row in rows:
        row[place] = datetime.datetime.fromisoformat(row[place]).strftime(form)
    return text_of(header, rows)


def cut(text, *places):
    header, *rows = [[cell for n, cell in enumerate(row) if n not in places] for row in csv.reader(io.StringIO(text))]
    return header, rows


@pytest.mark.soak
@pytest.mark.skipif(not REAL.exists(), reason="the real Olist files are not part of the project")
def test_the_real_files_and_their_damaged_copies():
    take_in((REAL / "olist_marketing_qualified_leads_dataset.csv").read_bytes(), name="mql.csv")
    take_in((REAL / "olist_closed_deals_dataset.csv").read_bytes(), name="deals.csv")
    won, median = figures()
    expected = {origin: ORIGINS[origin] for origin in ("paid_search", "organic_search", "unknown", "")}
    assert {origin: won[origin] for origin in expected} == expected
    assert (Lead.objects.count(), Lead.objects.filter(stage="won").count(), median) == (8000, 842, 14)
    for path in sorted((REAL / "variants").glob("*.csv")):
        again = take_in(path.read_bytes(), name=path.name)
        assert (again.created, again.updated, again.refused) == (0, 0, 0), path.name
    assert figures() == (won, median)
