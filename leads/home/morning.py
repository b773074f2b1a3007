"""What became of the leads that a person handed over: in yen, and in the words of whoever carries them now."""

import dataclasses
import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import permissions
from leads.home import today
from leads.home.rows import link
from leads.models import Handoff, Opportunity, Thanks
from portal import words

SINCE = datetime.timedelta(days=7)
THANKED_WITHIN = datetime.timedelta(days=30)
AT_MOST = 60
SHOWN = 6


@dataclasses.dataclass(frozen=True)
class Step:
    """The latest thing that happened to one of the leads."""

    at: datetime.datetime
    kind: str  # accepted, returned, resulted, opportunity, won, lost
    lead: Any
    says: str
    quote: str = ""
    yen: int | None = None
    has_yen: bool = False
    by: Any = None

    @property
    def company(self):
        return str(self.lead)

    @property
    def url(self):
        return link("leads:lead", self.lead.pk)

    @property
    def icon(self):
        return {"won": "heart", "returned": "back", "lost": "x", "accepted": "check"}.get(self.kind, "right")


@dataclasses.dataclass(frozen=True)
class Story:
    steps: list[Step]
    sentence: str


def panel(request):
    """For those who hand over; None for everyone else."""
    if request.user.function not in permissions.HANDING_OVER:
        return None
    story = of(request)
    return {
        "steps": story.steps[:SHOWN],
        "more": max(0, len(story.steps) - SHOWN),
        "sentence": story.sentence,
        "board": link("leads:board"),
    }


def head(request):
    """The page's sentence where nothing waits for an answer: what the week brought."""
    if request.user.function not in permissions.HANDING_OVER:
        return None
    sentence = of(request).sentence
    return {"sentence": sentence} if sentence else None


def of(request):
    if not hasattr(request, "leads_morning"):
        request.leads_morning = _story(request.user, today.of(request).at)
    return request.leads_morning


def _story(person, at):
    since = at - SINCE
    steps = [*_answers(person, since), *_deals(person, since)]
    latest: dict = {}
    for step in sorted(steps, key=lambda step: step.at):
        latest[step.lead.pk] = step
    # An acceptance says least: what came of the others stands first, the newest on top.
    shown = sorted(latest.values(), key=lambda step: (step.kind == "accepted", -step.at.timestamp()))
    return Story(shown, _sentence(steps))


def _mine(path, person):
    """Hand-offs this person sent, and those by which such a lead was passed on."""
    return Q(**{f"{path}sender": person}) | Q(**{f"{path}previous__sender": person})


def _answers(person, since):
    handoffs = Handoff.objects.filter(_mine("", person), undone_at=None, state__in=["accepted", "returned"])
    handoffs = handoffs.filter(Q(answered_at__gte=since) | Q(resulted_at__gte=since))
    rows = handoffs.select_related("lead__company", "answered_by", "return_reason")
    for one in rows.order_by(Coalesce("resulted_at", "answered_at").desc())[:AT_MOST]:
        if one.state == "returned":
            yield Step(one.answered_at, "returned", one.lead, str(one.return_reason), one.line, by=one.answered_by)
        elif one.resulted_at and one.resulted_at >= since and one.lead.stage in {"nurturing", "disqualified"}:
            yield Step(
                one.resulted_at, "resulted", one.lead, one.lead.get_stage_display(), one.lead.line, by=one.answered_by
            )
        elif one.answered_at >= since:
            yield Step(one.answered_at, "accepted", one.lead, _("Accepted"), by=one.answered_by)


def _deals(person, since):
    deals = Opportunity.objects.present().filter(_mine("handoff__", person))
    deals = deals.filter(Q(opened_at__gte=since) | Q(closed_at__gte=since))
    rows = deals.select_related("lead__company", "owner").prefetch_related("reasons")
    for one in rows.order_by(Coalesce("closed_at", "opened_at").desc())[:AT_MOST]:
        if one.state == "won":
            yield Step(one.closed_at, "won", one.lead, _("Won"), one.lead.line, one.amount, True, one.owner)
        elif one.state == "lost":
            reasons = words.listed(str(reason) for reason in one.reasons.all())
            yield Step(
                one.closed_at,
                "lost",
                one.lead,
                _("Lost: %(reasons)s") % {"reasons": reasons},
                one.reason_note,
                by=one.owner,
            )
        else:
            yield Step(
                one.opened_at, "opportunity", one.lead, _("Opportunity"), one.lead.line, one.amount, True, one.owner
            )


def _sentence(steps):
    """Seven days in one sentence; nothing where nothing happened."""
    counted = [
        (kind, [step for step in steps if step.kind == kind]) for kind in ("accepted", "returned", "opportunity", "won")
    ]
    told = [_told(kind, rows) for kind, rows in counted if rows]
    if not told:
        return ""
    return _("In seven days, of the leads you handed over: %(list)s.") % {"list": words.listed(told)}


def _told(kind, rows):
    n = len(rows)
    said = {
        "accepted": ngettext("%(n)d accepted", "%(n)d accepted", n),
        "returned": ngettext("%(n)d returned", "%(n)d returned", n),
        "opportunity": ngettext("%(n)d opportunity", "%(n)d opportunities", n),
        "won": ngettext("%(n)d won", "%(n)d won", n),
    }[kind] % {"n": n}
    yen = sum(row.yen or 0 for row in rows)
    if kind in {"accepted", "returned"} or not yen:
        return said
    return _("%(what)s (%(yen)s)") % {"what": said, "yen": words.money(yen)}


def thanks(request):
    """What colleagues thanked this person for; None where there is nothing yet."""
    at = today.of(request).at
    rows = Thanks.objects.filter(to=request.user, at__gte=at - THANKED_WITHIN).select_related("by", "lead__company")[:3]
    found = [
        {
            "by": row.by,
            "line": row.line,
            "lead": row.lead,
            "company": str(row.lead),
            "url": link("leads:lead", row.lead_id),
            "at": row.at,
        }
        for row in rows
    ]
    return {"rows": found} if found else None
