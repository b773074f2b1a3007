from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leads import clause_words
from leads.forms.handoffs import HandOverForm, ReplyForm, ReturnForm, SettleForm, WithdrawForm
from leads.models import Handoff
from leads.views.dialogs import carried_out, done, handoff_or_404, lead_or_404, offer, show
from portal.models import Entry
from portal.once import once


@once
@require_http_methods(["GET", "POST"])
def new(request, pk):
    """Hand a lead over, or pass it on."""
    lead, now = lead_or_404(pk, request), timezone.now()
    definition, sla = lead.agreements(now)
    form = HandOverForm(request.POST or None, lead=lead, person=request.user, definition=definition, sla=sla)
    if request.method == "GET":
        offer(request, lead, "hand_over")
    elif form.is_valid():
        handoff = carried_out(form, lambda: _hand_over(lead, form, by=request.user, at=now))
        if handoff is not None:
            name = handoff.receiver or handoff.receiving_unit
            return done(
                request, lead, _("%(lead)s: handed over to %(name)s.") % {"lead": lead, "name": name}, entry=_last(lead)
            )
    missing = lead.unmet(definition, memo="written below")
    context = {
        "form": form,
        "clauses": _clauses(definition, missing),
        "is_met": not missing,
    }
    return show(request, "hand_over", lead, context)


def _hand_over(lead, form, *, by, at):
    for learned in form.facts.learned():
        lead.learn(by=by, at=at, **learned)
    given = form.cleaned_data
    return lead.hand_over(to=given["to"], by=by, at=at, memo=given["memo"], exception=given["exception"])


def _clauses(definition, missing):
    """[{"words", "is_met"}] of the definition in force, without the note: the memo below is one."""
    clauses = definition.parameters["clauses"] if definition is not None else []
    return [
        {"words": clause_words.words(clause), "is_met": clause["key"] not in missing}
        for clause in clauses
        if clause["kind"] != "note"
    ]


@once
@require_POST
def acceptance(request, pk):
    handoff = handoff_or_404(pk, request)
    entry = handoff.accept(by=request.user, at=timezone.now())
    text = _("%(lead)s: accepted. %(name)s has been told.") % {"lead": handoff.lead, "name": handoff.sender}
    return done(request, handoff.lead, text, entry=entry)


@once
@require_http_methods(["GET", "POST"])
def return_(request, pk):
    handoff = handoff_or_404(pk, request)
    form = ReturnForm(request.POST or None, handoff=handoff)
    if request.method == "GET":
        offer(request, handoff.lead, "return")
    elif form.is_valid():
        given = form.cleaned_data
        entry = carried_out(
            form,
            lambda: handoff.return_to_sender(
                by=request.user,
                at=timezone.now(),
                reason=given["reason"],
                good_points=given["good_points"],
                line=given["line"],
                try_again_on=given["try_again_on"],
            ),
        )
        if entry is not None:
            text = _("%(lead)s: returned with a reason. %(name)s has been told.") % {
                "lead": handoff.lead,
                "name": handoff.sender,
            }
            return done(request, handoff.lead, text, entry=entry)
    context = {"form": form, "handoff": handoff}
    if request.method == "POST" and request.htmx.target == "answer-return":
        return render(request, "leads/lead/_return_form.html", {**context, "lead": handoff.lead}, status=422)
    return show(request, "return", handoff.lead, context)


@once
@require_http_methods(["GET", "POST"])
def withdrawal(request, pk):
    handoff = handoff_or_404(pk, request)
    form = WithdrawForm(request.POST or None)
    if request.method == "GET":
        offer(request, handoff.lead, "withdraw")
    elif form.is_valid():
        entry = carried_out(
            form, lambda: handoff.withdraw(by=request.user, at=timezone.now(), why=form.cleaned_data["why"])
        )
        if entry is not None:
            return done(
                request, handoff.lead, _("%(lead)s: the hand-off is taken back.") % {"lead": handoff.lead}, entry=entry
            )
    return show(request, "withdraw", handoff.lead, {"form": form, "handoff": handoff})


@once
@require_http_methods(["GET", "POST"])
def reply(request, pk):
    handoff = handoff_or_404(pk, request)
    form = ReplyForm(request.POST or None)
    if request.method == "GET":
        offer(request, handoff.lead, "reply")
    elif form.is_valid():
        given = form.cleaned_data
        entry = carried_out(
            form,
            lambda: handoff.answer_return(by=request.user, at=timezone.now(), reply=given["reply"], line=given["line"]),
        )
        if entry is not None:
            said = (
                _("%(lead)s: replied.")
                if given["reply"] == Handoff.Reply.AGREE
                else _("%(lead)s: replied. Now the two of you talk.")
            )
            return done(request, handoff.lead, said % {"lead": handoff.lead}, entry=entry)
    return show(request, "reply", handoff.lead, _returned(form, handoff))


@once
@require_http_methods(["GET", "POST"])
def settlement(request, pk):
    handoff = handoff_or_404(pk, request)
    form = SettleForm(request.POST or None)
    if request.method == "GET":
        offer(request, handoff.lead, "settle")
    elif form.is_valid():
        entry = carried_out(
            form, lambda: handoff.settle(by=request.user, at=timezone.now(), line=form.cleaned_data["line"])
        )
        if entry is not None:
            return done(request, handoff.lead, _("%(lead)s: settled.") % {"lead": handoff.lead}, entry=entry)
    return show(request, "settle", handoff.lead, _returned(form, handoff))


def _returned(form, handoff):
    return {"form": form, "handoff": handoff, "good_points": list(handoff.good_points.all())}


def _last(lead):
    return Entry.objects.about(lead).first()
