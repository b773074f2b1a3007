"""What a company's page shows, as finished values; a fixed number of queries however many leads it has."""

from django.db.models import Count, Min, Q, Sum

from leads import duplicates
from leads.lead_page import custom_values
from leads.models import CustomField, Lead, Opportunity
from leads.relay import face
from portal.models import Person

SIZE = 50
HISTORY_OF = 500  # leads whose history is merged: a page of it sorts what belongs to one company only
ASKED = 6

OPEN, WON = Opportunity.State.OPEN, Opportunity.State.WON


def context(company, now, *, after=None):
    """`after`: the key of the last lead on the page before."""
    leads = company.leads.present().for_page().order_by("-id")
    page = list((leads.filter(pk__lt=after) if after else leads)[: SIZE + 1])
    shown = page[:SIZE]
    return {
        "company": company,
        "leads": shown,
        "next_key": shown[-1].pk if len(page) > SIZE else None,
        "people_count": company.leads.present().count(),
        "opportunities": list(_opportunities(company)[:SIZE]),
        "sums": _sums(company),
        "next_promise": _next_promise(shown, now),
        "colleagues": _colleagues(company),
        "duplicates": duplicates.among(shown),
        "custom": custom_values(company, CustomField.On.COMPANY),
        "now": now,
    }


def leads_in_history(company):
    """Keys of the leads whose history is told."""
    return list(company.leads.present().order_by("-id").values_list("pk", flat=True)[:HISTORY_OF])


def _opportunities(company):
    found = company.opportunities.present().select_related("lead", "owner", "handoff__sender", "lead__campaign__owner")
    return found.order_by("state", "-opened_at", "-id")


def _sums(company):
    """What is won and what is open: numbers of deals, yen, and how many amounts are not known."""
    return company.opportunities.present().aggregate(
        won=Count("pk", filter=Q(state=WON)),
        won_yen=Sum("amount", filter=Q(state=WON)),
        won_unknown=Count("pk", filter=Q(state=WON, amount=None)),
        won_since=Min("closed_on", filter=Q(state=WON)),
        open=Count("pk", filter=Q(state=OPEN)),
        open_yen=Sum("amount", filter=Q(state=OPEN)),
        open_unknown=Count("pk", filter=Q(state=OPEN, amount=None)),
    )


def _next_promise(leads, now):
    """The lead whose promise is due next, with its clock's chip: the record, not a person."""
    running = [lead for lead in leads if lead.next_clock is not None and lead.next_clock.due_at is not None]
    if not running:
        return None
    lead = min(running, key=lambda lead: lead.next_clock.due_at)
    return {
        "lead": lead,
        "clock": lead.next_clock,
        "face": face(lead.next_clock, now, pauses=tuple(lead.next_clock.pause_spans())),
    }


def _colleagues(company):
    """Whom to ask: who carries or carried leads of this company, the most recent first."""
    recent = (
        Lead.objects.present()
        .filter(company=company, owner__isnull=False)
        .order_by("-id")
        .values_list("owner", flat=True)[:SIZE]
    )
    keys = list(dict.fromkeys(recent))[:ASKED]
    people = Person.objects.select_related("unit").in_bulk(keys)
    return [people[key] for key in keys]
