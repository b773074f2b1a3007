"""What a metric gives back: rows with numerator and denominator, and their total."""

import dataclasses
import datetime
from typing import Any

from django.utils.translation import gettext as _

from leads.metrics.catalogue import Metric

DIGITS = 4


class ImpossibleFigure(ArithmeticError):
    """A rate above 100 %: it is refused, never shown."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One group's figure. `key` is "" where the records name none; n counts the cohort's records.

    A rate carries numerator and denominator; counts, sums and medians carry None there. `unknown`
    counts the amounts that nobody knows, where the figure is a sum of amounts.
    """

    key: str
    label: str
    n: int
    value: float | int | None
    numerator: int | None = None
    denominator: int | None = None
    unknown: int | None = None

    @classmethod
    def rate(cls, key, label, *, numerator, denominator, n):
        if not 0 <= numerator <= denominator <= n:
            raise ImpossibleFigure(
                _("%(part)d of %(whole)d is no share; the figure is not shown.")
                % {"part": numerator, "whole": denominator}
            )
        value = round(100 * numerator / denominator, DIGITS) if denominator else None
        return cls(key, label, n, value, numerator, denominator)

    @property
    def open(self):
        """How many of the cohort have no verdict yet; None where the figure has no denominator."""
        return None if self.denominator is None else self.n - self.denominator

    def as_json(self):
        shown = {
            "key": self.key,
            "label": self.label,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "n": self.n,
            "value": self.value,
        }
        return shown if self.unknown is None else shown | {"unknown": self.unknown}


@dataclasses.dataclass(frozen=True)
class Figures:
    """A metric's answer: for which period, as of which instant, by what, and the rows with their total."""

    metric: Metric
    first: datetime.date | None
    last: datetime.date | None
    as_of: datetime.datetime
    by: str | None
    rows: list[Row]
    total: Row

    def row(self, key) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric.name,
            "label": str(self.metric.label),
            "unit": self.metric.unit,
            "by": self.by,
            "from": self.first and self.first.isoformat(),
            "to": self.last and self.last.isoformat(),
            "as_of": self.as_of.isoformat(),
            "rows": [row.as_json() for row in self.rows],
            "total": self.total.as_json(),
        }
