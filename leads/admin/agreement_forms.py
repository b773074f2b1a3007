"""The parameters of the first agreements as fields, and back again; what fields cannot say is not edited here."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Bant, Commitment, Reason, Revision

PARTS = Bant.Part.values
ASKED = {"": [], "known": ["known"], "partly": ["known", "partly"]}
Event = Commitment.Event
# What may follow an event; a promise runs from one to one of the later ones.
ORDER = {
    Event.QUALIFIED: 0,
    Event.HANDED_OVER: 1,
    Event.ACCEPTED: 2,
    Event.RETURNED: 2,
    Event.CONTACTED: 3,
    Event.REPLIED: 3,
    Event.RESULT: 4,
}
SIDES = {
    "hand_over": "marketing",
    "reply": "marketing",
    "completeness": "marketing",
    "answer": "sales",
    "contact": "sales",
    "result": "sales",
}
ENDS = {
    "hand_over": {Event.HANDED_OVER},
    "answer": {Event.ACCEPTED, Event.RETURNED},
    "contact": {Event.CONTACTED, Event.RESULT, Event.RETURNED},
    "result": {Event.RESULT, Event.RETURNED},
    "reply": {Event.REPLIED},
}


def fields_of(parameters):
    """A definition's parameters as initial values of DefinitionForm; None where its fields cannot hold them."""
    initial = {"exceptions": "\n".join(_line(one) for one in parameters.get("exceptions", []))}
    for clause in parameters.get("clauses", []):
        asked = next((key for key, states in ASKED.items() if states == clause.get("states")), None)
        if clause["kind"] == "bant" and asked and clause["key"] == clause["part"]:
            initial[f"part_{clause['part']}"] = asked
        elif clause["kind"] == "bant_count" and clause["key"] == "one_more" and clause.get("states") == ["known"]:
            initial |= {"more_of": clause["parts"], "at_least": clause["at_least"]}
        elif clause == {"key": "note", "kind": "note"}:
            initial["note"] = True
        elif clause["kind"] == "score" and clause["key"] == "score":
            initial["score"] = clause["at_least"]
        else:
            return None
    return initial


def clauses_of(values):
    """The clauses that these fields say, in the order in which they are shown."""
    clauses = [
        {"key": part, "kind": "bant", "part": part, "states": ASKED[values[f"part_{part}"]]}
        for part in PARTS
        if values.get(f"part_{part}")
    ]
    if values.get("at_least"):
        more = {"key": "one_more", "kind": "bant_count", "parts": values["more_of"], "at_least": values["at_least"]}
        clauses.append(more | {"states": ["known"]})
    if values.get("note"):
        clauses.append({"key": "note", "kind": "note"})
    if values.get("score") is not None:
        clauses.append({"key": "score", "kind": "score", "at_least": values["score"]})
    return clauses


class DefinitionForm(forms.ModelForm):
    """When a lead is one that Sales should call."""

    more_of = forms.MultipleChoiceField(
        label=gettext_lazy("further parts, some of which must be known"),
        choices=Bant.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    at_least = forms.IntegerField(label=gettext_lazy("so many of them"), required=False, min_value=0, max_value=4)
    note = forms.BooleanField(label=gettext_lazy("a note for the receiver is written"), required=False)
    score = forms.IntegerField(
        label=gettext_lazy("score at least"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Leave empty as long as leads are not scored."),
    )
    exceptions = forms.CharField(
        label=gettext_lazy("written exceptions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One on each line: code | Japanese | English."),
    )

    class Meta:
        model = Revision
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for part, label in Bant.Part.choices:
            self.fields[f"part_{part}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", _("Not asked")), ("known", _("Must be known")), ("partly", _("At least partly known"))],
            )
        self.initial |= fields_of(self.instance.parameters) or {}

    def clean_exceptions(self):
        found, codes = [], set()
        for line in filter(None, (line.strip() for line in self.cleaned_data["exceptions"].splitlines())):
            pieces = [piece.strip() for piece in re.split(r"[|｜]", line)]
            if len(pieces) != 3 or not all(pieces) or not re.fullmatch(r"[a-z][a-z0-9_]*", pieces[0]):
                raise ValidationError(_("“%(line)s” is not: code | Japanese | English.") % {"line": line})
            if pieces[0] in codes:
                raise ValidationError(_("The code %(code)s is there twice.") % {"code": pieces[0]})
            codes.add(pieces[0])
            found.append(dict(zip(("code", "name", "name_en"), pieces, strict=True)))
        return found

    def clean(self):
        cleaned = super().clean()
        more_of, at_least = cleaned.get("more_of") or [], cleaned.get("at_least") or 0
        if at_least > len(more_of):
            self.add_error("at_least", _("That is more than the parts chosen above."))
        if more_of and not at_least:
            self.add_error("at_least", _("Say how many of them must be known."))
        if not self.errors and not clauses_of(cleaned):
            raise ValidationError(_("A definition asks for something: choose at least one condition."))
        return cleaned

    def parameters(self):
        values = self.cleaned_data
        return self.instance.parameters | {"clauses": clauses_of(values), "exceptions": values["exceptions"]}


class SlaForm(forms.ModelForm):
    """What a hand-off and a return must bring along."""

    memo_min = forms.IntegerField(label=gettext_lazy("characters of the memo, at least"), min_value=0, max_value=500)
    return_line = forms.BooleanField(label=gettext_lazy("a return asks for a line"), required=False)

    class Meta:
        model = Revision
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {name: self.instance.parameters.get(name) for name in ("memo_min", "return_line")}

    def parameters(self):
        named = {name: self.cleaned_data[name] for name in ("memo_min", "return_line")}
        return self.instance.parameters | named


class CommitmentForm(forms.ModelForm):
    """One promise; which side gives it follows from what is promised."""

    until_events = forms.MultipleChoiceField(
        label=gettext_lazy("until"), choices=Event.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Commitment
        fields = ["key", "from_event", "until_events", "minutes", "mode", "calendar", "warn_minutes", "goal_percent"]

    def clean(self):
        cleaned = super().clean()
        key = cleaned.get("key")
        self.instance.side = SIDES.get(key, "")
        if key == Commitment.Key.COMPLETENESS:
            self.instance.kind = Commitment.Kind.COMPLETENESS
            cleaned |= {"from_event": "", "until_events": [], "minutes": None, "calendar": None}
        elif key:
            self.instance.kind = Commitment.Kind.RESPONSE
            self._check_response(cleaned, key)
        if (cleaned.get("goal_percent") or 0) > 100:
            self.add_error("goal_percent", _("At most 100 %."))
        return cleaned

    def _check_response(self, cleaned, key):
        since, until = cleaned.get("from_event"), cleaned.get("until_events") or []
        if not since:
            self.add_error("from_event", _("Choose the event that the time runs from."))
        if not until or set(until) - ENDS[key]:
            names = ", ".join(str(Event(event).label) for event in sorted(ENDS[key], key=ORDER.get))
            self.add_error("until_events", _("This promise ends with: %(events)s.") % {"events": names})
        elif since and any(ORDER[Event(event)] <= ORDER[Event(since)] for event in until):
            self.add_error("until_events", _("It must end after it began."))
        if not cleaned.get("minutes"):
            self.add_error("minutes", _("Enter the time in minutes."))
        if not cleaned.get("calendar"):
            self.add_error("calendar", _("Choose the calendar that counts the time."))
        elif not cleaned["calendar"].version:
            self.add_error("calendar", _("These hours have not been published."))
        if cleaned.get("minutes") and (cleaned.get("warn_minutes") or 0) >= cleaned["minutes"]:
            self.add_error("warn_minutes", _("Warn later than the start: less than the whole time."))


class ReasonForm(forms.ModelForm):
    class Meta:
        model = Reason
        fields = ["kind", "code", "name", "name_en", "clause", "needs_line", "position"]

    def clean_clause(self):
        clause = self.cleaned_data["clause"]
        known = {"timeline", "budget", "authority", "need", "one_more", "note", "score"}
        if clause and clause not in known:
            raise ValidationError(_("One of: %(names)s.") % {"names": ", ".join(sorted(known))})
        return clause


def _line(exception):
    return " | ".join([exception["code"], exception["name"], exception["name_en"]])
