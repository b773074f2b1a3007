"""The agreements as they run. Only a provisional one, under which nothing has been handed over, may be edited here."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from leads import clause_words
from leads.admin.agreement_forms import CommitmentForm, DefinitionForm, ReasonForm, SlaForm, fields_of
from leads.models import Agreement, Bant, Commitment, Handoff, Reason, Revision
from portal.admin.history import Change, Line
from portal.admin.pages import Page
from portal.admin.rows import NamedCells
from portal.models import Entry
from portal.refusals import Refusal

KEPT = ["agreement", "number", "state", "provisional", "in_force_from"]


def may_be_edited(revision):
    """Provisional, unsigned, and no hand-off is judged by it; a definition only as far as fields can say it."""
    if not revision.provisional or revision.state == Revision.State.SIGNED:
        return False
    if Handoff.objects.filter(Q(definition_revision=revision) | Q(sla_revision=revision)).exists():
        return False
    is_definition = revision.agreement.kind == Agreement.Kind.DEFINITION
    return not is_definition or fields_of(revision.parameters) is not None


class Rows(admin.TabularInline):
    """Part of the revision: edited with it, and like it only as long as nothing hangs on it."""

    extra = 0
    formset = NamedCells
    show_change_link = False

    def has_view_permission(self, request, obj=None):
        return True

    def has_change_permission(self, request, obj=None):
        return obj is not None and may_be_edited(obj)

    has_add_permission = has_change_permission

    def has_delete_permission(self, request, obj=None):
        return False


class Commitments(Rows):
    model = Commitment
    form = CommitmentForm
    ordering = ["position", "pk"]
    verbose_name_plural = gettext_lazy("Promises of both sides")
    shown = ["key", "side", "from_event", "ends_with", "minutes", "mode", "calendar", "warn_minutes", "goal_percent"]

    def get_fields(self, request, obj=None):
        return CommitmentForm.Meta.fields if self.has_change_permission(request, obj) else self.shown

    def get_readonly_fields(self, request, obj=None):
        return [] if self.has_change_permission(request, obj) else self.shown

    @admin.display(description=gettext_lazy("until"))
    def ends_with(self, commitment):
        return ", ".join(str(Commitment.Event(event).label) for event in commitment.until_events)


class Reasons(Rows):
    model = Reason
    form = ReasonForm
    verbose_name_plural = gettext_lazy("Agreed reasons")


@admin.register(Revision)
class RevisionPage(Page):
    group, place = "agreements", 10
    list_display = ["agreement", "number", "state", "provisional", "in_force_from", "is_running"]
    list_display_links = ["agreement", "number"]
    list_select_related = ["agreement"]
    list_filter = ["agreement__kind", "state"]
    ordering = ["agreement__position", "agreement", "-number"]
    sortable_by = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_be_edited(obj))

    @admin.display(description=gettext_lazy("in force"), boolean=True)
    def is_running(self, revision):
        running = revision.agreement.in_force(timezone.now())
        return running is not None and running.pk == revision.pk

    @admin.display(description=gettext_lazy("what is agreed"))
    def said(self, revision):
        """The content in sentences, from the parameters that the portal runs."""
        return format_html_join("", "<p>{}</p>", ((line,) for line in _sentences(revision)))

    def get_inlines(self, request, obj):
        return [Commitments, Reasons] if obj is not None and obj.agreement.kind == Agreement.Kind.SLA else []

    def get_readonly_fields(self, request, obj=None):
        return [*KEPT, "said"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None and self.has_change_permission(request, obj):
            is_definition = obj.agreement.kind == Agreement.Kind.DEFINITION
            kwargs |= {"form": DefinitionForm if is_definition else SlaForm, "fields": []}
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        agreed = [(None, {"fields": [*KEPT, "said"]})]
        if obj is None or not self.has_change_permission(request, obj):
            return agreed
        if obj.agreement.kind == Agreement.Kind.SLA:
            return [*agreed, (_("Hand-off and return"), {"fields": ["memo_min", "return_line"]})]
        parts = [f"part_{part}" for part in Bant.Part.values]
        asked = [*parts, "more_of", "at_least", "note", "score"]
        return [*agreed, (_("A lead is ready when"), {"fields": asked}), (_("Exceptions"), {"fields": ["exceptions"]})]

    def save_model(self, request, obj, form, change):
        held = Revision.objects.select_for_update().get(pk=obj.pk)
        if not may_be_edited(held):
            raise Refusal(_("A lead has been handed over under this agreement meanwhile. It stays as it is."))
        before = held.parameters
        obj.parameters = form.parameters()
        obj.save(update_fields=["parameters"])
        request.changed_parameters = before != obj.parameters

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        changed = [
            str(row)
            for formset in formsets
            for row in [*formset.new_objects, *(one for one, _names in formset.changed_objects)]
        ]
        if changed or request.changed_parameters:
            data = {"rows": changed, "parameters": request.changed_parameters}
            Entry.record("revision.edited", form.instance, by=request.user, at=timezone.now(), data=data)

    def changes_of(self, obj):
        """A revision has no history of its own: the trail tells."""
        for entry in Entry.objects.about(obj).select_related("by")[:100]:
            rows = entry.data.get("rows", [])
            told = [Line(_("Rows"), "", ", ".join(rows))] if rows else []
            if entry.data.get("parameters"):
                told.append(Line(_("Conditions"), "", _("changed")))
            yield Change(entry.at, entry.by, pgettext("history", "Changed"), "", told)


def _sentences(revision):
    parameters = revision.parameters
    if revision.agreement.kind == Agreement.Kind.DEFINITION:
        yield from (clause_words.words(clause) for clause in parameters.get("clauses", []))
        for exception in parameters.get("exceptions", []):
            yield _("Exception: %(name)s (%(name_en)s)") % exception
        return
    yield _("The memo has at least %(n)d characters.") % {"n": parameters.get("memo_min", 0)}
    if parameters.get("return_line"):
        yield _("A return asks for a line.")
