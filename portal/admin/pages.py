"""What every page of the administration has in common: who may, versions, history, and lists of any size."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.admin import history
from portal.once import once

UNTOUCHED = ("can_add_related", "can_change_related", "can_delete_related", "can_view_related")


class Page(admin.ModelAdmin):
    """Administrators may add and change; nothing is ever deleted, and every change stands in the history.

    `group` and `place` say where the index shows it (portal.administration).
    """

    group = "people"
    place = 50
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = False
    actions: Any = []

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, obj):
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def log_addition(self, request, obj, message):
        """The history and the trail tell; a third book would only differ from them."""

    log_change = log_addition

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Plain lists to choose from: no windows that open beside the page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for name in UNTOUCHED:
            if field is not None and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field

    # -- A double tap saves once; a stale save shows both texts -------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return once(super().changeform_view)(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (_Fresh, form), {"request": request}) if obj is not None else form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        stale = getattr(request, "is_stale", False)
        newest = history.newest(obj) if obj is not None else ""
        context["seen"] = newest if stale or request.method != "POST" else request.POST.get("_seen", newest)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if stale:
            response.status_code = 409
        return response

    # -- What changed, when, by whom -------------------------------------------------------------------

    def histories_of(self, obj):
        """Querysets of history that tell of this record: its own, and those of its rows."""
        return [obj.history.all()] if hasattr(obj, "history") else []

    def changes_of(self, obj):
        """The lines of its history page, newest first."""
        return history.changes(self.histories_of(obj), obj)

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "title": _("History: %(record)s") % {"record": obj},
            "opts": self.opts,
            "object": obj,
            "changes": list(self.changes_of(obj)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", context)


class _Fresh:
    """A form that knows which version it was opened with."""

    request: Any

    def clean(self):
        cleaned = super().clean()
        seen, obj = self.request.POST.get("_seen", ""), self.instance
        if not seen or seen == str(history.newest(obj)):
            return cleaned
        self.request.is_stale = True
        theirs = history.since(obj, seen)
        raise ValidationError(
            [_("Somebody saved this while you were writing. Compare both, then save again to keep yours.")]
            + [_("Now: %(change)s") % {"change": line} for line in theirs]
        )


class ViewOnly(Page):
    """Records that only verbs may change: shown as they are."""

    group = "records"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ShortPaginator(Paginator):
    """Pages of the first thousand rows: nothing counts a table of millions, nothing skips through it."""

    MOST = 1_000

    @cached_property
    def count(self):
        return min(self.MOST, self._found)

    @property
    def is_cut(self):
        return self._found > self.MOST

    @cached_property
    def _found(self):
        return len(self.object_list.values_list("pk")[: self.MOST + 1])


class BigList(ViewOnly):
    """A table that may hold millions: in the order of an index, cut at a thousand, found through an index."""

    ordering: ClassVar[Any] = ["-pk"]
    sortable_by: ClassVar[Any] = ()
    paginator = ShortPaginator
    search_fields: ClassVar[Any] = ["pk"]  # shows the field; `found` searches
    joins: tuple[str, ...] = ()  # what one record's page shows of other tables

    def get_object(self, request, object_id, from_field=None):
        records = self.get_queryset(request)
        if self.joins:
            records = records.select_related(*self.joins)
        return records.filter(pk=int(object_id)).first() if object_id.isdecimal() else None

    @admin.display(description=gettext_lazy("number"))
    def number(self, obj):
        return obj.pk

    def get_search_results(self, request, queryset, search_term):
        words = search_term.strip()
        return (self.found(queryset, words) if words else queryset), False

    def found(self, queryset, words):
        """The rows that the words lead to by an index; none where they lead nowhere."""
        return queryset.filter(pk=int(words)) if words.isdecimal() and len(words) < 19 else queryset.none()
