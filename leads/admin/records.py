"""Leads and what hangs on them: to look at. Only verbs change them."""

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy as _

from leads.admin import hours
from leads.models import Clock, Company, Handoff, Lead, Opportunity
from leads.search import COMPANY, LEAD
from portal.admin.pages import BigList
from portal.search import finding

FOUND = 30


def keys_of(kind, words):
    """The newest records whose search documents hold the words, at the cost of the search itself."""
    return [document.object_id for document in finding.find(words, [kind], FOUND).documents]


class ColumnFilter(admin.SimpleListFilter):
    """By the columns of the board: they are indexed in the order of this list."""

    title = _("board column")
    parameter_name = "column"

    def lookups(self, request, model_admin):
        return Lead.Column.choices

    def queryset(self, request, queryset):
        return queryset.filter(board_column=self.value()) if self.value() in Lead.Column.values else queryset


@admin.register(Lead)
class LeadPage(BigList):
    place = 10
    ordering = ["-created_at", "-id"]
    list_display = ["number", "company", "person_name", "stage", "owner", "source", "created_at", "removed_at"]
    list_display_links = ["number", "company", "person_name"]
    list_select_related = ["company", "owner", "source"]
    list_filter = [ColumnFilter]
    search_help_text = _("Words from the lead, its company or its memos; or its number.")
    fields = [
        "company", "person_name", "kana", "email", "phone", "department", "title", "source", "campaign", "may_mail",
        "custom", "stage", "owner", "wake_on", "next_on", "score", "amount", "line", "external_key", "origin_lead",
        "created_at", "recorded_at", "removed_at",
    ]  # fmt: skip

    @admin.display(description=_("name"))
    def person_name(self, lead):
        return lead.person_name

    def found(self, queryset, words):
        if words.isdecimal():
            return super().found(queryset, words)
        return queryset.filter(pk__in=keys_of(LEAD, words))


@admin.register(Company)
class CompanyPage(BigList):
    place = 20
    list_display = ["name", "corporate_number", "domain", "industry", "region", "employees", "removed_at"]
    search_help_text = _("Words from the company's name or data; or its corporate number.")
    fields = [
        "name", "name_kana", "corporate_number", "domain", "industry", "employees", "region", "address", "note", "custom",
        "created_at", "removed_at",
    ]  # fmt: skip

    def found(self, queryset, words):
        if words.isdecimal() and len(words) == 13:
            return queryset.filter(corporate_number=words, removed_at=None)
        return queryset.filter(pk__in=keys_of(COMPANY, words))


class OfLead(BigList):
    """What belongs to a lead is found by the lead's words or number."""

    search_help_text = _("Words from the lead, its company or its memos; or the lead's number.")

    def found(self, queryset, words):
        leads = [int(words)] if words.isdecimal() and len(words) < 19 else keys_of(LEAD, words)
        return queryset.filter(lead__in=leads)

    def view_on_site(self, obj):
        return obj.lead.get_absolute_url()


@admin.register(Handoff)
class HandoffPage(OfLead):
    place = 30
    list_display = ["number", "lead", "sender", "receiver", "receiving_unit", "state", "offered_at", "answered_at"]
    list_display_links = ["number", "lead"]
    list_select_related = ["lead__company", "sender", "receiver", "receiving_unit"]
    joins = ("lead__company", "sender", "receiver", "definition_revision__agreement", "sla_revision__agreement")
    fields = [
        "lead", "sender", "sending_unit", "receiver", "receiving_unit", "memo", "exception", "definition_revision",
        "sla_revision", "score", "state", "offered_at", "answered_by", "answered_at", "contacted_at", "resulted_at",
        "quality", "return_reason", "good_points", "line", "try_again_on", "reply", "reply_line", "replied_by",
        "replied_at", "settled_at", "undone_at", "previous",
    ]  # fmt: skip


@admin.register(Opportunity)
class OpportunityPage(OfLead):
    place = 40
    list_display = ["number", "lead", "name", "owner", "amount", "likelihood", "state", "opened_at", "closed_on"]
    list_display_links = ["number", "lead"]
    list_select_related = ["lead__company", "company", "owner"]
    joins = ("lead__company", "company", "owner", "handoff__lead__company", "handoff__receiver")
    fields = [
        "lead", "company", "handoff", "name", "owner", "amount", "likelihood", "expected_close_on", "state", "opened_at",
        "closed_on", "reasons", "reason_note", "external_key", "recorded_at", "removed_at",
    ]  # fmt: skip


@admin.register(Clock)
class ClockPage(OfLead):
    """Without a person beside the due time: lateness per person is for that person and their manager alone."""

    place = 50
    list_display = ["number", "lead", "commitment", "unit", "started_at", "due_at", "stopped_at", "outcome"]
    list_display_links = ["number", "lead"]
    list_select_related = ["lead__company", "commitment", "unit"]
    joins = ("lead__company", "commitment", "unit", "handoff__lead__company", "handoff__receiver", "calendar")
    fields = [
        "lead", "commitment", "qualification", "handoff", "calendar", "calendar_version", "hours_before", "unit",
        "started_at", "target_minutes", "granted_minutes", "due_at", "warn_at", "warned_at", "paused_at", "stopped_at",
        "breached_at", "outcome",
    ]  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def get_urls(self):
        listing = self.admin_site.admin_view(hours.listing)
        return [path("hours/<int:pk>/", listing, name="leads_clock_hours"), *super().get_urls()]
