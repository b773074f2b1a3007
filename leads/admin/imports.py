from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leads.models import Import
from portal.admin.pages import BigList


@admin.register(Import)
class ImportPage(BigList):
    """Files that came in; taking one back is done where it was imported."""

    place = 60
    list_display = ["file_name", "by", "state", "intent", "created", "updated", "unchanged", "refused", "uploaded_at"]
    list_select_related = ["by"]
    list_filter = ["state"]
    search_help_text = _("The beginning of the file's name.")
    fields = [
        "file_name", "size", "encoding", "intent", "state", "created", "updated", "unchanged", "refused", "activities",
        "changes", "by", "uploaded_at", "started_at", "ended_at", "undone_at", "undone_by", "mapping",
    ]  # fmt: skip

    def found(self, queryset, words):
        return queryset.filter(file_name__startswith=words)
