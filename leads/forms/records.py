"""Forms of master data: a lead, a company; and what people write about them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads.forms.fields import EmailText, PhoneText, colleagues, mentioned_in
from leads.intake import names
from leads.intake.reasons import Unreadable
from leads.models import Campaign, Company, CustomField, Lead, Source


class WithCustomFields(forms.ModelForm):
    """A form that also shows the fields an administrator has added; their values live in `custom`."""

    ON: str
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.seen()
        self.custom = list(CustomField.objects.filter(on=self.ON, is_active=True))
        for custom in self.custom:
            self.fields[f"custom_{custom.code}"] = self._custom_field(custom)

    def custom_fields(self):
        return [self[f"custom_{custom.code}"] for custom in self.custom]

    def values(self):
        """{master field: value} as typed."""
        given = {name: value for name, value in self.cleaned_data.items() if name in self._meta.model.MASTER}
        if self.custom:
            typed = {custom.code: self.cleaned_data.get(f"custom_{custom.code}", "") for custom in self.custom}
            kept = {code: value for code, value in (self.instance.custom or {}).items() if code not in typed}
            given["custom"] = kept | {code: value for code, value in typed.items() if value != ""}
        return given

    def _custom_field(self, custom):
        given = {"label": custom.label, "required": False, "initial": (self.instance.custom or {}).get(custom.code, "")}
        if custom.kind == CustomField.Kind.CHOICE:
            return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in custom.choices)], **given)
        if custom.kind == CustomField.Kind.DATE:
            return _Custom(custom, widget=forms.DateInput(attrs={"type": "date"}), **given)
        return _Custom(custom, **given)

    def _post_clean(self):
        """The verb saves, under a lock; nothing is written onto the instance here."""


class _Custom(forms.CharField):
    def __init__(self, custom, **kwargs):
        self.custom = custom
        super().__init__(**kwargs)

    def clean(self, value):
        try:
            return self.custom.read(super().clean(value) or "")
        except ValueError as error:
            raise ValidationError(_("%(kind)s is needed here.") % {"kind": self.custom.get_kind_display()}) from error


class LeadForm(WithCustomFields):
    ON = CustomField.On.LEAD
    company_name = forms.CharField(
        label=_("Company"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = EmailText(label=_("E-mail"), required=False, max_length=254)
    phone = PhoneText(label=_("Telephone"), required=False, max_length=40)

    class Meta:
        model = Lead
        fields = [
            "family_name",
            "given_name",
            "kana",
            "email",
            "phone",
            "department",
            "title",
            "source",
            "campaign",
            "may_mail",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.company_id:
            self.fields["company_name"].initial = self.instance.company.name
        self.fields["source"].queryset = Source.objects.filter(is_active=True)
        self.fields["campaign"].queryset = Campaign.objects.all()
        self.fields["may_mail"].label = _("May be mailed")

    def clean(self):
        cleaned = super().clean()
        told_apart = cleaned.get("family_name") or cleaned.get("email") or self.instance.external_key
        if not told_apart and "email" not in self.errors:
            self.add_error(
                "family_name", _("Enter the family name or the e-mail address, so that the lead can be told apart.")
            )
        return cleaned

    def values(self, at):
        """Master data with the company looked up by its name, made where it is new."""
        given = super().values()
        name = self.cleaned_data["company_name"].strip()
        if not name:
            given["company"] = None
        elif self.instance.company_id and name == self.instance.company.name:
            given["company"] = self.instance.company
        else:
            given["company"] = Company.of_name(name, at=at)
        return given


class CompanyForm(WithCustomFields):
    ON = CustomField.On.COMPANY

    class Meta:
        model = Company
        fields = [
            "name",
            "name_kana",
            "corporate_number",
            "domain",
            "industry",
            "employees",
            "region",
            "address",
            "note",
        ]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def clean_corporate_number(self):
        try:
            return names.corporate_number(self.cleaned_data["corporate_number"])
        except Unreadable as error:
            raise ValidationError(_("A corporate number has 13 digits; please check them once more.")) from error


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "data-mentions": "people"}),
        help_text=_("@name tells a colleague."),
        error_messages={"required": _("Write the note first.")},
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Tell"), queryset=colleagues(), required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )

    def mentions(self):
        """Who was picked, and who is called in the text."""
        people = list(colleagues())
        told = {*self.cleaned_data["people"], *mentioned_in(self.cleaned_data["text"], people)}
        return [person for person in people if person in told]
