from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.admin.pages import BigList
from portal.models import Delivery, Entry


@admin.register(Entry)
class EntryPage(BigList):
    """The trail, newest first; a record's name such as lead:7 shows its stream."""

    place = 70
    list_display = ["at", "stream", "verb", "about", "by"]
    list_select_related = ["by"]
    search_help_text = gettext_lazy("The name of a record, such as lead:7, or the number of an entry.")
    fields = ["stream", "verb", "about", "by", "at", "recorded_at", "data", "undoes"]

    def found(self, queryset, words):
        return queryset.filter(stream=words.lower()) if ":" in words else super().found(queryset, words)


class StateFilter(admin.SimpleListFilter):
    """Nobody asks for what was delivered long ago, and there is no index for it."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", _("Waiting"))]

    def choices(self, changelist):
        given_up, *others = super().choices(changelist)
        return [given_up | {"display": _("Given up")}, *others]

    def queryset(self, request, queryset):
        return queryset.waiting() if self.value() == "waiting" else queryset.given_up()


@admin.register(Delivery)
class DeliveryPage(BigList):
    """What consumers of the trail could not take; it can be tried once more."""

    place = 80
    list_display = ["number", "consumer", "entry", "attempts", "next_at", "given_up_at", "error"]
    list_display_links = ["number"]
    list_select_related = ["entry"]
    list_filter = [StateFilter]
    fields = ["consumer", "entry", "attempts", "next_at", "taken_at", "done_at", "given_up_at", "error"]
    actions = ["try_again"]
    search_fields = ()

    def get_ordering(self, request):
        return ["next_at", "id"] if request.GET.get("state") == "waiting" else ["-given_up_at", "-id"]

    @admin.action(description=gettext_lazy("Try once more"))
    def try_again(self, request, queryset):
        n = queryset.model.objects.filter(pk__in=queryset.values("pk")).given_up().try_again(timezone.now())
        said = ngettext("%(n)d delivery is tried once more.", "%(n)d deliveries are tried once more.", n) % {"n": n}
        messages.success(request, said)
