"""What every verb of a lead does around its own step: lock, check the stage, write one entry, stand anew."""

from django.utils.translation import gettext_lazy as _

from leads.models.clock import Clock
from portal.models import Entry
from portal.models.entry import name_of
from portal.refusals import Refusal

LEAD_FIELDS = (
    "stage", "owner_id", "handoff_id", "wake_on", "next_on", "line", "amount", "board_column", "attention_at",
    "next_clock_id",
)  # fmt: skip


class Step:
    """One verb under way on one lead, inside the caller's transaction.

    Collects what an undo puts back: for each record the values before, or None where the verb made it.
    """

    def __init__(self, lead, *, stages=None):
        lead.refresh_from_db(from_queryset=type(lead).objects.select_for_update(of=("self",)))
        if lead.removed_at is not None:
            raise Refusal(_("This lead has been removed."))
        if stages is not None and lead.stage not in stages:
            raise Refusal(_("This lead has moved on in the meantime: %(stage)s.") % {"stage": lead.get_stage_display()})
        self.lead = lead
        self.before = {name_of(lead): {field: getattr(lead, field) for field in LEAD_FIELDS}}
        self._running = None  # the lead's running clocks, once they have been read

    def keep(self, record, *fields):
        """Remember these fields of a record before the verb changes them."""
        self.before.setdefault(name_of(record), {}).update({field: getattr(record, field) for field in fields})

    def keep_set(self, record, *names):
        """Remember what these many-to-many fields hold before the verb sets them."""
        values = self.before.setdefault(name_of(record), {})
        for name in names:
            values[f"{name}[]"] = list(getattr(record, name).values_list("pk", flat=True))

    def made(self, record):
        """Remember that the verb made this record."""
        self.before[name_of(record)] = None

    def end(self, verb, *, by, at, about=None, data=None, undo=True, undoes=None):
        """Save the lead as it stands now and write the verb's one entry."""
        lead = self.lead
        lead.stand_on_board(at, running=self._running)
        lead.version += 1
        lead.save(update_fields=[*LEAD_FIELDS, "bant_states", "has_note", "version"])
        details = dict(data or {})
        # What the verb found is kept even where nobody may take it back: figures as of an earlier
        # instant are reckoned back from it.
        details["undo" if undo else "before"] = self.before
        return Entry.record(verb, lead, about=about, by=by, at=at, data=details, undoes=undoes)

    def turn_clocks(self, event, *, at, handoff=None, qualification=None, revision=None):
        """Stop the running clocks that wait for this event, start those that run from it."""
        if self._running is None:
            self._running = list(self.lead.clocks.running().select_related("commitment", "calendar"))
        for clock in list(self._running):
            if event in clock.commitment.until_events:
                self.stop(clock, at)
        hangs_on = {"handoff": handoff} if handoff is not None else {"qualification": qualification}
        for commitment in _from_event(revision, event):
            if not self._ran_before(commitment, hangs_on):
                unit_id = self._unit_of(commitment, handoff)
                clock = Clock.start(commitment, lead=self.lead, at=at, unit_id=unit_id, **hangs_on)
                self.made(clock)
                self._running.append(clock)

    def end_clocks(self, at, outcome, clocks=None):
        """End what runs on this lead, or these clocks of it, without a verdict of its own."""
        clocks = self.lead.clocks if clocks is None else clocks
        for clock in clocks.running().select_related("commitment", "calendar"):
            self.stop(clock, at, outcome)

    def stop(self, clock, at, outcome=None):
        self.keep(clock, "stopped_at", "outcome", "paused_at", "breached_at")
        if clock.paused_at is not None:
            for pause in clock.pauses.filter(until=None):
                self.keep(pause, "until")
        clock.stop(at, outcome)
        if self._running is not None:
            self._running = [other for other in self._running if other.pk != clock.pk]

    def _unit_of(self, commitment, handoff):
        """The key of the unit that holds a new clock: the sender's for Marketing's promises, the receiver's for Sales'."""
        if handoff is None:
            owner = self.lead.owner
            return owner.unit_id if owner else None
        if commitment.key == "reply":
            return handoff.sending_unit_id
        return handoff.receiving_unit_id or (handoff.receiver.unit_id if handoff.receiver else None)

    def _ran_before(self, commitment, hangs_on):
        """A promise runs once on a hand-off: a second contact does not start the result's clock anew."""
        if all(self.before.get(name_of(thing), {}) is None for thing in hangs_on.values()):
            return False  # this verb made it
        return commitment.clocks.filter(**hangs_on).exclude(outcome="undone").exists()


def _from_event(revision, event):
    if revision is None:
        return []
    return revision.commitments.filter(kind="response", from_event=event).select_related("calendar")
