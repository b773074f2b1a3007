import unicodedata
import zoneinfo

import jaconv
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Person

AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def zone_choices(current=""):
    names = {name for name in zoneinfo.available_timezones() if name.startswith(AREAS)} | {current} - {""}
    return [(name, name.replace("_", " ")) for name in sorted(names)]


class PersonForm(forms.ModelForm):
    """What administrators write about a person; the rules that hold between the fields stand here."""

    administrator: Person

    password_typed = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Left empty for a new person, they get a mail with a link to choose one; else it stays as it is."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Person
        fields = [
            "family_name", "given_name", "family_kana", "given_kana", "email", "function", "unit", "title", "manager",
            "is_manager", "away_from", "away_to", "stand_in", "left_on", "is_active", "language", "time_zone", "is_staff",
        ]  # fmt: skip
        help_texts = {
            "family_kana": _("Lists are sorted by it."),
            "away_to": _("Left empty: until further notice."),
            "stand_in": _("Receives what would have come to this person."),
            "left_on": _("From this day on signing in is over; new leads go to others at once."),
            "is_active": _("Taken away, signing in is over at once."),
            "is_staff": _("May use this administration."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "time_zone" not in self.fields:  # shown, not edited
            return
        self.fields["time_zone"].choices = zone_choices(self.instance.time_zone)
        self.fields["time_zone"].initial = self.instance.time_zone
        self.fields["family_kana"].required = True
        people = Person.objects.in_kana_order().exclude(pk=self.instance.pk)
        self.fields["manager"].queryset = people.here() | people.filter(pk=self.instance.manager_id)
        self.fields["stand_in"].queryset = people.working(timezone.localdate()) | people.filter(
            pk=self.instance.stand_in_id
        )

    def clean_family_kana(self):
        return _katakana(self.cleaned_data["family_kana"])

    def clean_given_kana(self):
        return _katakana(self.cleaned_data["given_kana"])

    def clean_email(self):
        """Who signs in is found whatever the capitals, so no two people may differ by them alone."""
        email = Person.objects.normalize_email(self.cleaned_data["email"]).strip()
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This address belongs to somebody else."))
        return email

    def clean_password_typed(self):
        typed = self.cleaned_data["password_typed"]
        if typed:
            password_validation.validate_password(typed, self.instance)
        return typed

    def clean_manager(self):
        manager = above = self.cleaned_data["manager"]
        for _step in range(50):
            if above is None:
                break
            if above.pk == self.instance.pk:
                raise ValidationError(_("%(name)s reports to this person.") % {"name": manager})
            above = above.manager
        return manager

    def clean(self):
        cleaned = super().clean()
        away_from, away_to = cleaned.get("away_from"), cleaned.get("away_to")
        if away_to and not away_from:
            self.add_error("away_from", _("Enter the first day away."))
        elif away_from and away_to and away_to < away_from:
            self.add_error("away_to", _("Choose a day on or after the first day away."))
        stand_in = cleaned.get("stand_in")
        if stand_in and self.instance.pk and stand_in.stand_in_id == self.instance.pk and stand_in.away_from:
            self.add_error("stand_in", _("%(name)s has named this person. Choose someone else.") % {"name": stand_in})
        self._keep_an_administrator(cleaned)
        return cleaned

    def _keep_an_administrator(self, cleaned):
        """Nobody locks themselves out, and somebody can always enter."""
        left_on = cleaned.get("left_on")
        gone = left_on is not None and left_on <= timezone.localdate()
        if self.instance.pk is None or (cleaned.get("is_staff") and cleaned.get("is_active") and not gone):
            return
        if self.instance.pk == self.administrator.pk:
            raise ValidationError(_("You cannot take the administration from yourself. Another administrator can."))


def _katakana(text):
    return jaconv.hira2kata(unicodedata.normalize("NFKC", text)).strip()
