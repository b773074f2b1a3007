"""Who is told what of a lead: the one place. `portal.notifying` adds what holds for everybody."""

from collections import defaultdict

from leads.models import Clock, Handoff, Lead, TimeRequest
from portal.models import Entry, Person
from portal.notifying import Told

REMINDERS = {"clock.warned", "clock.breached"}


class Records:
    """What a batch of entries refers to, fetched once: leads, their hand-offs, clocks and teams."""

    def __init__(self, entries):
        keys = {entry.subject[1] for entry in entries}
        self.leads = Lead.objects.select_related("owner").in_bulk(keys)
        handoffs = Handoff.objects.filter(lead__in=keys).select_related("sender", "answered_by").order_by("id")
        self.handoffs = {handoff.pk: handoff for handoff in handoffs}
        clocks = {entry.object[1] for entry in entries if entry.object[0] == "clock"}
        self.clocks = Clock.objects.select_related("commitment").in_bulk(clocks)
        self.teams = self._teams()
        self.carriers = Person.objects.in_bulk({handoff.receiver_id for handoff in self.handoffs.values()})

    def _teams(self):
        units = {handoff.receiving_unit_id for handoff in self.handoffs.values() if handoff.receiver_id is None}
        units |= {clock.unit_id for clock in self.clocks.values()}
        teams = defaultdict(list)
        for person in Person.objects.here().filter(unit__in=units - {None}).order_by("pk"):
            teams[person.unit_id].append(person)
        return teams

    def lead(self, entry):
        return self.leads.get(entry.subject[1])

    def handoff(self, entry):
        """The hand-off that the entry is about, else the lead's current one."""
        kind, key = entry.object
        if kind == "handoff":
            return self.handoffs.get(key)
        lead = self.lead(entry)
        return self.handoffs.get(lead.handoff_id) if lead else None

    def runners_before(self, handoff):
        """Everyone who passed the lead on until here: the marketer, and inside sales in between."""
        while handoff is not None:
            yield handoff.sender_id
            handoff = self.handoffs.get(handoff.previous_id)

    def receivers(self, handoff):
        """The receiver; the whole team where nobody in particular receives."""
        if handoff.receiver_id is not None:
            return [(handoff.receiver_id, "receiver")]
        return [(person.pk, "team") for person in self.teams[handoff.receiving_unit_id]]


def audience(entries):
    """The rule of every verb of a lead; `RULES` names them."""
    records = Records(entries)
    for entry in entries:
        if records.lead(entry) is None:
            continue
        for person, why in RULES[entry.verb](entry, records):
            yield Told(entry, person, why, in_hours=entry.verb in REMINDERS)


def _offered(entry, records):
    """Whoever is to answer, and whoever no longer has to."""
    yield from records.receivers(records.handoff(entry))


def _step(entry, records):
    for person in records.runners_before(records.handoff(entry)):
        yield person, "sender"


def _won(entry, records):
    """A win belongs to everybody who ran."""
    yield from _step(entry, records)
    for person in sorted(records.lead(entry).runners()):
        yield person, "ran"


def _returned(entry, records):
    yield from _step(entry, records)
    yield records.lead(entry).owner_id, "carrier"  # a stand-in, where the sender is away


def _replied(entry, records):
    handoff = records.handoff(entry)
    yield handoff.answered_by_id, "returned"
    if entry.data.get("reply") == Handoff.Reply.DISPUTE:
        yield handoff.sender_id, "sender"
        yield handoff.answered_by.manager_id, "manager"
        yield handoff.sender.manager_id, "manager"


def _settled(entry, records):
    handoff = records.handoff(entry)
    yield handoff.answered_by_id, "returned"
    yield handoff.sender_id, "sender"


def _recycled(entry, records):
    yield _owner_before(entry), "carrier"
    yield from _step(entry, records)


def _reassigned(entry, records):
    """Whoever carries it now, and whoever carried it: the receiver while the hand-off was still open."""
    yield entry.data["to"], "carrier"
    before = entry.data.get("undo", {})
    receivers = [values["receiver_id"] for values in before.values() if values and "receiver_id" in values]
    yield (receivers[0] if receivers else _owner_before(entry)), "former"


def _mentioned(entry, records):
    for person in entry.data.get("mentions", []):
        yield person, "mentioned"


def _thanked(entry, records):
    yield entry.data["to"], "thanked"


def _carrier(entry, records):
    yield records.lead(entry).owner_id, "carrier"


def _time_asked(entry, records):
    """Whoever may grant it: the other end of the hand-off that the promise hangs on."""
    handoff = records.handoffs.get(records.clocks[entry.object[1]].handoff_id)
    if handoff is not None:
        yield handoff.sender_id, "grants"
        yield handoff.receiver_id, "grants"


def _time_answered(entry, records):
    request = TimeRequest.objects.filter(clock=entry.object[1]).exclude(state="open").order_by("-answered_at").first()
    yield (request.by_id if request else None), "asked"


def _undone(entry, records):
    """Whoever was told of what is now taken back."""
    undone = Entry.objects.filter(pk=entry.undoes_id).first()
    if undone is not None and undone.verb in RULES:
        yield from RULES[undone.verb](undone, Records([undone]))


def _moved(entry, records):
    """Whoever holds a promise that other business hours have moved."""
    clock = records.clocks[entry.object[1]]
    if clock.stopped_at is None:
        for person, why in _holders(clock, records):
            yield person.pk, why


def _promise(entry, records):
    """Whoever holds a promise that still runs, and their manager once it is late. Kept meanwhile: nobody."""
    clock = records.clocks[entry.object[1]]
    late = entry.verb == "clock.breached"
    if clock.stopped_at is not None or (clock.breached_at is not None) != late or clock.paused_at is not None:
        return
    holders = _holders(clock, records)
    for person, why in holders:
        yield person.pk, why
    if late:
        for manager in {person.manager_id for person, _why in holders}:
            yield manager, "manager"


def _holders(clock, records):
    """[(person, why)]: the one who carries the lead or is to answer, else their team."""
    lead = records.leads[clock.lead_id]
    if clock.commitment.key == "reply":
        return [(records.handoffs[clock.handoff_id].sender, "sender")]
    if lead.stage == Lead.Stage.HANDED_OVER:
        handoff = records.handoffs[lead.handoff_id]
        holder = records.carriers.get(handoff.receiver_id)
    else:
        holder = lead.owner
    if holder is not None:
        return [(holder, "carrier")]
    return [(person, "team") for person in records.teams[clock.unit_id]]


def _owner_before(entry):
    lead = entry.data.get("undo", {}).get(entry.stream) or {}
    return lead.get("owner_id")


RULES = {
    "lead.handed_over": _offered,
    "handoff.accepted": _step,
    "handoff.returned": _returned,
    "handoff.withdrawn": _offered,
    "handoff.replied": _replied,
    "handoff.settled": _settled,
    "lead.contacted": _step,
    "lead.resulted": _step,
    "lead.won": _won,
    "lead.lost": _step,
    "lead.paused": _step,
    "lead.resumed": _step,
    "lead.recycled": _recycled,
    "lead.reassigned": _reassigned,
    "lead.noted": _mentioned,
    "lead.thanked": _thanked,
    "lead.woken": _carrier,
    "clock.time_asked": _time_asked,
    "clock.time_granted": _time_answered,
    "clock.time_declined": _time_answered,
    "lead.undone": _undone,
    "clock.moved": _moved,
    "clock.warned": _promise,
    "clock.breached": _promise,
}
# Facts that concern nobody in particular; whoever looks at the record sees them.
SILENT = {"lead.added", "lead.edited", "company.edited", "lead.learned", "lead.reconsidered"}
