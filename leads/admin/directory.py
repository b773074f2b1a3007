from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads.models import Campaign, CustomField, Source
from portal.admin.pages import Page
from portal.models import Person


class CampaignForm(forms.ModelForm):
    class Meta:
        model = Campaign
        fields = [
            "name", "name_en", "code", "channel", "aim", "target", "hypothesis", "cost", "starts_on", "ends_on", "owner",
        ]  # fmt: skip
        help_texts = {"code": _("Files name the campaign by it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            here = Person.objects.here() | Person.objects.filter(pk=self.instance.owner_id)
            self.fields["owner"].queryset = here.in_kana_order()

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Choose a day on or after the first day."))
        if cleaned.get("cost") is not None and cleaned["cost"] < 0:
            self.add_error("cost", _("Enter yen without a sign."))
        return cleaned


@admin.register(Campaign)
class CampaignPage(Page):
    group, place = "leads", 10
    form = CampaignForm
    list_display = ["name", "code", "channel", "starts_on", "ends_on", "cost", "owner"]
    list_filter = ["channel"]
    list_select_related = ["owner"]
    search_fields = ["name", "name_en", "code"]
    ordering = ["-starts_on", "name", "pk"]


@admin.register(Source)
class SourcePage(Page):
    group, place = "leads", 20
    list_display = ["name", "name_en", "code", "position", "is_active"]
    search_fields = ["name", "name_en", "code"]
    list_filter = ["is_active"]
    fields = ["name", "name_en", "code", "position", "is_active"]


class CustomFieldForm(forms.ModelForm):
    """The choices are typed a line each; what values were stored under stays as it is."""

    choices = forms.CharField(
        label=_("choices"), required=False, widget=forms.Textarea(attrs={"rows": 6}), help_text=_("One on each line.")
    )

    class Meta:
        model = CustomField
        fields = ["name", "name_en", "code", "on", "kind", "choices", "position", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["choices"] = "\n".join(self.instance.choices or [])

    def clean_choices(self):
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines()]
        choices = list(dict.fromkeys(line for line in lines if line))
        gone = set(self.instance.choices or []) - set(choices)
        if gone:
            raise ValidationError(
                _("Leads may hold these already, so they stay: %(choices)s.") % {"choices": ", ".join(sorted(gone))}
            )
        return choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("choices") and (cleaned.get("kind") or self.instance.kind) != CustomField.Kind.CHOICE:
            self.add_error("choices", _("Only a field of the kind “choice” has choices."))
        return cleaned


@admin.register(CustomField)
class CustomFieldPage(Page):
    group, place = "leads", 30
    form = CustomFieldForm
    list_display = ["name", "name_en", "code", "on", "kind", "position", "is_active"]
    list_filter = ["on", "kind", "is_active"]
    search_fields = ["name", "name_en", "code"]

    def get_readonly_fields(self, request, obj=None):
        """Values are stored under the code, in the form of the kind."""
        return ["code", "on", "kind"] if obj is not None else []
