"""The published funnel of a market place, rebuilt with the same totals: 8,000 leads, 842 won."""

import datetime

import pytest

from leads import metrics
from leads.models import Lead, Opportunity, Source
from portal import bulk

pytestmark = pytest.mark.django_db

FIRST = datetime.datetime(2018, 2, 1, 3, tzinfo=datetime.UTC)
# source: (won, leads); None is the 60 rows whose origin is blank
FUNNEL = {
    "paid_search": (195, 1586),
    "organic_search": (271, 2296),
    "unknown": (179, 1099),
    None: (14, 60),
    "other": (183, 2959),
}
# One was won two days before it asked to be contacted; half of them within two weeks.
DAYS = [-2, *[3] * 400, *[14] * 40, *[40] * 401]


@pytest.fixture
def _funnel(db):
    sources = {code: code and Source.objects.create(code=code, name=code) for code in FUNNEL}
    rows = [
        Lead(
            source=sources[code],
            created_at=FIRST + datetime.timedelta(minutes=n),
            external_key=f"{code}:{n}",
            stage="won" if n < won else "nurturing",
        )
        for code, (won, leads) in FUNNEL.items()
        for n in range(leads)
    ]
    bulk.insert(Lead, rows)
    won = [lead for lead in rows if lead.stage == "won"]
    deals = [
        Opportunity(
            lead=lead,
            state="won",
            opened_at=lead.created_at,
            closed_at=lead.created_at,
            closed_on=datetime.date(2018, 2, 1) + datetime.timedelta(days=after),
        )
        for lead, after in zip(won, DAYS, strict=True)
    ]
    bulk.insert(Opportunity, deals)


@pytest.mark.usefixtures("_funnel")
def test_the_conversion_figures_come_out_right():
    [by_source] = metrics.compute(["lead_to_won"], by="source")
    total = by_source.total
    assert (total.numerator, total.denominator, total.value) == (842, 8000, 10.525)
    shown = {row.key: (row.numerator, row.denominator) for row in by_source.rows}
    assert shown == {code or "": counts for code, counts in FUNNEL.items()}
    assert (by_source.row("").label, by_source.row("unknown").label) == ("（空欄）", "unknown")


@pytest.mark.usefixtures("_funnel")
def test_the_median_is_fourteen_days_and_the_early_win_counts():
    [found] = metrics.compute(["time_to_won"])
    assert (found.total.value, found.total.n) == (14, 842)


@pytest.mark.usefixtures("_funnel")
def test_amounts_that_no_file_gave_are_not_known():
    [won] = metrics.compute(["won_amount"])
    assert (won.total.value, won.total.n, won.total.unknown) == (0, 842, 842)
