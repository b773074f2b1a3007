from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.views.dialogs import done, lead_or_404
from portal.models import Person
from portal.once import once


@once
@require_POST
def thanks(request, pk):
    """One tap, to somebody who carried the lead."""
    lead = lead_or_404(pk, request)
    key = request.POST.get("to", "")
    to = get_object_or_404(Person, pk=key if key.isdecimal() else None)
    lead.thank(to=to, by=request.user, at=timezone.now())
    return done(request, lead, _("%(name)s has been thanked.") % {"name": to})
