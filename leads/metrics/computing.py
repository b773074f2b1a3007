"""Computes metrics: one SELECT a cohort and grouping, however many leads there are."""

# ruff: noqa: S608 - only names of tables and columns are written into the SQL; every value is a parameter

import datetime
import itertools
import math

from django.utils import timezone

from leads.metrics import catalogue, cohorts, dialect, groups, known
from leads.metrics.figures import Figures, Row
from leads.metrics.periods import Period, months
from leads.metrics.refusing import CannotGroup

SHARES = {"median": 0.5, "p90": 0.9}


def compute(names, *, first=None, last=None, by=None, as_of=None) -> list[Figures]:
    """The named metrics for a period (days, both included), split `by` a dimension, as the portal knew at `as_of`.

    Raises UnknownMetric, CannotGroup, or ValueError where the period ends before it begins.
    """
    asked = [catalogue.find(name) for name in names]
    for metric in asked:
        if by is not None and by not in metric.dimensions:
            raise CannotGroup(metric.name, by, metric.dimensions)
    question = _Question(Period(first, last), by, as_of)
    answers: dict = {}
    for (cohort, measured), together in itertools.groupby(sorted(asked, key=_pass), key=_pass):
        tell = _measured if measured else _counted
        answers |= tell(question, cohorts.BY_NAME[cohort], list(together))
    return [Figures(metric, first, last, question.as_of, by, *answers[metric.name]) for metric in asked]


def _pass(metric):
    return metric.cohort, metric.each


class _Question:
    """What was asked, in SQL's words."""

    def __init__(self, period, by, as_of):
        self.period, self.by = period, by
        self.as_of = as_of or timezone.now()
        self.known = known.now() if as_of is None else known.as_of(as_of)
        self.months: list[datetime.date] = []

    def select(self, cohort, columns, joins, where="", group=True):
        """(SQL, parameters) of the cohort's rows in the period, with the group in front."""
        params = self.known.params | {"now": dialect.stored(self.as_of)}
        key, key_joins = self._group(cohort, params) if group else ("NULL", ())
        wanted = dict.fromkeys((*key_joins, *joins))
        tables = [f"{self.known[cohort.model]} AS x", *(cohort.joins[name](self.known) for name in wanted)]
        conditions = [cohort.where, *self._bounds(cohort, params), *filter(None, [where])]
        return f"SELECT {key}, {', '.join(columns)} FROM {' '.join(tables)} WHERE {' AND '.join(conditions)}", params

    def _group(self, cohort, params):
        if self.by is None:
            return "NULL", ()
        if self.by == "month":
            sql, bounds = dialect.bucket(
                cohort.date, self._months(cohort), "bound", "date" if cohort.date_is_day else "timestamptz"
            )
            params |= bounds
            return sql, ()
        column = cohort.groups[self.by]
        return (groups.folded(column.sql) if self.by == "unit" else column.sql), column.joins

    def _bounds(self, cohort, params):
        since, until = self.period.since, self.period.until
        if cohort.date_is_day:
            since, until = self.period.first, until and self.period.last + datetime.timedelta(days=1)
        for name, sign, bound in (("since", ">=", since), ("until", "<", until)):
            if bound is not None:
                params[name] = dialect.stored(bound)
                yield f"{cohort.date} {sign} %({name})s"

    def _months(self, cohort):
        """The bounds between months, from the first to the last that has records."""
        self.months = months(*self._span(cohort))
        if cohort.date_is_day:
            return self.months
        return [self.period.midnight(day) for day in self.months]

    def _span(self, cohort):
        today = timezone.localdate(timezone=self.period.zone)
        first, last = self.period.first, self.period.last
        if first and last:
            return first, last
        low, high = (self._day(end) or today for end in self._ends(cohort))
        return first or min(low, last or low), last or max(high, first or high)

    def _ends(self, cohort):
        """The lowest and the highest date; as of now two steps into its index where it has one."""
        name = cohort.date.removeprefix("x.")
        if not self.known.params:
            rows = cohort.model.objects.exclude(**{name: None}).order_by(name).values_list(name, flat=True)
            return rows.first(), rows.last()
        sql = f"SELECT MIN({name}), MAX({name}) FROM {self.known[cohort.model]} AS x"
        return dialect.ask(sql, self.known.params)[0]

    def _day(self, value):
        if isinstance(value, str):  # SQLite, through an expression
            kind = datetime.date if len(value) == len("2026-06-10") else datetime.datetime
            value = kind.fromisoformat(value)
        if not isinstance(value, datetime.datetime):
            return value
        at = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        return timezone.localdate(at, self.period.zone)


# -- Counts, rates and sums --------------------------------------------------------------------


def _counted(question, cohort, asked):
    names = list(dict.fromkeys(itertools.chain.from_iterable(_needs(metric) for metric in asked)))
    rows = _each_counted(question, cohort, names) if cohort.each else _all_counted(question, cohort, names)
    whole = {name: sum(row[name] or 0 for row in rows.values()) for name in names}
    labels = _labels(question, rows)
    return {
        metric.name: (
            _rows(question, metric, rows, whole, labels),
            _row(metric, ("", ""), whole, whole),
        )
        for metric in asked
    }


def _all_counted(question, cohort, names):
    """{group: {column: value}}"""
    joins = itertools.chain.from_iterable(cohort.columns[name].joins for name in names)
    sql, params = question.select(cohort, [cohort.columns[name].sql for name in names], joins)
    return {key: dict(zip(names, values, strict=True)) for key, *values in dialect.ask(f"{sql} GROUP BY 1", params)}


def _each_counted(question, cohort, names):
    """The same where one pass counts several things apart, such as every promise's clocks."""
    kinds = {name.rpartition("_")[0] for name in names}
    wanted = f"{cohort.each.sql} IN ({', '.join(repr(kind) for kind in sorted(kinds))})"
    columns = [cohort.each.sql, *(column.sql for column in cohort.columns.values())]
    sql, params = question.select(cohort, columns, cohort.each.joins, wanted)
    rows: dict = {}
    for key, kind, *values in dialect.ask(f"{sql} GROUP BY 1, 2", params):
        counted = {f"{kind}_{name}": value for name, value in zip(cohort.columns, values, strict=True)}
        rows.setdefault(key, dict.fromkeys(names, 0)).update(counted)
    return rows


def _needs(metric):
    if metric.kind == "rate":
        n = f"{metric.part.removesuffix('_kept')}_n" if metric.cohort == "promises" else metric.whole
        return metric.part, metric.whole, n
    if metric.kind == "sum":
        return metric.part, f"{metric.part}_n", f"{metric.part}_unknown"
    return (metric.part,)


def _rows(question, metric, rows, whole, labels):
    if question.by is None:
        return []
    shown = []
    for key in sorted((key for key in rows if key in labels), key=lambda key: labels[key][2]):
        # By reason, each is a share of all hand-offs: those that were not returned have none.
        of = {**rows[key], metric.whole: whole[metric.whole]} if question.by == "reason" else rows[key]
        if question.by == "reason" and key is None:
            continue
        shown.append(_row(metric, labels[key][:2], rows[key], of))
    return [row for row in shown if row.n]


def _row(metric, name, values, whole):
    needed = _needs(metric)
    part = values[metric.part] or 0
    if metric.kind == "rate":
        denominator, n = (whole[needed[1]] or 0, whole[needed[2]] or 0)
        return Row.rate(*name, numerator=part, denominator=denominator, n=n)
    if metric.kind == "sum":
        return Row(*name, n=values[needed[1]] or 0, value=int(part), unknown=values[needed[2]] or 0)
    return Row(*name, n=part, value=part)


def _labels(question, keys):
    if question.by is None:
        return {}
    if question.by == "month":
        return {n + 1: (f"{day:%Y-%m}", f"{day:%Y-%m}", (n,)) for n, day in enumerate(question.months)}
    return groups.names(question.by, keys)


# -- Medians and the like ----------------------------------------------------------------------------


def _measured(question, cohort, asked):
    shares = {metric.name: SHARES[metric.kind] for metric in asked}
    spread = _on_postgresql if dialect.is_postgresql() else _in_python
    rows = spread(question, cohort, asked[0].each, shares, True) if question.by else {}
    total = spread(question, cohort, asked[0].each, shares, False).get(None, (0, {}))
    labels = _labels(question, rows)
    order = sorted((key for key in rows if key in labels), key=lambda key: labels[key][2])
    return {
        name: (
            [Row(*labels[key][:2], n=rows[key][0], value=rows[key][1][name]) for key in order],
            Row("", "", n=total[0], value=total[1].get(name)),
        )
        for name in shares
    }


def _on_postgresql(question, cohort, each, shares, group):
    begin, end, unit = cohort.measures[each]
    length = f"EXTRACT(EPOCH FROM {end} - {begin}) / 3600"
    if unit == "days":
        length = f"({end} - ({begin} AT TIME ZONE %(zone)s)::date)"
    columns = ["COUNT(*)", *(f"percentile_disc({share}) WITHIN GROUP (ORDER BY {length})" for share in shares.values())]
    sql, params = question.select(cohort, columns, cohort.measured_joins, cohort.measured_where[each], group)
    answered = dialect.ask(f"{sql} GROUP BY 1", params | {"zone": str(question.period.zone)})
    return {
        key: (n, {name: _round(value, unit) for name, value in zip(shares, values, strict=True)})
        for key, n, *values in answered
    }


def _in_python(question, cohort, each, shares, group):
    begin, end, unit = cohort.measures[each]
    sql, params = question.select(cohort, [begin, end], cohort.measured_joins, cohort.measured_where[each], group)
    lengths: dict = {}
    for key, *ends in dialect.ask(sql, params):
        lengths.setdefault(key, []).append(_length(*ends, unit, question.period.zone))
    return {
        key: (len(found), {name: _round(_disc(sorted(found), share), unit) for name, share in shares.items()})
        for key, found in lengths.items()
    }


def _length(begin, end, unit, zone):
    """Days between two days, or hours between two instants."""
    began = _instant(begin)
    if unit == "days":
        return (datetime.date.fromisoformat(str(end)[:10]) - timezone.localdate(began, zone)).days
    return (_instant(end) - began) / datetime.timedelta(hours=1)


def _instant(stored):
    """What SQLite gives back: a time without zone, as text where it went through an expression."""
    at = datetime.datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.replace(tzinfo=datetime.UTC)


def _disc(values, share):
    """The first value at or above the share, as PostgreSQL's percentile_disc."""
    return values[math.ceil(share * len(values)) - 1]


def _round(value, unit):
    return int(value) if unit == "days" else round(float(value), 2)
