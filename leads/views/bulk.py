from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from leads import bulk, verbs
from leads.forms.fields import RunnerField, Runners
from leads.forms.working import ReassignForm, RecycleForm
from leads.models import Lead
from portal.once import once
from portal.refusals import Refusal


class HandOverManyForm(forms.Form):
    """Those that are ready go to one receiver; a team shares them out in turn."""

    to = RunnerField(label=_("To whom"))
    memo = forms.CharField(
        label=_("Memo for the receiver"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The same for all: where they were met, what they were told."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = Runners(but=person).choices(teams=True)


# verb: (heading, button)
VERBS = {
    "hand_over": (_("Hand over several leads"), _("Hand over")),
    "reassign": (_("Give several leads to somebody else"), _("Give to them")),
    "recycle": (_("Choose when to look at several leads again"), _("Save")),
}


@once
@require_http_methods(["GET", "POST"])
def several(request, verb):
    """One verb for the leads that were chosen: its form, then what was done and what was refused."""
    if verb not in VERBS:
        raise Http404
    ids = [int(value) for value in dict.fromkeys(request.GET.getlist("lead")) if value.isdecimal()]
    if not ids:
        raise Refusal(_("Choose at least one lead."), status=422)
    form = _form(verb, request)
    if request.method == "POST" and form.is_valid():
        return _carried_out(request, verb, ids, form.cleaned_data)
    chosen = list(Lead.objects.present().for_page().filter(pk__in=ids[: bulk.MOST]))
    heading, button = VERBS[verb]
    context = {
        "frame": "leads/views/_dialog.html" if request.htmx else "leads/views/form_page.html",
        "action": request.get_full_path(),
        "form": form,
        "heading": heading,
        "button": button,
        "chosen": len(chosen),
        "cannot": [lead for lead in chosen if verbs.find(lead, request.user, verb) is None],
    }
    return render(request, "leads/bulk/form.html", context, status=422 if request.method == "POST" else 200)


def _form(verb, request):
    data = request.POST or None
    if verb == "hand_over":
        return HandOverManyForm(data, person=request.user)
    return (ReassignForm if verb == "reassign" else RecycleForm)(data)


def _carried_out(request, verb, ids, given):
    by, at = request.user, timezone.now()
    method = {
        "hand_over": lambda lead: lead.hand_over(by=by, at=at, to=given["to"], memo=given["memo"]),
        "reassign": lambda lead: lead.reassign(by=by, at=at, to=given["to"], why=given["why"]),
        "recycle": lambda lead: lead.recycle(by=by, at=at, look_again_on=given["look_again_on"], why=given["why"]),
    }[verb]
    outcome = bulk.carry_out(ids, method)
    template = "leads/bulk/_outcome.html" if request.htmx else "leads/bulk/outcome.html"
    response = render(request, template, {"outcome": outcome, "heading": VERBS[verb][0]})
    return trigger_client_event(response, "leads-changed", {"ids": [lead.pk for lead in outcome.done]})
