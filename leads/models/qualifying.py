"""What is known of a lead, and whether that meets the definition in force."""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import clause_words, definition, permissions
from leads.models.agreement import Agreement, Revision
from leads.models.bant import LETTERS, Bant, states_of
from leads.models.note import Note
from leads.models.qualification import Qualification
from leads.models.verb import Step
from portal.refusals import Refusal


class Qualifying(models.Model):
    class Meta:
        abstract = True

    @transaction.atomic
    def learn(self, *, by, at, part, state, note="", origin=""):
        """A part of BANT is known now, or partly, or not after all."""
        if not permissions.can_edit(by, self):
            raise Refusal(_("Only the four teams can write this."), status=403)
        step = Step(self)
        Bant.objects.update_or_create(
            lead=self, part=part, defaults={"state": state, "note": note.strip(), "origin": origin, "by": by, "at": at}
        )
        known = dict(self.bant.values_list("part", "state"))
        self.bant_states = "".join(LETTERS[known.get(part, "unknown")] for part in Bant.Part.values)
        self.requalify(step, at)
        return step.end("lead.learned", by=by, at=at, data={"part": part, "state": state}, undo=False)

    @transaction.atomic
    def write_note(self, *, by, at, text, mentions=()):
        if not permissions.can_edit(by, self):
            raise Refusal(_("Only the four teams can write this."), status=403)
        if not text.strip():
            raise Refusal(_("Write the note first."), status=422)
        step = Step(self)
        note = Note.objects.create(lead=self, text=text.strip(), by=by, at=at)
        note.mentions.set(mentions)
        self.has_note = True
        self.line = text.strip().splitlines()[0][:200]
        # After a return a note alone is no new fact.
        self.requalify(step, at, new_fact=not self.handoffs.filter(state="returned").exists())
        data = {"mentions": [person.pk for person in mentions]}
        step.end("lead.noted", by=by, at=at, about=note, data=data, undo=False)
        return note

    @transaction.atomic
    def wake(self, *, at):
        """The agreed day to look again has come: the lead may qualify anew."""
        step = Step(self)
        if self.wake_on is None or self.wake_on > timezone.localdate(at):
            return None
        self.requalify(step, at)
        self.wake_on = None
        return step.end("lead.woken", by=None, at=at, undo=False)

    @transaction.atomic
    def reconsider(self, *, by, at):
        """Facts came in by another way than a verb (a file, say): the lead may meet the definition now."""
        step = Step(self)
        self.requalify(step, at)
        return step.end("lead.reconsidered", by=by, at=at, undo=False)

    def facts(self):
        bant = dict(zip(Bant.Part.values, states_of(self.bant_states), strict=True))
        return definition.Facts(bant=bant, has_note=self.has_note, score=self.score)

    def agreements(self, at):
        """(definition revision, SLA revision) in force for this lead; None where there is none yet.

        What is in force at an instant does not change, so a form and the verb after it read it once.
        """
        asked, answer = self.__dict__.get("_agreements", (None, None))
        if asked != at:
            self._agreements = at, answer = at, self._agreements_at(at)
        return answer

    def _agreements_at(self, at):
        agreement = Agreement.objects.filter(kind=Agreement.Kind.DEFINITION).select_related("sla").first()
        if agreement is None:
            return None, None
        sla = getattr(agreement, "sla", None)
        both = {each.pk: each for each in (agreement, sla) if each is not None}
        running = {}
        for revision in Revision.objects.in_force(at).filter(agreement__in=both):
            revision.agreement = both[revision.agreement_id]
            running.setdefault(revision.agreement_id, revision)
        return running.get(agreement.pk), sla and running.get(sla.pk)

    def exceptions(self, revision):
        """The exceptions a definition names in writing: [{"code", "name", "name_en"}]."""
        return revision.parameters.get("exceptions", []) if revision is not None else []

    def unmet(self, revision, *, memo=""):
        """Keys of the clauses that do not hold yet; a memo counts as the note."""
        if revision is None:
            return []
        facts = self.facts()
        if memo.strip():
            facts = definition.Facts(bant=facts.bant, has_note=True, score=facts.score)
        return definition.unmet(revision.parameters["clauses"], facts)

    def clause_words(self, revision, keys):
        """The clauses in the reader's words, joined."""
        return clause_words.sentence(revision.parameters["clauses"], keys)

    def requalify(self, step, at, *, new_fact=True):
        """Within a verb: open or end the qualification as the facts stand; after a return only on a new fact or the agreed day."""
        if self.stage != self.Stage.NURTURING:
            return
        revision, sla = self.agreements(at)
        if revision is None:
            return
        open_one = self.qualifications.filter(until=None).first()
        met = not self.unmet(revision)
        if met and open_one is None and new_fact:
            qualification = Qualification.objects.create(lead=self, revision=revision, since=at)
            step.made(qualification)
            step.turn_clocks("qualified", at=at, qualification=qualification, revision=sla)
        elif not met and open_one is not None:
            self._end_qualification(step, at, "lapsed")
