"""For managers: what people who are away or gone still hold, and disagreements that are open."""

import dataclasses
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from leads.home import today
from leads.home.rows import link
from leads.models import Handoff, Lead
from portal.models import Person

AT_MOST = 8
CARRIED = {Lead.Stage.WORKING, Lead.Stage.OPPORTUNITY, Lead.Stage.HANDED_OVER}


@dataclasses.dataclass(frozen=True)
class Held:
    """How many leads somebody holds who is not there."""

    person: Any
    leads: int
    offers: int

    @property
    def is_gone(self):
        return self.person.left_on is not None

    @property
    def url(self):
        board = link("leads:board")
        return board and f"{board}?owner={self.person.pk}"


def panel(request):
    """None for those who manage nobody, and where there is nothing to see to."""
    if not request.user.is_manager:
        return None
    held, disputes = _held(request.user, today.of(request).at), _disputes(request)
    return {"held": held, "disputes": disputes} if held or disputes else None


def _held(manager, at):
    day = timezone.localdate(at)
    away = Q(away_from__lte=day) & (Q(away_to=None) | Q(away_to__gte=day))
    people = Person.objects.filter(Q(left_on__lte=day) | away, manager=manager).select_related("stand_in")
    carried = Lead.objects.present().filter(owner=OuterRef("pk"), stage__in=CARRIED)
    offered = Handoff.objects.offered().filter(receiver=OuterRef("pk"))
    rows = people.annotate(carried=_count(carried), offered=_count(offered)).filter(Q(carried__gt=0) | Q(offered__gt=0))
    return [Held(person, person.carried, person.offered) for person in rows.order_by("family_kana", "given_kana", "pk")]


def _count(rows):
    """Each in a query of its own: joined together, leads and offers would multiply."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _disputes(request):
    """Returns on which both sides still see things differently, of this manager's people on either side."""
    return [
        {"handoff": row, "lead": row.lead, "company": str(row.lead), "url": link("leads:lead", row.lead_id)}
        for row in today.of(request).disputes[:AT_MOST]
    ]
