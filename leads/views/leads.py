from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from leads import lead_page, permissions, timeline
from leads.forms.records import LeadForm
from leads.models import Lead
from leads.models.editing import Stale
from leads.views.dialogs import lead_or_404
from portal.once import once
from portal.refusals import Refusal
from portal.shell import say


@require_safe
def lead(request, pk):
    """The page of a lead; htmx asks for its parts alone and takes those that nobody is typing in."""
    found = lead_page.context(lead_or_404(pk), request.user, timezone.now())
    return render(request, "leads/lead/_parts.html" if request.htmx else "leads/lead/page.html", found)


@require_safe
def history(request, pk):
    """What happened, a page at a time: a part of the lead's page, and a page of its own without script."""
    record, now = lead_or_404(pk), timezone.now()
    before = timeline.Key.read(request.GET.get("before", ""))
    context = {
        "lead": record,
        "timeline": timeline.of([pk], before=before),
        "undoable": None if before else record.undoable(request.user, now),
        "more_url": reverse("leads:lead-history", args=[pk]),
        "may_import": permissions.can_import(request.user),
        "now": now,
    }
    if not request.htmx:
        return render(request, "leads/lead/timeline.html", context)
    return render(request, "leads/lead/_timeline_items.html" if before else "leads/lead/_timeline.html", context)


@require_safe
def preparation(request, pk):
    """One printed page that spares the search before a call."""
    record, now = lead_or_404(pk), timezone.now()
    context = lead_page.preparation(record, now)
    return render(request, "leads/lead/preparation.html", context)


@once
@require_http_methods(["GET", "POST"])
def new(request):
    """Add a lead by hand. A known e-mail address leads to the lead it belongs to."""
    if not permissions.can_add_lead(request.user):
        raise Refusal(_("Only the four teams can add leads."), status=403)
    form = LeadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        with transaction.atomic():
            record, is_new = Lead.find_or_add(by=request.user, at=now, **form.values(now))
        if is_new:
            say(request, _("%(lead)s: added.") % {"lead": record})
        else:
            say(
                request, _("This e-mail address is already known. Here is the lead it belongs to; nothing was changed.")
            )
        return _to(request, record)
    context = {"form": form, "lead": None}
    return render(request, "leads/lead/form.html", context, status=422 if request.method == "POST" else 200)


@once
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    """Master data. A stale save shows both texts and loses neither."""
    record = lead_or_404(pk)
    if not permissions.can_edit(request.user, record):
        raise Refusal(_("Only the four teams can write this."), status=403)
    form = LeadForm(request.POST or None, instance=record)
    status, theirs = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _save(request, record, form)
            except Stale as stale:
                status, theirs = 409, differences(form, stale)
    return render(request, "leads/lead/form.html", {"form": form, "lead": record, "theirs": theirs}, status=status)


def _save(request, record, form):
    now = timezone.now()
    with transaction.atomic():
        entry = record.edit(by=request.user, at=now, values=form.values(now), seen=form.cleaned_data["seen"])
    say(request, _("%(lead)s: saved.") % {"lead": record} if entry else _("Nothing was changed."))
    return _to(request, record)


def differences(form, stale):
    """[{"label", "theirs", "mine"}] of what somebody else saved meanwhile; the form then carries the mark of theirs."""
    fresh = type(form)(instance=stale.record)
    form.data = form.data.copy()
    form.data[form.add_prefix("seen")] = stale.record.seen()
    form.conflict = stale.message
    found = []
    for name, field in form.fields.items():
        if name == "seen":
            continue
        theirs, mine = _plain(fresh[name].initial), _plain(form.data.get(form.add_prefix(name)))
        if field.has_changed(fresh[name].initial, form.data.get(form.add_prefix(name))) and theirs != mine:
            found.append({"field": form[name], "theirs": _shown(field, theirs), "mine": _shown(field, mine)})
    return found


def _plain(value):
    return "" if value is None or value is False else str(value)


def _shown(field, value):
    """The words of a choice rather than its key."""
    choices = {str(key): label for key, label in getattr(field, "choices", [])}
    return choices.get(value, value)


def _to(request, record):
    if request.htmx:
        return HttpResponseClientRedirect(record.get_absolute_url())
    return redirect(record)
