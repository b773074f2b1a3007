"""Orders that are paged by key: each is an index, entered at the very row where the last page ended."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Coalesce

LARGEST = 2**63  # what a database takes for a number
NOTHING = -1  # where a score or an amount is not known: behind all that are


class RowCompare(Func):
    """(a, id) > (x, y), compared as a row: written out with OR, a database would read and drop all rows before it."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, a, b, x, y, *, operator):
        super().__init__(a, b, Value(x), Value(y))
        self.operator = operator

    def as_sql(self, compiler, connection, **_context):
        parts, params = [], []
        for source in self.get_source_expressions():
            sql, values = compiler.compile(source)
            parts.append(sql)
            params += values
        return f"({parts[0]}, {parts[1]}) {self.operator} ({parts[2]}, {parts[3]})", params


@dataclass(frozen=True)
class Order:
    """By one column and the key; `missing` is what stands for NULL."""

    column: str
    descending: bool = False
    missing: int | None = None

    @property
    def expression(self) -> Any:
        return F(self.column) if self.missing is None else Coalesce(F(self.column), Value(self.missing))

    def sort(self, leads, *, backwards=False):
        first, second = (
            (self.expression.desc(), F("id").desc())
            if self.descending != backwards
            else (self.expression.asc(), F("id").asc())
        )
        return leads.order_by(first, second)

    def beyond(self, leads, token, *, backwards=False):
        """Those after the row of a token, or before it; all of them where the token is none."""
        place = self.read(token)
        if place is None:
            return leads
        operator = "<" if self.descending != backwards else ">"
        return leads.filter(RowCompare(self.expression, F("id"), *place, operator=operator))

    def token(self, value, pk):
        """What the address of the next page carries."""
        if isinstance(value, datetime.datetime):
            value = int(value.timestamp()) * 1_000_000 + value.microsecond
        return f"{self.missing if value is None else value}_{pk}"

    def read(self, token):
        value, _line, pk = (token or "").partition("_")
        try:
            value, pk = int(value), int(pk)
        except ValueError:
            return None
        if max(abs(value), abs(pk)) >= LARGEST:
            return None
        if self.missing is not None:
            return value, pk
        try:
            return datetime.datetime.fromtimestamp(value // 1_000_000, datetime.UTC).replace(
                microsecond=value % 1_000_000
            ), pk
        except (OverflowError, ValueError, OSError):
            return None


ORDERS = {
    "due": Order("attention_at"),
    "score": Order("score", descending=True, missing=NOTHING),
    "newest": Order("created_at", descending=True),
    "amount": Order("amount", descending=True, missing=NOTHING),
}
