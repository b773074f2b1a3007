"""Lives into rows: keys are taken beforehand, so a chunk of leads with all that hangs on them is sent at once."""

import datetime
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from leads.models import (
    Activity,
    Bant,
    Breach,
    Clock,
    Handoff,
    Lead,
    Note,
    Opportunity,
    Qualification,
    Thanks,
)  # fmt: skip
from leads.models.boarding import WAKES_WITHIN
from leads.models.clock import NEVER
from portal import bulk, business_time, fiscal
from portal.models import Entry

LETTER = {"known": "k", "partly": "p", "unknown": "u"}
LINKS = {"good_points": Handoff.good_points.through, "reasons": Opportunity.reasons.through}


class Ledger:
    """Collects rows per table with keys of their own, and sends them in the order their references need."""

    ORDER = (
        Lead,
        Activity,
        Bant,
        Note,
        Qualification,
        Handoff,
        Clock,
        Breach,
        Opportunity,
        Thanks,
        Entry,
        *LINKS.values(),
    )

    def __init__(self, agreements, calendar_starts_in, now):
        self.agreements, self.starts_in, self.now = agreements, calendar_starts_in, now
        self.rows = defaultdict(list)
        self.due_cache = {}

    def add(self, model, **values):
        """Put a row down; its place in the table's batch stands for its key until `send`."""
        self.rows[model].append(values)
        return (model, len(self.rows[model]) - 1)

    @transaction.atomic
    def send(self):
        """Write everything put down so far, one transaction."""
        keys = {model: bulk.take_ids(model, len(rows)) for model, rows in self.rows.items()}
        for model in self.ORDER:
            rows = self.rows.pop(model, [])
            if not rows:
                continue
            names = sorted({name for row in rows for name in row})
            defaults = {name: _default(model, name) for name in names}
            values = [tuple(_resolved(row.get(name, defaults[name]), keys) for name in names) for row in rows]
            bulk.insert_values(model, names, values, ids=keys[model])

    def write(self, life, person):
        """All rows of one life; `person` holds the lead's own fields."""
        lead = self.add(Lead)
        for kind, detail, at in life.activities:
            said = "" if detail == life.run.plan.name else detail  # the campaign is shown beside it
            self.add(Activity, lead_id=lead, kind=kind, detail=said, at=at, campaign_id=life.run.campaign.pk)
        self._facts(life, lead)
        handoff = clock = None
        for passed in life.passes:
            handoff, clock = self._pass(life, lead, passed)
        if life.open_since is not None:
            qualification = self._qualification(lead, life.open_since)
            clock = self._clock(
                "hand_over", lead, life.open_since, None, life.owner.unit_id, qualification=qualification
            )
        if life.thanks:
            to, by, at, line = life.thanks
            self.add(Thanks, lead_id=lead, to_id=to.pk, by_id=by.pk, at=at, line=line)
        self.rows[Lead][lead[1]] = self._lead(life, person, handoff, clock)

    def _lead(self, life, person, handoff, clock):
        known = {part: state for part, state, _note, _at in life.facts}
        due = self.rows[Clock][clock[1]] if clock else None
        running = clock if due and due["stopped_at"] is None else None
        next_due = due["due_at"] if running else None
        return person | {
            "created_at": life.created_at,
            "recorded_at": life.created_at,
            "campaign_id": life.run.campaign.pk,
            "source_id": life.run.source.pk,
            "stage": life.stage,
            "owner_id": life.owner.pk,
            "handoff_id": handoff,
            "wake_on": life.wake_on,
            "next_on": life.next_on,
            "bant_states": "".join(LETTER[known.get(part, "unknown")] for part in Bant.Part.values),
            "has_note": life.noted_at is not None,
            "line": life.line[:200],
            "highlights": _highlights(life.activities),
            "amount": life.deal.amount if life.deal and life.deal.state != "lost" else None,
            "next_clock_id": running,
            "board_column": self._column(life),
            "attention_at": next_due or _morning(life.wake_on if life.stage == "nurturing" else life.next_on),
        }

    def _column(self, life):
        if life.stage in {"handed_over", "working", "opportunity"}:
            return life.stage
        if life.stage == "won":
            first = fiscal.quarter(timezone.localdate(self.now), self.starts_in).first
            return "won" if timezone.localdate(life.deal.closed_at) >= first else ""
        if life.stage != "nurturing":
            return ""
        if life.open_since is not None:
            return "to_hand_over"
        last = life.passes[-1] if life.passes else None
        open_reply = last is not None and last.returned and last.reply != "agree"
        wakes = life.wake_on is not None and life.wake_on <= timezone.localdate(self.now) + WAKES_WITHIN
        return "returned" if open_reply or wakes else ""

    def _facts(self, life, lead):
        for part, state, note, at in life.facts:
            self.add(Bant, lead_id=lead, part=part, state=state, note=note, by_id=life.warmer.pk, at=at, origin="電話")
            self._entry("lead.learned", lead, life.warmer, at, data={"part": part, "state": state})
        if life.noted_at is not None:
            note = self.add(Note, lead_id=lead, text=life.note, by_id=life.warmer.pk, at=life.noted_at)
            self._entry("lead.noted", lead, life.warmer, life.noted_at, about=note)

    def _qualification(self, lead, since, until=None):
        end = "handed_over" if until else ""
        revision = self.agreements.definition.pk
        return self.add(Qualification, lead_id=lead, revision_id=revision, since=since, until=until, end=end)

    def _pass(self, life, lead, passed):
        """A hand-off with its clocks, contacts and opportunity; (hand-off, its last clock)."""
        sender, receiver = passed.sender, passed.receiver
        qualification = self._qualification(lead, passed.qualified_at, passed.offered_at)
        self._clock(
            "hand_over", lead, passed.qualified_at, passed.offered_at, sender.unit_id, qualification=qualification
        )
        handoff = self.add(Handoff)
        self._entry("lead.handed_over", lead, sender, passed.offered_at, about=handoff, data={"to": receiver.pk})
        clock = self._clock("answer", lead, passed.offered_at, passed.answered_at, receiver.unit_id, handoff=handoff)
        if passed.returned:
            clock = self._returned(lead, handoff, passed)
        elif passed.answered_at is not None:
            clock = self._accepted(life, lead, handoff, passed)
        self.rows[Handoff][handoff[1]] = self._handoff(lead, passed)
        return handoff, clock

    def _handoff(self, lead, passed):
        state = "returned" if passed.returned else "accepted" if passed.answered_at else "offered"
        reason = self.agreements.reasons.get(("return", passed.returned))
        return {
            "lead_id": lead,
            "sender_id": passed.sender.pk,
            "sending_unit_id": passed.sender.unit_id,
            "receiver_id": passed.receiver.pk,
            "receiving_unit_id": passed.receiver.unit_id,
            "routing": {"why": "named"},
            "memo": passed.memo,
            "definition_revision_id": self.agreements.definition.pk,
            "sla_revision_id": self.agreements.sla.pk,
            "state": state,
            "offered_at": passed.offered_at,
            "answered_by_id": passed.receiver.pk if passed.answered_at else None,
            "answered_at": passed.answered_at,
            "contacted_at": passed.contacts[0][2] if passed.contacts else None,
            "resulted_at": passed.resulted_at,
            "quality": passed.quality,
            "return_reason_id": reason.pk if reason else None,
            "line": passed.line,
            "try_again_on": passed.try_again_on,
            "reply": passed.reply,
            "reply_line": "現場で聞いた時期とちがうようです" if passed.reply == "dispute" else "",
            "replied_by_id": passed.replied_by.pk if passed.replied_by else None,
            "replied_at": passed.replied_at,
            "settled_at": passed.replied_at if passed.reply == "agree" else None,
        }

    def _returned(self, lead, handoff, passed):
        self._entry(
            "handoff.returned",
            lead,
            passed.receiver,
            passed.answered_at,
            about=handoff,
            data={"reason": passed.returned},
        )
        good = self.agreements.reasons["good_point", passed.good_point].pk
        self.add(LINKS["good_points"], handoff_id=handoff, reason_id=good)
        if passed.replied_at:
            self._entry(
                "handoff.replied", lead, passed.sender, passed.replied_at, about=handoff, data={"reply": passed.reply}
            )
        return self._clock("reply", lead, passed.answered_at, passed.replied_at, passed.sender.unit_id, handoff=handoff)

    def _accepted(self, life, lead, handoff, passed):
        unit = passed.receiver.unit_id
        self._entry("handoff.accepted", lead, passed.receiver, passed.answered_at, about=handoff)
        first = passed.contacts[0][2] if passed.contacts else None
        clock = self._clock("contact", lead, passed.answered_at, first, unit, handoff=handoff)
        for kind, outcome, at, note in passed.contacts:
            by = passed.receiver.pk
            activity = self.add(Activity, lead_id=lead, kind=kind, outcome=outcome, detail=note, at=at, by_id=by)
            self._entry(
                "lead.contacted", lead, passed.receiver, at, about=activity, data={"channel": kind, "outcome": outcome}
            )
        if first is not None:
            clock = self._clock("result", lead, first, passed.resulted_at, unit, handoff=handoff)
        if passed.resulted_at is not None:
            data = {"result": passed.result, "reason": passed.reason, "quality": passed.quality, "note": ""}
            self._entry("lead.resulted", lead, passed.receiver, passed.resulted_at, about=handoff, data=data)
        if passed.result == "opportunity":
            self._deal(life, lead, handoff, passed)
        return clock

    def _deal(self, life, lead, handoff, passed):
        deal = life.deal
        closed_on = timezone.localdate(deal.closed_at) if deal.closed_at else None
        opportunity = self.add(
            Opportunity,
            lead_id=lead,
            handoff_id=handoff,
            company_id=life.company_id,
            owner_id=passed.receiver.pk,
            amount=deal.amount,
            likelihood=deal.likelihood,
            expected_close_on=deal.expected_close_on,
            state=deal.state,
            opened_at=deal.opened_at,
            closed_on=closed_on,
            closed_at=deal.closed_at,
            reason_note=deal.note,
        )
        for code in deal.reasons:
            self.add(LINKS["reasons"], opportunity_id=opportunity, reason_id=self.agreements.reasons["loss", code].pk)
        if deal.state == "won":
            data = {"on": closed_on, "amount": deal.amount}
            self._entry("lead.won", lead, passed.receiver, deal.closed_at, about=opportunity, data=data)
        elif deal.state == "lost":
            data = {"on": closed_on, "reasons": list(deal.reasons)}
            self._entry("lead.lost", lead, passed.receiver, deal.closed_at, about=opportunity, data=data)

    def _clock(self, key, lead, started_at, stopped_at, unit_id, **hangs_on):
        commitment = self.agreements.commitments[key]
        calendar = commitment.calendar
        hours = calendar.engine()
        due_at = business_time.due(started_at, commitment.minutes, hours)
        late = (stopped_at or self.now) > due_at
        row = {
            "lead_id": lead,
            "commitment_id": commitment.pk,
            "calendar_id": calendar.pk,
            "calendar_version": calendar.version,
            "unit_id": unit_id,
            "started_at": started_at,
            "target_minutes": commitment.minutes,
            "due_at": due_at,
            "warn_at": business_time.warn_at(started_at, commitment.minutes, commitment.warn_minutes, hours),
            "stopped_at": stopped_at,
            "outcome": ("late" if late else "met") if stopped_at else "",
            "breached_at": due_at if late else None,
        } | {f"{name}_id": value for name, value in hangs_on.items()}
        clock = self.add(Clock, **row)
        if late:
            self.add(
                Breach,
                clock_id=clock,
                unit_id=unit_id,
                due_at=due_at,
                found_at=due_at + datetime.timedelta(minutes=1),
            )
        return clock

    def _entry(self, verb, lead, by, at, *, about=None, data=None):
        self.add(Entry, stream=("lead:", lead), verb=verb, about=(about[0]._meta.model_name + ":", about) if about else "",
                 by_id=by.pk, at=at, recorded_at=at, data=data or {})  # fmt: skip


def _resolved(value, keys):
    """A key for a reference put down earlier; "lead:7" for ("lead:", reference)."""
    if type(value) is tuple:
        head, tail = value
        if type(head) is str:
            return f"{head}{keys[tail[0]][tail[1]]}"
        return keys[head][tail]
    return value


def _default(model, name):
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    return field.get_default()


def _highlights(activities):
    """The two kinds of activity that say most, with how often."""
    count = defaultdict(int)
    detail = {}
    for kind, text, _at in activities:
        count[kind] += 1
        detail[kind] = text
    telling = [kind for kind in ("pricing", "form", "case", "seminar", "exhibition", "download") if kind in count]
    return [{"kind": kind, "n": count[kind], "detail": detail[kind]} for kind in telling[:2]]


def _morning(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9))) if day else NEVER
