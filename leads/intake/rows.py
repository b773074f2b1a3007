"""A record's cells as values of the fields they mean, each checked; or the reasons why not."""

import re
import unicodedata
import zoneinfo
from dataclasses import dataclass, field

from leads.intake import amounts, dates, fields, names
from leads.intake.reasons import Reason, Unreadable
from portal import formula

YES = {"true", "1", "yes", "y", "on", "はい", "有", "あり", "○", "◯", "済", "可", "許可", "t"}
NO = {"false", "0", "no", "n", "off", "いいえ", "無", "なし", "×", "不可", "拒否", "f", ""}
NEWLINES = re.compile(r"\r\n?")
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class Row:
    """A record that has been read. `values` holds only what the file says, nothing for an empty cell."""

    number: int
    last: int
    cells: list
    values: dict = field(default_factory=dict)
    reasons: list = field(default_factory=list)
    parts: list = field(default_factory=list)


class Reading:
    """Reads the records of one file: the columns resolved once, then a loop per row.

    `orders` are the decided orders of the date columns by header, `customs` the custom fields by code.
    """

    def __init__(self, header, mapping, *, zone, orders=None, customs=None, constants=None):
        self.header, self.mapping = header, mapping
        self.zone = zoneinfo.ZoneInfo(mapping.zone) if mapping.zone else zone
        self.orders = orders or {}
        self.customs = customs or {}
        self.constants = {**mapping.constants, **(constants or {})}
        self.plan = [
            (place, code, self._reader(code, header[place]), mapping.values.get(code))
            for place, code in enumerate(mapping.fields_of(header))
            if code and code != fields.IGNORED
        ]
        self.part_plan = [step for step in self.plan if step[1].startswith("activity_")]
        self.places = {code: place for place, code, *_ in self.plan}

    def column_of(self, code):
        """The header of the column that means this field; the field's own name if there is none."""
        place = self.places.get(code)
        return self.header[place] if place is not None else str(fields.label_of(code))

    def read(self, record):
        row = Row(record.number, record.last, record.cells)
        if record.problem is not None:
            row.reasons.append(record.problem)
            return row
        self._fill(row.values, record.cells, self.plan, row.reasons)
        for part in record.parts:
            values = {}
            self._fill(values, part, self.part_plan, row.reasons)
            if values:
                row.parts.append(values)
        if not row.reasons:
            self._complete(row)
        return row

    def _fill(self, values, cells, plan, reasons):
        for place, code, read, translations in plan:
            text = cells[place]
            if not text:
                continue
            if translations is not None:
                text = translations.get(text.strip(), text)
            try:
                value = read(text)
            except Unreadable as error:
                reasons.append(Reason(error.code, error.params, self.header[place], text))
                continue
            if value is not None and value != "":
                values[code] = value

    def _complete(self, row):
        values = row.values
        for code, value in self.constants.items():
            values.setdefault(code, value)
        if "name" in values:
            _split_name(values)
        if "family_kana" in values or "given_kana" in values:
            values.setdefault("kana", f"{values.pop('family_kana', '')} {values.pop('given_kana', '')}".strip())
        if "mobile" in values:
            mobile = values.pop("mobile")
            both = f"{values['phone']} / {mobile}" if values.get("phone", mobile) != mobile else mobile
            values["phone"] = both if len(both) <= 40 else values["phone"]
        if values.pop("is_deleted", False):
            row.reasons.append(Reason("deleted_there", column=self.column_of("is_deleted")))
        elif self.mapping.needs and self.mapping.needs not in values:
            code = "email_needed" if self.mapping.needs == "email" else "id_needed"
            row.reasons.append(Reason(code, column=self.column_of(self.mapping.needs)))
        elif "given_name" in values and "family_name" not in values:
            values["family_name"] = values.pop("given_name")
        if not row.reasons and not values.keys() & {"external_id", "email", "family_name"}:
            row.reasons.append(Reason("nothing_known", column=self._identity_columns()))

    def _identity_columns(self):
        codes = [code for code in ("external_id", "email", "name", "family_name") if code in self.places]
        return "・".join(self.column_of(code) for code in codes)

    def _reader(self, code, header):
        if code.startswith(fields.CUSTOM):
            return self._custom(self.customs.get(code.removeprefix(fields.CUSTOM)))
        known = fields.FIELDS[code]
        if known.kind == "date":
            order = self.orders.get(header, "")
            return lambda text: dates.read(text, order)
        if known.kind == "yen":
            zero = self.mapping.zero_amount_is_unknown
            return lambda text: amounts.yen(text, zero)
        if known.kind == "text":
            return lambda text: plain_text(text, known.limit)
        return READERS[known.kind]

    def _custom(self, custom):
        def read(text):
            text = plain_text(text, 2000)
            if custom is None or not text:
                return text
            if custom.kind == "date":
                moment = dates.read(text)
                return moment.day.isoformat() if moment else ""
            try:
                return custom.read(text)
            except ValueError as error:
                code = "choice_unknown" if custom.kind == "choice" else "number_unreadable"
                raise Unreadable(code, value=text) from error

        return read


def plain_text(text, limit):
    """Trimmed, without invisible characters, with what an export disarmed as it was. Raises Unreadable."""
    text = text.strip()
    if text[:1] == "'":
        text = formula.rearm(text)
    if not text.isprintable():
        text = names.INVISIBLE.sub("", NEWLINES.sub("\n", text)).strip()
        if FORBIDDEN.search(text):
            raise Unreadable("control_character")
    if limit and len(text) > limit:
        raise Unreadable("too_long", limit=limit)
    return text


SPACES = re.compile(r"\s+")


def _split_name(values):
    """見本 太郎 is family and given name; Taro Mihon is given and family name."""
    name = values.pop("name")
    first, _space, rest = SPACES.sub(" ", unicodedata.normalize("NFKC", name) if name.isascii() else name).partition(
        " "
    )
    if name.isascii() and rest:
        given, _space, family = f"{first} {rest}".rpartition(" ")
        first, rest = family, given
    values.setdefault("family_name", first[:60])
    if rest:
        values.setdefault("given_name", rest[:60])


def _boolean(text):
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if folded in YES:
        return True
    if folded in NO:
        return None if not folded else False
    raise Unreadable("choice_unknown", value=text.strip())


def _email(text):
    return names.email(text if text[:1] != "'" else formula.rearm(text.strip()))


def _phone(text):
    text = names.phone(formula.rearm(text.strip()))
    if FORBIDDEN.search(text):
        raise Unreadable("control_character")
    if len(text) > 40:
        raise Unreadable("too_long", limit=40)
    return text


def _likelihood(text):
    number = amounts.whole(text)
    if number is not None and number > 100:
        raise Unreadable("number_unreadable")
    return number


def _whole(text):
    number = amounts.whole(text)
    if number is not None and number > 2_147_483_647:
        raise Unreadable("number_unreadable")
    return number


READERS = {
    "email": _email,
    "phone": _phone,
    "boolean": _boolean,
    "whole": _whole,
    "likelihood": _likelihood,
    "corporate_number": names.corporate_number,
    "source": lambda text: plain_text(text, 60),
    "activity_kind": lambda text: plain_text(text, 40),
}
