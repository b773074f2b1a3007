from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.admin.forms import zone_choices
from portal.admin.pages import Page
from portal.admin.rows import NamedCells
from portal.models import BusinessCalendar, CalendarDay, CalendarSpan
from portal.models.minute_field import MinuteOfDayField

# Asked after new hours are published: (calendar) → the address of what must be decided next, or None.
follow_ups: list[Callable] = []


class Refused(Exception):
    """The rows do not make hours that could be published; what was typed is kept and shown again."""


class CalendarForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    refused = ""  # why publishing failed, on the second way through

    class Meta:
        model = BusinessCalendar
        fields = ["name", "name_en", "slug", "time_zone", "national_holidays", "day_minutes"]
        help_texts = {"slug": gettext_lazy("Names the calendar in commands and files.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices(self.instance.time_zone)
        self.fields["time_zone"].initial = self.instance.time_zone

    def clean(self):
        cleaned = super().clean()
        if self.refused:
            raise ValidationError(self.refused)
        return cleaned


class SpanForm(forms.ModelForm):
    class Meta:
        model = CalendarSpan
        fields = ["weekday", "opens", "closes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Several rows change at once: they are checked together, when they are published.
        self.instance.is_alone = False


class Rows(admin.TabularInline):
    """Rows of a calendar: the only ones in the administration that may be taken out again."""

    extra = 0
    formset = NamedCells

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class Spans(Rows):
    model = CalendarSpan
    form = SpanForm
    verbose_name_plural = gettext_lazy("Weekly opening hours")
    formfield_overrides = {MinuteOfDayField: {"widget": AdminTextInputWidget(attrs={"class": "time"})}}


class Days(Rows):
    model = CalendarDay
    verbose_name_plural = gettext_lazy("Closed days, half days, extra working days")
    fields = ["kind", "on", "yearly", "hours", "name", "name_en"]


@admin.register(BusinessCalendar)
class CalendarPage(Page):
    """Hours are saved and published in one step; running promises move only when that is confirmed."""

    place = 30
    form = CalendarForm
    inlines = [Spans, Days]
    list_display = ["name", "name_en", "slug", "time_zone", "national_holidays", "version"]
    ordering = ["name", "pk"]

    def get_readonly_fields(self, request, obj=None):
        return ["slug", "published"] if obj is not None else []

    def get_fields(self, request, obj=None):
        fields = ["name", "name_en", "slug", "time_zone", "national_holidays", "day_minutes"]
        return [*fields, "published"] if obj is not None else fields

    @admin.display(description=gettext_lazy("In force"))
    def published(self, calendar):
        version = calendar.versions.select_related("published_by").filter(number=calendar.version).first()
        if version is None:
            return _("Not published yet")
        at = timezone.localtime(version.published_at)
        said = {"n": version.number, "at": at.strftime("%Y-%m-%d %H:%M"), "by": version.published_by or "Tasuki"}
        return _("Version %(n)d since %(at)s (%(by)s)") % said

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused_hours = str(refused)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refused": getattr(request, "refused_hours", "")})

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        calendar = form.instance
        before = calendar.version
        try:
            calendar.publish(by=request.user, at=timezone.now())
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        request.has_new_hours = calendar.version != before

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        if getattr(request, "has_new_hours", False):
            messages.info(request, _("The new hours count for promises that start from now on."))
            for ask in follow_ups:
                address = ask(obj)
                if address:
                    return redirect(address)
        return response

    def histories_of(self, obj):
        return [
            obj.history.all(),
            CalendarSpan.history.filter(calendar=obj.pk),
            CalendarDay.history.filter(calendar=obj.pk),
        ]
