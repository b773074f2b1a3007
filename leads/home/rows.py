"""Lines of the home page with finished values: a clock's face, who is at the other end, what to do."""

import dataclasses
import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.cards import CHIPS
from leads.highlights import marks
from leads.models.clock import NEVER
from leads.search import person_words
from portal import business_time, words

ANSWERED_AT = {
    "offer": "leads:handoff-return",
    "return": "leads:handoff-reply",
    "talk": "leads:handoff-settlement",
    "time": "leads:time-request-answer",
}


def link(name, *args):
    """The address of a page, or "" where that part is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclasses.dataclass(frozen=True)
class Face:
    """What a clock shows: the arguments of {% sla %}, and the share of its time that has run."""

    state: str
    at: datetime.datetime | None
    minutes: int | None
    warn_at: datetime.datetime | None
    share: int

    @classmethod
    def of(cls, clock, now):
        if clock is None or clock.stopped_at is not None:
            return None
        if clock.paused_at is not None or clock.due_at is None:
            return cls("paused", None, None, None, 0)
        run, whole = now - clock.started_at, clock.due_at - clock.started_at
        share = round(100 * max(0, min(1, run / whole))) if whole else 100
        if clock.due_at < now:
            return cls("over", clock.due_at, _counted_over(clock, now), None, 100)
        warned = clock.warn_at is not None and clock.warn_at <= now
        return cls("warn" if warned else "ok", clock.due_at, None, clock.warn_at, share)

    @property
    def is_over(self):
        return self.state == "over"


def _counted_over(clock, now):
    """Business minutes past the due time; None, and the clock on the wall counts, where its hours have been published anew."""
    if clock.calendar_version != clock.calendar.version:
        return None
    hours = clock.calendar.engine()
    return words.whole_minutes(business_time.elapsed(clock.due_at, now, hours, mode=clock.commitment.mode))


@dataclasses.dataclass
class Wait:
    """Somebody waits for this person's answer about a lead."""

    record: Any
    kind: str  # offer, return, talk or time
    lead: Any
    face: Face | None
    frm: str  # the functions at both ends of the sash
    to: str
    who: Any
    says: str
    is_first: bool = False

    @classmethod
    def of_offer(cls, handoff, now):
        to = handoff.receiver.function if handoff.receiver else "sales"
        face = Face.of(handoff.lead.next_clock, now)
        return cls(handoff, "offer", handoff.lead, face, handoff.sender.function, to, handoff.sender, "")

    @classmethod
    def of_return(cls, handoff, now):
        face, by = Face.of(handoff.lead.next_clock, now), handoff.answered_by
        says = _("Returned: %(reason)s") % {"reason": handoff.return_reason}
        return cls(
            handoff,
            "return",
            handoff.lead,
            face,
            by.function,
            handoff.sender.function,
            by,
            _with_line(says, handoff.line),
        )

    @classmethod
    def of_dispute(cls, handoff, person):
        """Both who see a return differently talk about it; no clock runs for that."""
        other = handoff.answered_by if handoff.sender_id == person.pk else handoff.sender
        says = _("sees the return “%(reason)s” differently: talk about it") % {"reason": handoff.return_reason}
        return cls(
            handoff,
            "talk",
            handoff.lead,
            None,
            other.function,
            person.function,
            other,
            _with_line(says, handoff.reply_line),
        )

    @classmethod
    def of_time(cls, request, now):
        lead, by = request.clock.lead, request.by
        words_ = {"time": words.span(request.minutes), "why": request.why}
        says = _("asks for %(time)s more: %(why)s") % words_
        return cls(request, "time", lead, Face.of(request.clock, now), by.function, "", by, says)

    @property
    def order(self):
        return (self.face.at if self.face and self.face.at else NEVER, self.record.pk)

    @property
    def company(self):
        return str(self.lead)

    @property
    def url(self):
        return link("leads:lead", self.lead.pk)

    @property
    def shows_due(self):
        """A clock that is due on another day names that instant itself."""
        face = self.face
        return bool(face and face.at and (face.is_over or timezone.localdate(face.at) == timezone.localdate()))

    @property
    def answers(self):
        """Where the answers are given: in one tap or in a dialog, as the kind asks."""
        name = ANSWERED_AT[self.kind]
        accept = link("leads:handoff-acceptance", self.record.pk) if self.kind == "offer" else ""
        return {"accept": accept, "dialog": link(name, self.record.pk)}

    @property
    def contact(self):
        return contact_of(self.lead)

    @property
    def chips(self):
        return marks(self.lead.highlights)[:CHIPS]

    @property
    def more_chips(self):
        return max(0, len(marks(self.lead.highlights)) - CHIPS)

    @property
    def bant(self):
        return self.lead.bant_words


@dataclasses.dataclass(frozen=True)
class Line:
    """One thing that is under way: whose turn it is and until when."""

    lead: Any
    says: str
    face: Face | None
    on: datetime.date | None = None
    who: Any = None
    team: Any = None
    frm: str = ""
    to: str = ""

    @classmethod
    def of_offer(cls, handoff, now):
        face = Face.of(handoff.lead.next_clock, now)
        says = _("waits for acceptance")
        to = handoff.receiver.function if handoff.receiver else "sales"
        return cls(
            handoff.lead,
            says,
            face,
            **_other_end(face, handoff.receiver, handoff.receiving_unit),
            frm=handoff.sender.function,
            to=to,
        )

    @classmethod
    def of_return(cls, handoff, now):
        face = Face.of(handoff.lead.next_clock, now)
        says = _("a reply to your return “%(reason)s”") % {"reason": handoff.return_reason}
        other = _other_end(face, handoff.sender, handoff.sending_unit)
        return cls(handoff.lead, says, face, **other, frm=handoff.answered_by.function, to=handoff.sender.function)

    @classmethod
    def of_time(cls, request, now):
        clock = request.clock
        says = _("an answer to your request for %(time)s more") % {"time": words.span(request.minutes)}
        return cls(
            clock.lead, says, Face.of(clock, now), who=clock.handoff and clock.handoff.sender, frm=request.by.function
        )

    @classmethod
    def of_promise(cls, lead, now):
        face = Face.of(lead.next_clock, now)
        if lead.next_clock is not None:
            return cls(lead, PROMISED[lead.next_clock.commitment.key](), face)
        says = lead.line or _("next step")
        return cls(lead, says, None, on=lead.next_on)

    @property
    def order(self):
        return (self.face.at if self.face and self.face.at else NEVER, self.lead.pk)

    @property
    def company(self):
        return str(self.lead)

    @property
    def url(self):
        return link("leads:lead", self.lead.pk)

    @property
    def is_today(self):
        return self.on is not None and self.on <= timezone.localdate()


def _other_end(face, person, unit):
    """Who is asked. Past the due time the team is named: lateness is never shown beside somebody else's name."""
    if person is not None and not (face and face.is_over):
        return {"who": person}
    return {"team": unit}


PROMISED = {
    "hand_over": lambda: _("to hand over"),
    "answer": lambda: _("to answer"),
    "contact": lambda: _("the first contact"),
    "result": lambda: _("to record the result"),
    "reply": lambda: _("to reply to the return"),
}


def contact_of(lead):
    """Department, title and name, as far as they are known."""
    if not lead.company_id:
        return ""
    name = person_words(lead.family_name, "")
    return " ".join(filter(None, [lead.department, lead.title, name]))


def _with_line(says, line):
    return f"{says} — {line}" if line else says
