"""One verb for many leads: each is carried out by itself, and whatever is refused says why."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Lead
from portal.refusals import Refusal

MOST = 200


@dataclass
class Outcome:
    """Which leads it was done for, and which not, with the sentence of the refusal."""

    done: list[Lead] = field(default_factory=list)
    refused: list[tuple[Lead, str]] = field(default_factory=list)


def carry_out(ids, verb):
    """`verb(lead)` for each of these leads, in their order; raises Refusal where there are none or too many."""
    if not ids:
        raise Refusal(_("Choose at least one lead."), status=422)
    if len(ids) > MOST:
        raise Refusal(_("No more than %(n)d leads at a time.") % {"n": MOST}, status=422)
    outcome = Outcome()
    found = Lead.objects.present().for_page().in_bulk(ids)
    for lead in (found[pk] for pk in ids if pk in found):
        try:
            with transaction.atomic():
                verb(lead)
        except Refusal as refusal:
            outcome.refused.append((lead, str(refusal.message)))
        else:
            outcome.done.append(lead)
    return outcome
