import zoneinfo

from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Person

AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class SignInForm(LoginForm):
    """The library's form, saying what to do instead of what is wrong."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = _("Enter your e-mail address.")
        self.fields["login"].error_messages["invalid"] = _("Enter the whole address, such as aoba@aozora.example.")
        self.fields["password"].error_messages["required"] = _("Enter your password. Pasting is fine.")


class AccountForm(forms.ModelForm):
    """What a person decides for themselves: how the portal speaks to them, and when they are away."""

    time_zone = forms.ChoiceField(label=_("Time zone"))
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        required=False,
        choices=[("", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
        help_text=_("For this browser."),
    )

    class Meta:
        model = Person
        fields = ["language", "time_zone", "single_keys", "away_from", "away_to", "stand_in"]
        widgets = {
            "away_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "away_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {
            "language": _("Language"),
            "single_keys": _("Keyboard shortcuts of one key"),
            "away_from": _("Away from"),
            "away_to": _("Away to"),
            "stand_in": _("Stand-in"),
        }
        help_texts = {
            "single_keys": _("Such as / for search and g h for today. Turn them off if they get in your way."),
            "away_to": _("Left empty: until further notice."),
            "stand_in": _("Receives while you are away what would have come to you."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zones = {self.instance.time_zone} | {
            name for name in zoneinfo.available_timezones() if name.startswith(AREAS) and "/" in name
        }
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in sorted(zones)]
        self.fields["stand_in"].queryset = (
            Person.objects.working(timezone.localdate()).exclude(pk=self.instance.pk).in_kana_order()
        )

    def clean(self):
        cleaned = super().clean()
        away_from, away_to = cleaned.get("away_from"), cleaned.get("away_to")
        if away_to and not away_from:
            self.add_error("away_from", _("Enter the first day that you are away."))
        elif away_from and away_to and away_to < away_from:
            self.add_error("away_to", _("Choose a day on or after the first day that you are away."))
        return cleaned

    def clean_stand_in(self):
        stand_in = self.cleaned_data["stand_in"]
        if stand_in and stand_in.stand_in_id == self.instance.pk and stand_in.away_from:
            raise ValidationError(_("%(name)s has named you. Choose someone else.") % {"name": stand_in})
        return stand_in
