"""What people write down about a lead: BANT and notes."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.forms.handoffs import FactsForm
from leads.forms.records import NoteForm
from leads.views.dialogs import carried_out, done, lead_or_404, offer, show
from portal.once import once


@once
@require_http_methods(["GET", "POST"])
def bant(request, pk):
    lead = lead_or_404(pk, request)
    form = FactsForm(request.POST or None, lead=lead, prefix="fact")
    if request.method == "GET":
        offer(request, lead, "learn")
    elif form.is_valid():
        learned = carried_out(form, lambda: _learn(lead, form, by=request.user, at=timezone.now()))
        if learned is not None:
            return done(request, lead, _("%(lead)s: written down.") % {"lead": lead})
    return show(request, "learn", lead, {"form": form})


def _learn(lead, form, *, by, at):
    return [lead.learn(by=by, at=at, **learned) for learned in form.learned()]


@once
@require_http_methods(["GET", "POST"])
def notes(request, pk):
    lead = lead_or_404(pk, request)
    form = NoteForm(request.POST or None)
    if request.method == "GET":
        offer(request, lead, "note")
    elif form.is_valid():
        note = carried_out(
            form,
            lambda: lead.write_note(
                by=request.user, at=timezone.now(), text=form.cleaned_data["text"], mentions=form.mentions()
            ),
        )
        if note is not None:
            return done(request, lead, _("%(lead)s: note written.") % {"lead": lead})
    return show(request, "note", lead, {"form": form})
