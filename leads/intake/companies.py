"""Which company a row means, and what the row says of it."""

from leads.intake import fields


class Companies:
    """The part of `Decisions` that concerns companies."""

    def _meet_company(self, values, lead, tie):
        current = self.known.companies.get(lead["company_id"])
        key = values.get("company_key")
        number = values.get("corporate_number")
        same = current is not None and (
            current["corporate_number"] == number if number and current["corporate_number"] else current["key"] == key
        )
        if current is not None and not key and not number:
            same = True
        if same:
            self._change_company(current, values, tie)
            return
        company = self._company(values, tie)
        if company is not None and company["id"] != lead["company_id"]:
            self._change(lead, "company_id", company["id"], tie)

    def _company(self, values, tie):
        """The company a row means: by its number, then its name; by mail domain only where it says neither."""
        known = self.known
        number, key = values.get("corporate_number", ""), values.get("company_key", "")
        if number and number in known.by_number:
            company = known.by_number[number]
        elif key:
            company = self._by_name(key, number)
        elif number:
            company = None
        else:
            sharing = known.by_domain.get(values.get("domain") or "-", [])
            return sharing[0] if len(sharing) == 1 else None
        if company is None:
            return self._new_company(values, tie) if key else None
        self._change_company(company, values, tie)
        return company

    def _by_name(self, key, number):
        """Of several companies of one name the unnumbered one is meant, unless there is only one at all."""
        alike = self.known.by_key.get(key, [])
        unnumbered = next((company for company in alike if not company["corporate_number"]), None)
        if number or unnumbered is not None:
            return unnumbered
        return alike[0] if len(alike) == 1 else None

    def _new_company(self, values, tie):
        company = {
            "id": self.run.new_id("company"),
            "name": values["company_name"],
            "key": values["company_key"],
            "corporate_number": values.get("corporate_number", ""),
            "domain": values.get("domain", "")[:120],
            "industry": values.get("industry", ""),
            "employees": values.get("employees"),
            "region": values.get("region", ""),
            "address": values.get("address", ""),
        }
        self.companies.append(company)
        self.known.add_company(company)
        self.fresh.add(("company", company["id"]))
        tie["made"]["company"] = company["id"]
        return company

    def _change_company(self, company, values, tie):
        """Update fills and changes; a company just made takes what later rows know in addition."""
        is_fresh = ("company", company["id"]) in self.fresh
        if not (self.run.is_update or is_fresh):
            return
        for code in fields.COMPANY_MASTER:
            value, old = values.get(code), company[code]
            if value in (None, "") or value == old or (is_fresh and old) or (code == "corporate_number" and old):
                continue
            company[code] = value
            if code == "corporate_number":
                self.known.by_number[value] = company
            if is_fresh:
                continue
            before = tie["before"].setdefault("company", {"id": company["id"]})
            before[code] = [old, value]
            self.changed_companies.setdefault(company["id"], {})[code] = value
            self.run.note_change(code, company, old, value)
