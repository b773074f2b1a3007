"""Inputs that several forms share: days, money as people write it, reasons to tap, people and teams to choose."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.intake import amounts, names
from leads.intake.reasons import Unreadable
from leads.models import Reason
from portal.models import OrgUnit, Person


class DayField(forms.DateField):
    """A day; only one after today (`future`), or today and before (`past`), where that is asked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, *, future=False, past=False, **kwargs):
        self.future, self.past = future, past
        super().__init__(**kwargs)

    def validate(self, value):
        super().validate(value)
        today = timezone.localdate()
        if value and self.future and value <= today:
            raise ValidationError(_("Choose a day after today."))
        if value and self.past and value > today:
            raise ValidationError(_("Choose today or a day before: it has already happened."))


class YenField(forms.CharField):
    """Whole yen, as people write them: 4800000, 480万, １，２００万円. Empty is None: not known."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Amount (yen)"))
        kwargs.setdefault("help_text", _("Such as 4,800,000 or 480万. Full-width digits are fine."))
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off"}

    def to_python(self, value):
        try:
            return amounts.yen(super().to_python(value) or "")
        except Unreadable as error:
            raise ValidationError(_("Write the amount in digits, such as 4,800,000 or 480万.")) from error

    def validate(self, value):
        if self.required and value is None:
            super().validate("")

    def run_validators(self, value):
        """Those of a text do not fit a number."""

    def prepare_value(self, value):
        return f"{value:,}" if isinstance(value, int) else value


class EmailText(forms.CharField):
    """An e-mail address in the one form in which two spellings are equal."""

    widget = forms.EmailInput

    def clean(self, value):
        try:
            return names.email(super().clean(value) or "")
        except Unreadable as error:
            raise ValidationError(
                _("Write the e-mail address in half-width characters, such as hanako@example.com.")
            ) from error


class PhoneText(forms.CharField):
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})

    def clean(self, value):
        return names.phone(super().clean(value) or "")


class ReasonsField(forms.ModelMultipleChoiceField):
    """Agreed reasons to tap, one or more."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(queryset=Reason.objects.none(), **kwargs)

    def label_from_instance(self, obj):
        return obj.label


class ReasonField(forms.ModelChoiceField):
    """One agreed reason to tap."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs):
        super().__init__(queryset=Reason.objects.none(), empty_label=None, **kwargs)

    def label_from_instance(self, obj):
        return obj.label


def reasons(revision, kind):
    """The reasons of this kind in an SLA's revision; nothing where there is no agreement."""
    return Reason.objects.filter(revision=revision, kind=kind) if revision is not None else Reason.objects.none()


class Runners:
    """Who can be given work today, by team: the choices of 'to whom'."""

    def __init__(self, but=None):
        working = Person.objects.working(timezone.localdate()).filter(function__in=Person.SIDE_OF)
        people = working.exclude(pk=but.pk) if but is not None else working
        self.people = list(people.select_related("unit").in_kana_order())
        self.units = sorted({one.unit for one in self.people if one.unit}, key=lambda unit: (unit.position, unit.pk))

    def choices(self, *, teams):
        """[("", …), (team, [(value, name), …]), …]; with `teams` the team itself can be chosen too."""
        groups = [("", _("Choose"))]
        for unit in self.units:
            members = [(f"person-{one.pk}", one.full_name) for one in self.people if one.unit_id == unit.pk]
            whole = [(f"unit-{unit.pk}", _("%(team)s: whoever is next in turn") % {"team": unit})] if teams else []
            groups.append((unit.name, [*whole, *members]))
        alone = [(f"person-{one.pk}", one.full_name) for one in self.people if one.unit_id is None]
        return [*groups, *([(_("Without a team"), alone)] if alone else [])]


def runner(value):
    """What a choice of Runners stands for: a Person or an OrgUnit."""
    kind, _dash, pk = value.partition("-")
    return (OrgUnit if kind == "unit" else Person).objects.filter(pk=pk).first()


class RunnerField(forms.ChoiceField):
    """A colleague or a team; what is cleaned is the record."""

    def clean(self, value):
        found = super().clean(value)
        return runner(found) if found else None


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def mentioned_in(text, people):
    """Who is called in a text by @family name or @full name; names that several share call nobody."""
    called = []
    for person in people:
        full = {f"@{person.full_name}", f"@{person.full_name.replace(' ', '')}"}
        if any(name in text for name in full) or (
            f"@{person.family_name}" in text and sum(one.family_name == person.family_name for one in people) == 1
        ):
            called.append(person)
    return called


def colleagues():
    """Who can be mentioned: everybody who still works here."""
    return Person.objects.here().in_kana_order()
