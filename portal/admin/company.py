from django import forms
from django.contrib import admin
from django.core.cache import cache
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from portal.admin.forms import zone_choices
from portal.admin.pages import Page
from portal.models import CompanySettings


class CompanyForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = CompanySettings
        fields = ["name", "fiscal_year_starts_in", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices(self.instance.time_zone)


@admin.register(CompanySettings)
class CompanyPage(Page):
    """One row: the list leads straight to it."""

    place = 40
    form = CompanyForm

    def has_add_permission(self, request):
        return False

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:portal_companysettings_change", CompanySettings.load().pk)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        cache.delete("company-name")
