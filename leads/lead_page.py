"""What a lead's page shows, as finished values; a fixed number of queries however much has happened."""

import dataclasses
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import clause_words, duplicates, relay, routing_words, verbs
from leads.forms.handoffs import ReturnForm
from leads.forms.working import CHANNELS
from leads.models import Activity, Bant, CustomField, Lead, Opportunity, Thanks
from portal.models import BusinessCalendar, Person

SHEET_LINES = 8

LEGS = {
    "brought": _("Brought the lead"),
    "warmed": _("Warmed it and passed it on"),
    "called": _("Called"),
    "closed": _("Closed the deal"),
}


@dataclasses.dataclass(frozen=True)
class Runner:
    """Somebody who carries this lead, or carried it: one record may say so."""

    person: Any
    role: Any
    may_be_thanked: bool = False
    is_thanked: bool = False


def context(lead, person, now, *, return_form=None):
    handoff = lead.handoff
    definition, sla = _agreements(lead, now)
    can = {verb.code: verb for verb in verbs.available(lead, person)}
    return {
        "lead": lead,
        "handoff": handoff,
        "can": can,
        "verbs": list(can.values()),
        "relay": relay.of(lead, now, sla),
        "answer": "accept" in can,
        "return_form": return_form or (ReturnForm(handoff=handoff) if "return" in can else None),
        "quick": "contact" in can,
        **(_quick() if "contact" in can else {}),
        "good_points": list(handoff.good_points.all()) if handoff is not None and handoff.waits_for_reply else [],
        "facts": facts(lead),
        "clauses": clauses(lead, definition) if lead.stage == lead.Stage.NURTURING else [],
        "definition": definition,
        "routing": routing_words.sentence(handoff) if handoff is not None else "",
        "exception": exception_words(lead, handoff),
        "people": people(lead),
        "win": win(lead, person) if lead.stage == lead.Stage.WON else [],
        "time_request": lead.next_clock.time_asked_for if lead.next_clock else None,
        "duplicates": duplicates.of(lead),
        "external_ids": list(lead.external_ids.order_by("system")),
        "custom": custom_values(lead, CustomField.On.LEAD),
        "now": now,
    }


def preparation(lead, now):
    """The preparation sheet: who, why now, what they read, BANT, the company, what colleagues know."""
    definition, sla = _agreements(lead, now)
    activities = (
        lead.activities.filter(removed_at=None).select_related("campaign", "by").order_by("-at", "-id")[:SHEET_LINES]
    )
    notes = lead.notes.filter(removed_at=None).select_related("by").order_by("-at", "-id")[:SHEET_LINES]
    others = (
        Lead.objects.present().filter(company=lead.company_id).exclude(pk=lead.pk)
        if lead.company_id
        else Lead.objects.none()
    )
    deals = (
        Opportunity.objects.present().filter(company=lead.company_id) if lead.company_id else Opportunity.objects.none()
    )
    return {
        "lead": lead,
        "handoff": lead.handoff,
        "facts": facts(lead),
        "routing": routing_words.sentence(lead.handoff) if lead.handoff else "",
        "relay": relay.of(lead, now, sla),
        "activities": list(activities),
        "notes": list(notes),
        "others": list(others.select_related("owner").order_by("-id")[:5]),
        "deals": list(deals.select_related("owner", "company", "lead").order_by("-opened_at")[:5]),
        "people": people(lead),
        "custom": custom_values(lead, CustomField.On.LEAD),
        "definition": definition,
        "now": now,
    }


def facts(lead):
    """BANT in its order: [{part, state, note, by, at, origin}], unknown parts included."""
    held = {bant.part: bant for bant in lead.bant.select_related("by")}
    return [
        {"part": part, "label": label, "state": held[part].state if part in held else "unknown", "fact": held.get(part)}
        for part, label in Bant.Part.choices
    ]


def clauses(lead, definition):
    """What the definition asks, and which of it holds: [{"words", "is_met"}]."""
    if definition is None:
        return []
    missing = lead.unmet(definition)
    return [
        {"words": clause_words.words(clause), "is_met": clause["key"] not in missing}
        for clause in definition.parameters["clauses"]
    ]


def exception_words(lead, handoff):
    """The written exception that a hand-off was made by, in the reader's language."""
    if handoff is None or not handoff.exception:
        return ""
    for one in lead.exceptions(handoff.definition_revision):
        if one["code"] == handoff.exception:
            return clause_words.exception(one)
    return handoff.exception


def people(lead):
    """Who runs with this lead, each once, the current carrier first."""
    handoff = lead.handoff
    waits = handoff is not None and lead.stage == lead.Stage.HANDED_OVER
    candidates = [
        (handoff.receiver, _("Receives")) if waits else (lead.owner, _("Carries it now")),
        (handoff.sender, _("Handed it over")) if handoff is not None else (None, ""),
        (lead.campaign.owner, _("Made the start")) if lead.campaign_id else (None, ""),
    ]
    found: dict[int, Runner] = {}
    for person, role in candidates:
        if person is not None:
            found.setdefault(person.pk, Runner(person, role))
    return list(found.values())


def win(lead, person):
    """A win belongs to everybody who ran: [Runner] in the order of the relay."""
    legs: dict[int, list[str]] = {}
    for leg, pk in lead.legs():
        legs.setdefault(pk, []).append(str(LEGS[leg]))
    thanked = Exists(Thanks.objects.filter(lead=lead, by=person, to=OuterRef("pk")))
    people = Person.objects.annotate(is_thanked=thanked).in_bulk(legs)
    return [
        Runner(people[pk], "・".join(roles), may_be_thanked=pk != person.pk, is_thanked=people[pk].is_thanked)
        for pk, roles in legs.items()
    ]


def custom_values(record, on):
    """[(label, value)] of the further fields that hold something."""
    if not record.custom:
        return []
    fields = CustomField.objects.filter(on=on, is_active=True)
    return [
        (field.label, record.custom[field.code]) for field in fields if record.custom.get(field.code) not in (None, "")
    ]


def _quick():
    """What one tap can say of a try to reach the lead."""
    return {
        "quick_channels": [(kind.value, kind.label) for kind in CHANNELS],
        "quick_outcomes": Activity.Outcome.choices,
        "next_day": BusinessCalendar.objects.next_day(timezone.localdate()),
    }


def _agreements(lead, now):
    """A hand-off is judged by the revisions it started under; before that by those in force."""
    handoff = lead.handoff
    if handoff is not None and (lead.stage != lead.Stage.NURTURING or handoff.waits_for_reply):
        return handoff.definition_revision, handoff.sla_revision
    return lead.agreements(now)
