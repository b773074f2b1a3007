"""How every verb is asked for and answered: a dialog for htmx, a page without script; afterwards a toast and an event."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from leads import verbs
from leads.models import Handoff, Lead
from portal.refusals import Refusal
from portal.shell import say


def lead_or_404(pk, request=None):
    """A lead as its page and its dialogs show it; a POST needs little of that, as the verb reads it anew under its lock."""
    leads = Lead.objects.present()
    is_sent = request is not None and request.method == "POST"
    return get_object_or_404(leads.select_related("company") if is_sent else leads.for_page(), pk=pk)


def handoff_or_404(pk, request):
    """A hand-off with its lead, likewise."""
    handoffs = Handoff.objects.select_related("sender", "receiver", "lead__company", "sla_revision")
    handoff = get_object_or_404(handoffs, pk=pk, lead__removed_at=None)
    if request.method != "POST":
        handoff.lead = Lead.objects.for_page().get(pk=handoff.lead_id)
    return handoff


def offer(request, lead, code):
    """Before a form is shown: that this person can do this now."""
    if verbs.find(lead, request.user, code) is None:
        raise Refusal(_("This cannot be done with the lead as it stands now. Open it to see what can."))


def show(request, name, lead, context):
    """The form of a verb: templates/leads/verbs/<name>.html in the frame that was asked for. After a POST something is missing."""
    status = 422 if request.method == "POST" else 200
    frame = "leads/verbs/_dialog.html" if request.htmx else "leads/verbs/page.html"
    found = {"frame": frame, "lead": lead, "action": request.get_full_path(), **context}
    return render(request, f"leads/verbs/{name}.html", found, status=status)


def carried_out(form, verb):
    """What the verb returns; None where it asks for something more, which the form then says."""
    try:
        with transaction.atomic():
            return verb()
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.add_error(None, refusal.message)
        return None


def done(request, lead, text, *, entry=None):
    """Say what was done, with the way back while there is one; whoever shows this lead refreshes it."""
    undo = reverse("leads:entry-undo", args=[entry.pk]) if entry is not None and "undo" in entry.data else ""
    say(request, text, undo=undo)
    if not request.htmx:
        return redirect(lead)
    response = HttpResponse(status=204)
    column = Lead.objects.filter(pk=lead.pk).values_list("board_column", flat=True).get()
    trigger_client_event(response, "lead-changed", {"id": lead.pk, "column": column, "own": True})
    return trigger_client_event(response, "close-dialog", {})
