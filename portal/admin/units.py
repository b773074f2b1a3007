from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.admin.pages import Page
from portal.models import OrgUnit


class TreeList(ChangeList):
    """The units as the tree that they are: each below the one it belongs to."""

    def get_results(self, request):
        super().get_results(request)
        children: dict = {}
        shown = {unit.pk for unit in self.result_list}
        for unit in self.result_list:
            above = unit.parent_id if unit.parent_id in shown else None
            children.setdefault(above, []).append(unit)
        self.result_list = list(_walk(children, None, 0))


def _walk(children, above, depth):
    for unit in children.get(above, []):
        unit.depth = depth
        yield unit
        yield from _walk(children, unit.pk, depth + 1)


@admin.register(OrgUnit)
class UnitPage(Page):
    place = 20
    list_display = ["in_tree", "name_en", "head_count", "position"]
    search_fields = ["name", "name_en"]
    list_per_page = 1_000
    ordering = ["position", "pk"]
    sortable_by = ()
    fields = ["name", "name_en", "parent", "position"]

    def get_changelist(self, request, **kwargs):
        return TreeList

    def get_queryset(self, request):
        working = Q(people__is_active=True, people__left_on=None)
        return super().get_queryset(request).annotate(working=Count("people", filter=working))

    @admin.display(description=_("unit"))
    def in_tree(self, unit):
        return format_html('<span class="tree tree--{}">{}</span>', min(unit.depth, 6), unit.name)

    @admin.display(description=_("people"))
    def head_count(self, unit):
        return unit.working
