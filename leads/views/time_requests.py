from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.forms.working import TimeAnswerForm, TimeRequestForm
from leads.models import TimeRequest
from leads.views.dialogs import carried_out, done, lead_or_404, offer, show
from portal.once import once
from portal.refusals import Refusal


@once
@require_http_methods(["GET", "POST"])
def new(request, pk):
    """Ask the other side for more time on the promise that runs."""
    lead = lead_or_404(pk, request)
    clock = lead.next_clock
    if clock is None:
        raise Refusal(_("No promise is running on this lead."))
    form = TimeRequestForm(request.POST or None, choices=_choices(clock))
    if request.method == "GET":
        offer(request, lead, "ask_for_time")
    elif form.is_valid():
        asked = carried_out(
            form, lambda: lead.ask_for_time(by=request.user, at=timezone.now(), clock=clock, **form.cleaned_data)
        )
        if asked is not None:
            return done(
                request, lead, _("%(lead)s: asked for more time. The clock runs on until the answer.") % {"lead": lead}
            )
    context = {"form": form, "clock": clock}
    return show(request, "ask_for_time", lead, context)


@once
@require_http_methods(["GET", "POST"])
def answer(request, pk):
    asked = get_object_or_404(TimeRequest.objects.select_related("clock__commitment", "clock__calendar", "by"), pk=pk)
    lead = lead_or_404(asked.clock.lead_id)
    form = TimeAnswerForm(request.POST or None)
    if request.method == "GET":
        offer(request, lead, "answer_time")
    elif form.is_valid():
        granted = form.cleaned_data["answer"] == "granted"
        entry = carried_out(
            form, lambda: lead.answer_time_request(by=request.user, at=timezone.now(), request=asked, granted=granted)
        )
        if entry is not None:
            said = _("%(lead)s: the time is granted.") if granted else _("%(lead)s: the time stays as agreed.")
            return done(request, lead, said % {"lead": lead})
    context = {"form": form, "asked": asked, "clock": asked.clock}
    return show(request, "answer_time", lead, context)


def _choices(clock):
    """Half a business day, one, two: in the counted minutes of the clock's own calendar."""
    day = clock.calendar.day_minutes
    return [(day // 2, _("half a business day")), (day, _("1 business day")), (2 * day, _("2 business days"))]
