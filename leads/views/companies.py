from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leads import company_page, permissions, timeline
from leads.forms.records import CompanyForm
from leads.models import Company
from leads.models.editing import Stale
from leads.views.leads import differences
from portal.once import once
from portal.refusals import Refusal
from portal.shell import say


@require_safe
def company(request, pk):
    """Everyone's leads, opportunities, people and history of a company in one place."""
    found = get_object_or_404(Company.objects.present(), pk=pk)
    after = request.GET.get("after", "")
    context = company_page.context(found, timezone.now(), after=int(after) if after.isdecimal() else None)
    if request.htmx and after:
        return render(request, "leads/companies/_people.html", context)
    return render(request, "leads/companies/page.html", context)


@require_safe
def history(request, pk):
    found = get_object_or_404(Company.objects.present(), pk=pk)
    before = timeline.Key.read(request.GET.get("before", ""))
    keys = company_page.leads_in_history(found)
    context = {
        "company": found,
        "timeline": timeline.of(keys, company=found, before=before),
        "more_url": reverse("leads:company-history", args=[pk]),
        "may_import": permissions.can_import(request.user),
        "now": timezone.now(),
    }
    if not request.htmx:
        return render(request, "leads/companies/timeline.html", context)
    return render(request, "leads/lead/_timeline_items.html" if before else "leads/companies/_timeline.html", context)


@once
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    found = get_object_or_404(Company.objects.present(), pk=pk)
    if not permissions.can_edit(request.user, found):
        raise Refusal(_("Only the four teams can write this."), status=403)
    form = CompanyForm(request.POST or None, instance=found)
    status, theirs = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    found.edit(by=request.user, at=timezone.now(), values=form.values(), seen=form.cleaned_data["seen"])
            except Stale as stale:
                status, theirs = 409, differences(form, stale)
            else:
                say(request, _("%(company)s: saved.") % {"company": found})
                return redirect(found)
    return render(
        request, "leads/companies/form.html", {"form": form, "company": found, "theirs": theirs}, status=status
    )
