"""Amounts in yen and other whole numbers, as files write them."""

import decimal
import functools
import re
import unicodedata

from leads.intake.reasons import Unreadable

EMPTY = {"", "-", "--", "―", "—", "なし", "未定", "不明", "n/a", "null", "none", "unknown"}
UNITS = {"億": 10**8, "万": 10**4, "千": 10**3}
PLAIN = re.compile(r"\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
PART = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(億|万|千)?")
LARGEST = 10**15


@functools.lru_cache(maxsize=20_000)
def yen(text, zero_is_unknown=False):
    """Whole yen, or None where the amount is not known. Raises Unreadable.

    `zero_is_unknown` is for tools that write 0.0 where nobody asked.
    """
    plain = _plain(text)
    if plain.lower() in EMPTY:
        return None
    plain = (
        plain.removeprefix("¥").removeprefix("\\").removeprefix("jpy").removesuffix("円").removesuffix("jpy").strip()
    )
    if plain.startswith(("-", "△", "▲", "(")):
        raise Unreadable("amount_negative")
    amount = _units(plain)
    if zero_is_unknown and amount == 0:
        return None
    return amount


def whole(text):
    """A whole number such as 1,200 or 120名; None where it is empty. Raises Unreadable."""
    plain = _plain(text)
    if plain.lower() in EMPTY:
        return None
    for ending in ("名", "人", "件", "%"):
        plain = plain.removesuffix(ending).strip()
    if not PLAIN.fullmatch(plain):
        raise Unreadable("number_unreadable")
    return _integral(decimal.Decimal(plain.replace(",", "")), "number_unreadable")


def _units(plain):
    """1億2,000万 adds up; a bare number stands for itself."""
    if not re.fullmatch(rf"(?:{PART.pattern})+", plain):
        raise Unreadable("amount_unreadable")
    total, last = decimal.Decimal(0), None
    for number, unit in PART.findall(plain):
        size = UNITS.get(unit, 1)
        if last is not None and size >= last:
            raise Unreadable("amount_unreadable")
        total += decimal.Decimal(number.replace(",", "")) * size
        last = size
    return _integral(total, "amount_unreadable")


def _integral(number, code):
    if number != number.to_integral_value() or number >= LARGEST:
        raise Unreadable(code)
    return int(number)


def _plain(text):
    return unicodedata.normalize("NFKC", text).strip().lstrip("'").replace(" ", "")
