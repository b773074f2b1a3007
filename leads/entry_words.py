"""What happened to a lead, in words: for the bell, and for the timeline on the lead's page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from leads import verb_words
from leads.models import Activity, Clock, Handoff, Lead, Note, Reason, Thanks
from portal.entry_words import Line
from portal.models import Person

REASONS = {
    "receiver": gettext_lazy("You are to answer"),
    "team": gettext_lazy("Your team is to answer"),
    "sender": gettext_lazy("You handed this lead over"),
    "carrier": gettext_lazy("You carry this lead"),
    "former": gettext_lazy("You carried this lead"),
    "returned": gettext_lazy("You returned this lead"),
    "manager": gettext_lazy("You lead one of the two teams"),
    "mentioned": gettext_lazy("You were mentioned"),
    "thanked": gettext_lazy("You had a part in this lead"),
    "ran": gettext_lazy("You had a part in this lead"),
    "grants": gettext_lazy("Your side answers"),
    "asked": gettext_lazy("You asked"),
}
MODELS = {"handoff": Handoff, "note": Note, "clock": Clock, "activity": Activity, "thanks": Thanks}
JOINS = {"handoff": ("receiver", "receiving_unit", "return_reason"), "clock": ("commitment",)}


class Story:
    """What the entries of one page refer to, fetched with a fixed number of queries."""

    def __init__(self, entries):
        self.leads = Lead.objects.select_related("company").in_bulk({entry.subject[1] for entry in entries})
        self.things = {kind: self._things(kind, entries) for kind in MODELS}
        people = {entry.by_id for entry in entries} | {entry.data.get("to") for entry in entries}
        self.people = Person.objects.in_bulk(people - {None})
        self.reasons = self._reasons(entries)

    def _things(self, kind, entries):
        keys = {entry.object[1] for entry in entries if entry.object[0] == kind}
        return MODELS[kind].objects.select_related(*JOINS.get(kind, ())).in_bulk(keys) if keys else {}

    def _reasons(self, entries):
        """The latest of each code: the name that administrators gave it stays the same across revisions."""
        codes = {
            code for entry in entries for code in [entry.data.get("reason"), *entry.data.get("reasons", [])] if code
        }
        found = Reason.objects.filter(code__in=codes).order_by("pk") if codes else []
        return {(reason.kind, reason.code): reason.label for reason in found}

    def reason(self, kind, code):
        return self.reasons.get((kind, code), "")

    def about(self, entry):
        kind, key = entry.object
        return self.things.get(kind, {}).get(key)

    def to(self, entry):
        """Whom the entry names: a person, else the team that received."""
        person = self.people.get(entry.data.get("to"))
        handoff = self.about(entry)
        unit = handoff.receiving_unit if isinstance(handoff, Handoff) else None
        return str(person or unit or _("somebody"))

    def who(self, entry):
        return str(self.people.get(entry.by_id) or _("Tasuki"))


def speak(entries):
    """The speaker for streams of leads (`portal.entry_words`)."""
    story = Story(entries)
    return {
        entry.pk: _line(entry, story)
        for entry in entries
        if entry.verb in verb_words.VERBS and entry.subject[1] in story.leads
    }


def _line(entry, story):
    lead = story.leads[entry.subject[1]]
    names = {"lead": name_of(lead), "who": story.who(entry), "to": story.to(entry)}
    said = verb_words.VERBS[entry.verb](entry, story, names)
    return Line(
        entry=entry,
        headline=said.headline,
        sentence=said.sentence,
        detail=said.detail,
        is_quote=said.is_quote,
        url=lead.get_absolute_url(),
        by=story.people.get(entry.by_id),
        icon=said.icon,
    )


def name_of(lead):
    """The company and the person at it, as far as they are known."""
    person = pgettext("person", "%(name)s") % {"name": lead.family_name} if lead.family_name else ""
    return f"{lead.company} {person}".strip() if lead.company_id else lead.person_name
