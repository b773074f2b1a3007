"""Deals that come with a file: won, lost or open, several to a lead, the amount often not known."""

import datetime

from leads.models import Lead

IN_HAND = (Lead.Stage.HANDED_OVER.value, Lead.Stage.WORKING.value, Lead.Stage.OPPORTUNITY.value)


class Deals:
    """The part of `Decisions` that concerns opportunities.

    A win of the past is an opportunity and the import's entry: no hand-off, no clock. What people
    are carrying here is theirs to record, so such rows are refused.
    """

    def _deal_objection(self, row, lead):
        known, values = self.known, row.values
        deal = known.deals.get(values["deal_key"])
        carried = lead["id"] in known.in_hand or (lead["handoff_id"] is not None and lead["stage"] in IN_HAND)
        state = _state(values)
        if deal is None:
            if carried:
                return self._reason("lead_in_hand", row, "opportunity_id")
            if state == "open" and lead["id"] in known.open_deals:
                return self._reason("opportunity_open", row, "opportunity_id")
        elif carried and self.run.is_update and state != deal["state"] and state != "open":
            return self._reason("lead_in_hand", row, "opportunity_id")
        return None

    def _deal(self, row, lead, tie):
        """Adds the deal, or changes it where the intent is to update. Whether anything became different."""
        values = row.values
        deal = self.known.deals.get(values["deal_key"])
        if deal is not None:
            return self.run.is_update and self._change_deal(deal, values, lead, tie)
        run, state = self.run, _state(values)
        closed = values.get("won_at") or values.get("lost_at")
        opened = values.get("opened_at") or closed
        zone = run.reading.zone
        deal = {
            "lead_id": lead["id"],
            "company_id": lead["company_id"],
            "name": values.get("opportunity_name", ""),
            "owner_id": run.directory.person(values.get("opportunity_owner")),
            "amount": values.get("amount"),
            "likelihood": 100 if state == "won" else values.get("likelihood"),
            "expected_close_on": values["expected_close_on"].on(zone) if "expected_close_on" in values else None,
            "state": state,
            "opened_at": opened.at(zone) if opened else run.at,
            "closed_on": closed.on(zone) if closed else None,
            "closed_at": closed.at(zone) if closed else None,
            "external_key": values["deal_key"],
        }
        self.deals.append(deal)
        self.known.deals[values["deal_key"]] = {**deal, "id": None, "place": len(self.deals) - 1}
        if state == "open":
            self.known.open_deals.add(lead["id"])
        tie["made"].setdefault("deals", []).append(len(self.deals) - 1)
        self._stand(lead, deal, tie)
        return True

    def _change_deal(self, deal, values, lead, tie):
        zone, changes = self.run.reading.zone, {}
        state = _state(values)
        for code, field in (("opportunity_name", "name"), ("amount", "amount"), ("likelihood", "likelihood")):
            if code in values and deal["state"] == "open":
                changes[field] = values[code]
        if "amount" in values:
            changes["amount"] = values["amount"]
        if "expected_close_on" in values:
            changes["expected_close_on"] = values["expected_close_on"].on(zone)
        closed = values.get("won_at") or values.get("lost_at")
        if closed and deal["closed_on"] != closed.on(zone):
            changes |= {"state": state, "closed_on": closed.on(zone), "closed_at": closed.at(zone)}
        if deal["state"] == "open" and state == "won":
            changes["likelihood"] = 100
        changes = {
            field: new
            for field, new in changes.items()
            if new is not None and deal[field if field != "closed_at" else "closed_on"] != new
        }
        if not changes or deal["id"] is None:
            if changes:
                self.deals[deal["place"]].update(changes)
            return bool(changes)
        before = tie["before"].setdefault("deals", {})
        before[str(deal["id"])] = {field: [deal.get(field), new] for field, new in changes.items()}
        self.changed_deals.setdefault(deal["id"], {}).update(changes)
        deal.update(changes)
        self._stand(lead, deal, tie)
        return True

    def _stand(self, lead, deal, tie):
        """The lead's stage after the deal; once won, a further deal does not unmake it."""
        stage = {"won": "won", "lost": "lost", "open": "opportunity"}[deal["state"]]
        if lead["stage"] == "won" and stage != "won":
            return
        if stage == "lost" and lead["stage"] == "opportunity" and lead["id"] in self.known.open_deals:
            return
        self._change(lead, "stage", stage, tie)
        self._change(lead, "amount", deal["amount"], tie)
        self._change(lead, "owner_id", deal["owner_id"] if lead["owner_id"] is None else None, tie)
        self._change(lead, "board_column", self._column(deal), tie)
        if deal["state"] == "open":
            self._change(lead, "next_on", deal["expected_close_on"], tie)

    def _column(self, deal):
        if deal["state"] == "open":
            return Lead.Column.OPPORTUNITY.value
        if deal["state"] == "won" and deal["closed_on"] >= self.run.quarter_began:
            return Lead.Column.WON.value
        return ""


def _state(values):
    if "won_at" in values:
        return "won"
    return "lost" if "lost_at" in values else "open"


def morning(day, zone):
    return datetime.datetime.combine(day, datetime.time(9), tzinfo=zone)
