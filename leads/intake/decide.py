"""What each row of a chunk means for what is already here: decided in memory, written by `booking`."""

import hashlib
from collections import Counter
from typing import Any

from leads.intake import fields, names
from leads.intake.companies import Companies
from leads.intake.deals import Deals
from leads.intake.reasons import Reason
from leads.models import Lead

DEAL = {"opportunity_id", "opportunity_name", "amount", "won_at", "lost_at"}
ACTIVITY = {"activity_at", "activity_kind", "activity_detail"}
FRESH: dict[str, Any] = {
    "family_name": "", "given_name": "", "kana": "", "email": "", "phone": "", "department": "", "title": "",
    "company_id": None, "source_id": None, "campaign_id": None, "may_mail": True, "owner_id": None,
    "stage": Lead.Stage.NURTURING.value, "created_at": None, "has_note": False, "bant_states": "uuuu", "custom": {},
    "handoff_id": None, "removed_at": None, "external_key": "", "amount": None, "line": "", "board_column": "",
    "next_on": None,
}  # fmt: skip


def prepare(row, system):
    """What a row is looked up by, besides what it says outright."""
    values = row.values
    if "company_name" in values:
        values["company_key"] = names.company_key(values["company_name"])
    if "email" in values:
        values["domain"] = names.company_domain(values["email"])
    if not DEAL.isdisjoint(values):
        values["deal_key"] = _deal_key(values, system)
    if "external_id" not in values and "email" not in values:
        text = "\x1f".join(row.cells)
        values["print"] = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:32]


def _deal_key(values, system):
    if "opportunity_id" in values:
        return f"{system}:{values['opportunity_id']}"[:150]
    moment = values.get("won_at") or values.get("lost_at") or values.get("opened_at")
    whose = values.get("external_id") or values.get("email") or values.get("family_name", "")
    return f"{system}:{whose}:{moment.day if moment else values.get('opportunity_name', '')}"[:150]


class Decisions(Companies, Deals):
    """Goes through the rows of one chunk; what it decided stands in its lists."""

    def __init__(self, run, known):
        self.run, self.known = run, known
        self.leads, self.companies, self.external_ids = [], [], []
        self.activities, self.notes, self.deals, self.ties, self.refusals = [], [], [], [], []
        self.changed_leads, self.changed_companies, self.changed_deals = {}, {}, {}
        self.to_reconsider = []
        self.counts = Counter()
        self.fresh = set()

    def take(self, rows):
        for row in rows:
            reason = row.reasons[0] if row.reasons else self._take(row)
            if reason is not None:
                self.refusals.append((row, reason))
                self.counts["refused"] += 1

    def _take(self, row):
        """Decides one row; the reason if it must be refused, and then nothing of it stays."""
        known, values = self.known, row.values
        lead_id, by_id = self._identify(values)
        lead = known.leads.get(lead_id)
        reason = self._objection(row, lead, by_id)
        if reason is not None:
            return reason
        tie = {"row": row, "made": {}, "before": {}}
        if lead is None:
            outcome = "created"
            lead = self._create(row, tie)
        else:
            self._meet(row, lead, by_id, tie)
            outcome = "updated" if tie["before"] else "unchanged"
        self._identify_by(values, lead, tie)
        self._activities(row, lead, tie)
        self._note(values, lead, tie)
        if "deal_key" in values and self._deal(row, lead, tie) and outcome == "unchanged":
            outcome = "updated"
        if outcome == "unchanged" and tie["before"]:
            outcome = "updated"
        known.tied[lead["id"]] = row.number
        self.counts[outcome] += 1
        self.ties.append((row.number, lead["id"], outcome, tie))
        return None

    # -- who ------------------------------------------------------------------------

    def _identify(self, values):
        """(lead id or None, whether the id says so): the other system's id first, then the address."""
        known = self.known
        if "external_id" in values:
            found = known.by_id.get((self.run.system, values["external_id"]))
            if found is not None:
                return found, True
        elif "print" in values:
            found = known.by_id.get(("row", values["print"]))
            return found, found is not None
        if "email" in values:
            return known.by_email.get(values["email"]), False
        return None, False

    def _objection(self, row, lead, by_id):
        values, run = row.values, self.run
        if lead is None:
            if run.mapping.attaches_to_known:
                return self._reason("lead_unknown", row, "external_id")
            return None
        if lead["removed_at"] is not None:
            return self._reason("removed", row, "external_id" if by_id else "email")
        if by_id and "email" in values:
            other = self.known.by_email.get(values["email"])
            if other not in (None, lead["id"]):
                return self._reason("email_taken", row, "email", other=str(values["email"]))
        earlier = self.known.tied.get(lead["id"])
        if earlier is not None and not run.mapping.attaches_to_known:
            code = self._contradiction(values, lead)
            if code:
                return self._reason("same_in_file", row, code, row=earlier, column=run.reading.column_of(code))
        return self._deal_objection(row, lead) if "deal_key" in values else None

    def _contradiction(self, values, lead):
        """The field in which a row says otherwise than an earlier row of this file about the same lead."""
        for code in fields.LEAD_MASTER:
            value = values.get(code)
            if value and lead[code] and value != lead[code]:
                return code
        key = values.get("company_key")
        company = self.known.companies.get(lead["company_id"])
        return "company_name" if key and company and company["key"] != key else ""

    def _reason(self, code, row, field, /, **params):
        column = self.run.reading.column_of(field)
        place = self.run.reading.places.get(field)
        return Reason(code, params, column, row.cells[place] if place is not None else "")

    # -- a lead nobody knew -------------------------------------------------------------

    def _create(self, row, tie):
        values, run = row.values, self.run
        lead = {**FRESH, "id": run.new_id("lead"), "custom": {}}
        for code in fields.LEAD_MASTER:
            if code in values:
                lead[code] = values[code]
        company = self._company(values, tie)
        if company is not None:
            lead["company_id"] = company["id"]
        lead["source_id"] = run.directory.source(values["source"]) if "source" in values else None
        lead["campaign_id"] = run.directory.campaign(values["campaign"]) if "campaign" in values else None
        lead["owner_id"] = run.directory.person(values.get("owner"))
        lead["may_mail"] = values.get("may_mail", True) and not values.get("unsubscribed", False)
        lead["created_at"] = values["created_at"].at(run.reading.zone) if "created_at" in values else run.at
        if "external_id" in values:
            lead["external_key"] = f"{run.system}:{values['external_id']}"[:150]
        for code in run.custom_columns:
            if code in values:
                lead["custom"][code.removeprefix(fields.CUSTOM)] = values[code]
        self.leads.append(lead)
        self.fresh.add(lead["id"])
        known = self.known
        known.leads[lead["id"]] = lead
        if lead["email"]:
            known.by_email[lead["email"]] = lead["id"]
        return lead

    def _identify_by(self, values, lead, tie):
        if "external_id" in values:
            name = (self.run.system, values["external_id"])
        elif "print" in values:
            name = ("row", values["print"])
        else:
            return
        if name not in self.known.by_id:
            self.known.by_id[name] = lead["id"]
            self.external_ids.append((lead["id"], *name))
            if lead["id"] not in self.fresh:
                tie["made"].setdefault("ids", []).append(list(name))

    # -- a lead that is here already ------------------------------------------------------

    def _meet(self, row, lead, by_id, tie):
        """Append adds history only; update changes what the file says. An empty cell changes nothing."""
        values, run = row.values, self.run
        made_here = lead["id"] in self.fresh or lead["id"] in self.known.made_here
        if run.mapping.attaches_to_known:
            return
        if run.is_update or made_here:
            for code in fields.LEAD_MASTER:
                value = values.get(code)
                if value and value != lead[code] and (run.is_update or not lead[code]):
                    self._change(lead, code, value, tie)
            if "email" in values:
                self.known.by_email[values["email"]] = lead["id"]
            self._meet_company(values, lead, tie)
            self._meet_rest(values, lead, by_id, tie)
        if "campaign" in values and lead["campaign_id"] is None:
            self._change(lead, "campaign_id", run.directory.campaign(values["campaign"]), tie)
        self._count_blanks(values, lead)

    def _meet_rest(self, values, lead, by_id, tie):
        run = self.run
        # Where a lead came from is the word of the system that knows it by id, and of its first row in the file.
        by_id = by_id and run.is_update and lead["id"] not in self.known.tied
        for code, field in (("source", "source_id"), ("campaign", "campaign_id")):
            if code in values and (lead[field] is None or by_id):
                self._change(lead, field, getattr(run.directory, code)(values[code]), tie)
        if by_id and "created_at" in values:
            moment, zone = values["created_at"], run.reading.zone
            same = (
                moment.on(zone) == lead["created_at"].astimezone(zone).date()
                if moment.time is None
                else moment.at(zone) == lead["created_at"]
            )
            if not same:
                self._change(lead, "created_at", moment.at(zone), tie)
        if lead["may_mail"] and (values.get("unsubscribed") or values.get("may_mail") is False):
            self._change(lead, "may_mail", False, tie)  # only ever off: a file cannot take back a no
        if lead["owner_id"] is None and lead["stage"] == "nurturing" and "owner" in values:
            self._change(lead, "owner_id", run.directory.person(values["owner"]), tie)
        custom = {code.removeprefix(fields.CUSTOM): values[code] for code in run.custom_columns if code in values}
        if custom and custom.items() - lead["custom"].items():
            self._change(lead, "custom", {**lead["custom"], **custom}, tie)

    def _change(self, lead, field, new, tie):
        old = lead[field]
        if new == old or new is None:
            return
        lead[field] = new
        if lead["id"] in self.fresh:
            return
        tie["before"].setdefault("lead", {})[field] = [old, new]
        self.changed_leads.setdefault(lead["id"], {})[field] = new
        if field not in ("board_column", "amount", "stage", "has_note", "line", "next_on"):
            self.run.note_change(field, lead, old, new)

    def _count_blanks(self, values, lead):
        for code in self.run.master_columns:
            if code not in values and lead.get(code):
                self.run.blanks[code] += 1

    # -- what comes with a lead ------------------------------------------------------------------

    def _activities(self, row, lead, tie):
        values, run = row.values, self.run
        parts = row.parts if ACTIVITY.isdisjoint(values) else [values, *row.parts]
        if parts:
            for part in parts:
                moment = part.get("activity_at") or values.get("created_at")
                detail = part.get("activity_detail") or values.get("tags", "")
                kind = run.directory.activity_kind(part["activity_kind"]) if "activity_kind" in part else None
                when = f"{moment.day}{moment.time or ''}" if moment else ""
                self._activity(values, lead, tie, kind=kind, moment=moment, detail=detail, said=f"{when}|{detail}")
        elif "deal_key" in values:
            detail = self._unmatched_people(values)
            if detail:
                moment = values.get("won_at") or values.get("lost_at") or values.get("opened_at")
                self._activity(values, lead, tie, kind=None, moment=moment, detail=detail, said=values["deal_key"])
        elif (
            "campaign" in values
            or lead["id"] in self.fresh
            or (run.system, values.get("external_id")) not in self.known.by_id
        ):
            moment, tags = values.get("created_at"), values.get("tags", "")
            said = f"{moment.day if moment else ''}|{tags}"
            self._activity(values, lead, tie, kind=None, moment=moment, detail=tags, said=said)

    def _activity(self, values, lead, tie, *, kind, moment, detail, said):
        """One activity, known again by what the file `said` of it, so that the same file adds nothing."""
        run = self.run
        kind = kind or run.mapping.activity_kind
        campaign = run.directory.campaign(values["campaign"]) if "campaign" in values else None
        text = f"{kind}|{said}|{campaign or ''}"
        key = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:24]
        if (lead["id"], key) in self.known.activities:
            return
        self.known.activities.add((lead["id"], key))
        at = moment.at(run.reading.zone) if moment else run.at
        tie["made"].setdefault("activities", []).append(len(self.activities))
        self.activities.append((lead["id"], kind, at, detail[:300], campaign, key))

    def _unmatched_people(self, values):
        """Who carried a deal over there, in the file's words, where nobody here is meant."""
        run, words = self.run, []
        for code in ("brought_by", "opportunity_owner"):
            if code in values and run.directory.person(values[code], counts=code == "brought_by") is None:
                words.append(f"{run.reading.column_of(code)}: {values[code]}")
        return "、".join(words)

    def _note(self, values, lead, tie):
        text = values.get("note")
        if not text or (lead["id"], text) in self.known.notes:
            return
        self.known.notes.add((lead["id"], text))
        self.notes.append((lead["id"], text))
        tie["made"]["note"] = len(self.notes) - 1
        if not lead["has_note"]:
            self._change(lead, "has_note", True, tie)
            if lead["bant_states"] != "uuuu" and lead["stage"] == "nurturing":
                self.to_reconsider.append(lead["id"])
        self._change(lead, "line", text.splitlines()[0][:200], tie)
