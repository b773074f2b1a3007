"""What the carrier does: contacts, result, win, loss; and what keeps a lead alive without hurry."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads.forms.working import ContactForm, LossForm, PauseForm, ReassignForm, RecycleForm, ResultForm, WinForm
from leads.views.dialogs import carried_out, done, lead_or_404, offer, show
from portal.models import BusinessCalendar
from portal.once import once


@once
@require_http_methods(["GET", "POST"])
def contacts(request, pk):
    """One tap says how the try went."""
    lead = lead_or_404(pk, request)
    next_day = BusinessCalendar.objects.next_day(timezone.localdate())
    form = ContactForm(request.POST or None, next_day=next_day)
    if request.method == "GET":
        offer(request, lead, "contact")
    elif form.is_valid():
        entry = carried_out(form, lambda: lead.record_contact(by=request.user, at=timezone.now(), **form.cleaned_data))
        if entry is not None:
            return done(request, lead, _("%(lead)s: contact recorded.") % {"lead": lead}, entry=entry)
    return show(request, "contact", lead, {"form": form, "next_day": next_day})


@once
@require_http_methods(["GET", "POST"])
def result(request, pk):
    lead = lead_or_404(pk, request)
    chosen = {"outcome": "opportunity"} if request.GET.get("result") == "opportunity" else {}
    form = ResultForm(request.POST or None, lead=lead, sla=_sla(lead), initial=chosen)
    if request.method == "GET":
        offer(request, lead, "result")
    elif form.is_valid():
        entry = carried_out(form, lambda: lead.record_result(by=request.user, at=timezone.now(), **form.result()))
        if entry is not None:
            return done(request, lead, _("%(lead)s: result recorded.") % {"lead": lead}, entry=entry)
    return show(request, "result", lead, {"form": form, "asked": request.GET.get("result", "")})


@once
@require_http_methods(["GET", "POST"])
def win(request, pk):
    lead = lead_or_404(pk, request)
    form = WinForm(request.POST or None, initial={"amount": lead.amount})
    if request.method == "GET":
        offer(request, lead, "win")
    elif form.is_valid():
        given = form.cleaned_data
        entry = carried_out(
            form, lambda: lead.win(by=request.user, at=timezone.now(), on=given["on"], amount=given["amount"])
        )
        if entry is not None:
            return done(
                request, lead, _("%(lead)s: won. Everybody who ran has been told.") % {"lead": lead}, entry=entry
            )
    return show(request, "win", lead, {"form": form})


@once
@require_http_methods(["GET", "POST"])
def loss(request, pk):
    lead = lead_or_404(pk, request)
    form = LossForm(request.POST or None, sla=_sla(lead))
    if request.method == "GET":
        offer(request, lead, "lose")
    elif form.is_valid():
        entry = carried_out(form, lambda: lead.lose(by=request.user, at=timezone.now(), **form.cleaned_data))
        if entry is not None:
            return done(
                request, lead, _("%(lead)s: the loss and its reasons are recorded.") % {"lead": lead}, entry=entry
            )
    return show(request, "lose", lead, {"form": form})


@once
@require_http_methods(["GET", "POST"])
def pause(request, pk):
    lead = lead_or_404(pk, request)
    form = PauseForm(request.POST or None)
    if request.method == "GET":
        offer(request, lead, "pause")
    elif form.is_valid():
        entry = carried_out(form, lambda: lead.pause(by=request.user, at=timezone.now(), **form.cleaned_data))
        if entry is not None:
            return done(request, lead, _("%(lead)s: the clocks stand still.") % {"lead": lead}, entry=entry)
    return show(request, "pause", lead, {"form": form})


@once
@require_POST
def resumption(request, pk):
    lead = lead_or_404(pk, request)
    entry = lead.resume(by=request.user, at=timezone.now())
    return done(request, lead, _("%(lead)s: the clocks go on.") % {"lead": lead}, entry=entry)


@once
@require_http_methods(["GET", "POST"])
def recycling(request, pk):
    lead = lead_or_404(pk, request)
    form = RecycleForm(request.POST or None)
    if request.method == "GET":
        offer(request, lead, "recycle")
    elif form.is_valid():
        entry = carried_out(form, lambda: lead.recycle(by=request.user, at=timezone.now(), **form.cleaned_data))
        if entry is not None:
            return done(request, lead, _("%(lead)s: back to nurturing.") % {"lead": lead}, entry=entry)
    return show(request, "recycle", lead, {"form": form})


@once
@require_http_methods(["GET", "POST"])
def assignment(request, pk):
    lead = lead_or_404(pk, request)
    form = ReassignForm(request.POST or None)
    if request.method == "GET":
        offer(request, lead, "reassign")
    elif form.is_valid():
        given = form.cleaned_data
        entry = carried_out(
            form, lambda: lead.reassign(by=request.user, at=timezone.now(), to=given["to"], why=given["why"])
        )
        if entry is not None:
            text = _("%(lead)s: now with %(name)s. The due times stay as they were.") % {
                "lead": lead,
                "name": given["to"],
            }
            return done(request, lead, text, entry=entry)
    return show(request, "reassign", lead, {"form": form})


def _sla(lead):
    """Whose reasons are offered: those of the revision that the hand-off is judged by, else of the one in force."""
    return lead.handoff.sla_revision if lead.handoff else lead.agreements(timezone.now())[1]
