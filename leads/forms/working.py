"""Forms of the carrier: contact, result, win, loss, pause, time."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.forms.fields import DayField, ReasonsField, RunnerField, Runners, YenField, in_days, reasons
from leads.models import Activity, Opportunity, Reason
from leads.models.working import Prospect

CHANNELS = [Activity.Kind.CALL, Activity.Kind.MAIL, Activity.Kind.VISIT]
QUALITIES = [(3, _("Good")), (2, _("As expected")), (1, _("Not yet ready"))]
LOOK_AGAIN_AFTER = 90


class ContactForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(kind.value, kind.label) for kind in CHANNELS],
        initial=Activity.Kind.CALL,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("How it went"), choices=Activity.Outcome.choices, error_messages={"required": _("Tap how it went.")}
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    next_on = DayField(label=_("Next try or step"), required=False, future=True)

    def __init__(self, *args, next_day, **kwargs):
        """`next_day` is the business day that a new try is set to where none is chosen."""
        super().__init__(*args, **kwargs)
        self.next_day = next_day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("outcome") == Activity.Outcome.ABSENT and "next_on" in cleaned:
            cleaned["next_on"] = cleaned["next_on"] or self.next_day
        return cleaned


class ResultForm(forms.Form):
    """The reason tapped says what came of the lead; the button that sends says how good it was."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it: it is what the other side learns from.")},
    )
    quality = forms.TypedChoiceField(
        label=_("How good the lead was"),
        choices=QUALITIES,
        coerce=int,
        error_messages={"required": _("Tap how good the lead was.")},
    )
    look_again_on = DayField(label=_("Look again on"), required=False, future=True)
    amount = YenField(required=False)
    likelihood = forms.IntegerField(label=_("Likelihood (%)"), required=False, min_value=0, max_value=100)
    expected_close_on = DayField(label=_("Expected close"), required=False)
    name = forms.CharField(label=_("Name of the opportunity"), required=False, max_length=200)
    join = forms.ModelChoiceField(
        label=_("Join an open opportunity of the company"),
        queryset=Opportunity.objects.none(),
        required=False,
        empty_label=_("A new one"),
    )
    note = forms.CharField(
        label=_("In your words"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, lead, sla, **kwargs):
        super().__init__(*args, **kwargs)
        self.reasons = {
            f"{kind}-{reason.pk}": reason
            for kind, rows in (
                ("nurture", reasons(sla, Reason.Kind.NURTURE)),
                ("disqualify", reasons(sla, Reason.Kind.DISQUALIFY)),
            )
            for reason in rows
        }
        self.fields["outcome"].choices = [("opportunity", _("An opportunity"))] + [
            (value, reason.label) for value, reason in self.reasons.items()
        ]
        self.fields["look_again_on"].initial = in_days(LOOK_AGAIN_AFTER)
        if lead.company_id:
            self.fields["join"].queryset = (
                Opportunity.objects.open().filter(company_id=lead.company_id).exclude(lead=lead)
            )

    def options(self, kind):
        """The radios of one result: "opportunity", "nurture" or "disqualify"."""
        return [option for option in self["outcome"] if str(option.data["value"]).startswith(kind)]

    def nurture_options(self):
        return self.options("nurture")

    def disqualify_options(self):
        return self.options("disqualify")

    def opportunity_options(self):
        return self.options("opportunity")

    def clean(self):
        cleaned = super().clean()
        if str(cleaned.get("outcome", "")).startswith("nurture") and "look_again_on" in cleaned:
            cleaned["look_again_on"] = cleaned["look_again_on"] or in_days(LOOK_AGAIN_AFTER)
        return cleaned

    def result(self):
        """What `record_result` takes."""
        given = self.cleaned_data
        result = given["outcome"].partition("-")[0]
        wins = result == "opportunity"
        prospect = (
            Prospect(given["amount"], given["likelihood"], given["expected_close_on"], given["name"]) if wins else None
        )
        return {
            "result": result,
            "reason": self.reasons.get(given["outcome"]),
            "quality": given["quality"],
            "look_again_on": given["look_again_on"] if result == "nurture" else None,
            "prospect": prospect,
            "join": given["join"] if wins else None,
            "note": given["note"],
        }


class WinForm(forms.Form):
    on = DayField(label=_("Day of the order"), past=True, initial=timezone.localdate)
    amount = YenField(required=False)
    not_known = forms.BooleanField(label=_("The amount is not known yet"), required=False)

    def clean(self):
        cleaned = super().clean()
        if "amount" in cleaned and cleaned["amount"] is None and not cleaned.get("not_known"):
            self.add_error("amount", _("Enter the amount, or tick that it is not known yet."))
        if cleaned.get("not_known"):
            cleaned["amount"] = None
        return cleaned


class LossForm(forms.Form):
    on = DayField(label=_("Day of the decision"), past=True, initial=timezone.localdate)
    reasons = ReasonsField(
        label=_("Reasons, one or more"),
        error_messages={"required": _("Choose at least one reason: it is what the next hand-off learns from.")},
    )
    note = forms.CharField(
        label=_("In their words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, sla, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reasons"].queryset = reasons(sla, Reason.Kind.LOSS)


class PauseForm(forms.Form):
    why = forms.CharField(
        label=_("What the lead is waiting for"), max_length=200, help_text=_("Such as: their board meets on the 5th.")
    )
    until = DayField(label=_("The clocks go on on"), future=True)


class TimeRequestForm(forms.Form):
    minutes = forms.TypedChoiceField(label=_("How much more"), coerce=int, widget=forms.RadioSelect)
    why = forms.CharField(label=_("What the time is for"), max_length=200)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["minutes"].choices = choices


class TimeAnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("Answer"), choices=[("granted", _("Granted")), ("declined", _("Declined"))])


class RecycleForm(forms.Form):
    look_again_on = DayField(label=_("Look again on"), future=True)
    why = forms.CharField(label=_("Why"), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["look_again_on"].initial = in_days(LOOK_AGAIN_AFTER)


class ReassignForm(forms.Form):
    to = RunnerField(label=_("To whom"))
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("The due times stay as they are."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = Runners().choices(teams=False)
