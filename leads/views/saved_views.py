from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import directory
from leads.filters import Filters
from leads.models import SavedView
from portal.once import once
from portal.shell import say

PLACES = {"board": "leads:board", "list": "leads:list"}


class SavedViewForm(forms.ModelForm):
    """A name for the conditions that are set now, and whether others see it too."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"name": gettext_lazy("Name"), "is_shared": gettext_lazy("Show it to everyone")}

    def __init__(self, *args, owner, layout, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.owner, self.instance.layout = owner, layout

    def clean_name(self):
        name, view = self.cleaned_data["name"].strip(), self.instance
        if SavedView.objects.filter(owner=view.owner, layout=view.layout, name=name).exists():
            raise forms.ValidationError(_("You have a view of this name. Choose another one."))
        return name


@require_GET
def saved_view(request, pk):
    """A view's own address, to be passed around: leads to its conditions."""
    view = get_object_or_404(SavedView.objects.for_person(request.user), pk=pk)
    return redirect(f"{reverse(PLACES[view.layout])}?{view.query}")


@once
@require_http_methods(["GET", "POST"])
def new(request):
    """Keep the conditions of an address under a name."""
    layout = request.GET.get("layout") if request.GET.get("layout") in PLACES else "board"
    filters = Filters.read(request.GET, request.user, directory.load([("people", request.user.pk)]))
    form = SavedViewForm(request.POST or None, owner=request.user, layout=layout)
    if request.method == "POST" and form.is_valid():
        form.instance.query = filters.query()
        view = form.save()
        directory.forget()
        say(request, _("“%(name)s” is kept.") % {"name": view.name})
        return _to(request, view)
    frame = "leads/views/_dialog.html" if request.htmx else "leads/views/form_page.html"
    context = {
        "form": form,
        "frame": frame,
        "action": request.get_full_path(),
        "layout": layout,
        "chips": filters.chips(request.user, directory.load()),
    }
    return render(request, "leads/views/new.html", context, status=422 if request.method == "POST" else 200)


@once
@require_POST
def removal(request, pk):
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    layout = view.layout
    view.delete()
    directory.forget()
    say(request, _("“%(name)s” is removed.") % {"name": view.name})
    return redirect(PLACES[layout])


def _to(request, view):
    address = f"{reverse(PLACES[view.layout])}?{view.query}"
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
