"""Forms of a hand-off: offer it, return it, withdraw it, reply, settle."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leads import clause_words
from leads.forms.fields import DayField, ReasonField, ReasonsField, RunnerField, Runners, reasons
from leads.models import Bant, Handoff, Reason


class HandOverForm(forms.Form):
    to = RunnerField(label=_("To whom"))
    memo = forms.CharField(
        label=_("Memo for the receiver"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What they need, by when, whom to talk to next."),
    )
    exception = forms.ChoiceField(label=_("Hand over by a written exception"), required=False)

    def __init__(self, *args, lead, person, definition, sla, **kwargs):
        super().__init__(*args, **kwargs)
        self.lead = lead
        self.fields["to"].choices = Runners(but=person).choices(teams=True)
        exceptions = [(one["code"], clause_words.exception(one)) for one in lead.exceptions(definition)]
        self.fields["exception"].choices = [("", _("No exception")), *exceptions]
        at_least = sla.parameters.get("memo_min", 0) if sla else 0
        self.fields["memo"].required = at_least > 0
        if at_least > 1:
            self.fields["memo"].help_text = _(
                "At least %(n)d characters: what they need, by when, whom to talk to next."
            ) % {"n": at_least}
        self.facts = FactsForm(*args, lead=lead, prefix="fact")

    def is_valid(self):
        return all([super().is_valid(), self.facts.is_valid()])


class FactsForm(forms.Form):
    """The four parts of BANT, each with its state and a note; only what changed is written down."""

    origin = forms.CharField(
        label=_("Where from"), required=False, max_length=100, help_text=_("Such as a call, a survey, a visit.")
    )

    def __init__(self, *args, lead, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {bant.part: bant for bant in lead.bant.all()}
        for part, label in Bant.Part.choices:
            held = self.known.get(part)
            self.fields[part] = forms.ChoiceField(
                label=label,
                choices=Bant.State.choices,
                required=False,
                initial=held.state if held else Bant.State.UNKNOWN,
                widget=forms.RadioSelect,
            )
            self.fields[f"{part}_note"] = forms.CharField(
                label=_("%(part)s: what we know") % {"part": label},
                required=False,
                max_length=400,
                initial=held.note if held else "",
            )

    def parts(self):
        """[(state field, note field)] in the order of BANT."""
        return [(self[part], self[f"{part}_note"]) for part in Bant.Part.values]

    def learned(self):
        """[{part, state, note, origin}] of the parts that changed."""
        found = []
        for part in Bant.Part.values:
            held = self.known.get(part)
            before = (held.state, held.note) if held else (Bant.State.UNKNOWN, "")
            note = self.cleaned_data.get(f"{part}_note", "").strip()
            now = (self.cleaned_data.get(part) or before[0], note)
            if now != before:
                found.append(
                    {"part": part, "state": now[0], "note": now[1], "origin": self.cleaned_data.get("origin", "")}
                )
        return found


class ReturnForm(forms.Form):
    reason = ReasonField(
        label=_("Reason"),
        error_messages={"required": _("Choose one reason: it is what the next hand-off learns from.")},
    )
    good_points = ReasonsField(
        label=_("What was good about this lead"),
        error_messages={"required": _("Choose at least one: it tells the sender what to keep.")},
    )
    line = forms.CharField(
        label=_("A line for the sender"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What would make this lead work is the aim of the nurturing."),
    )
    try_again_on = DayField(label=_("When you would like it again"), required=False, future=True)

    def __init__(self, *args, handoff, **kwargs):
        super().__init__(*args, **kwargs)
        revision = handoff.sla_revision
        self._offer(revision, reason=Reason.Kind.RETURN, good_points=Reason.Kind.GOOD_POINT)
        self.fields["line"].required = bool(revision and revision.parameters.get("return_line"))

    def clean(self):
        cleaned = super().clean()
        reason = cleaned.get("reason")
        if reason and reason.needs_line and not cleaned.get("line"):
            self.add_error("line", _("Write a line on what would make this lead work."))
        return cleaned

    def _offer(self, revision, **kinds):
        """The agreed reasons of several kinds, read once."""
        rows = list(Reason.objects.filter(revision=revision, kind__in=kinds.values())) if revision is not None else []
        for name, kind in kinds.items():
            self.fields[name].queryset = reasons(revision, kind)
            self.fields[name].choices = [(row.pk, row.label) for row in rows if row.kind == kind]


class WithdrawForm(forms.Form):
    why = forms.CharField(label=_("Why you take it back"), max_length=200, help_text=_("The receiver reads it."))


class ReplyForm(forms.Form):
    reply = forms.ChoiceField(label=_("Reply"), choices=Handoff.Reply.choices, widget=forms.HiddenInput)
    line = forms.CharField(
        label=_("A line"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you see it differently: the two of you talk about it next."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reply") == Handoff.Reply.DISPUTE and not cleaned.get("line"):
            self.add_error("line", _("Write a line on what you see differently."))
        return cleaned


class SettleForm(forms.Form):
    line = forms.CharField(
        label=_("What you agreed on"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
