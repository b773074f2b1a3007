from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.views.dialogs import done, lead_or_404
from portal.models import Entry
from portal.once import once


@once
@require_POST
def undo(request, pk):
    """Take a verb back, within ten minutes and while nothing has followed."""
    entry = get_object_or_404(Entry, pk=pk, stream__startswith="lead:")
    lead = lead_or_404(entry.stream.removeprefix("lead:"))
    lead.undo(entry, by=request.user, at=timezone.now())
    return done(request, lead, _("%(lead)s: taken back.") % {"lead": lead})
