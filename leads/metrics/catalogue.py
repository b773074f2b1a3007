"""The metrics by name: what each counts, over which cohort, in which unit, and which way is up.

A metric is data: which columns of which cohort (leads.metrics.cohorts) make it. A rate's numerator
is a condition on the rows of its denominator, so it is a subset by construction.
"""

import dataclasses
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.metrics.refusing import UnknownMetric

PLACES = ("source", "campaign", "month", "unit")
AGREED = (*PLACES, "definition")


@dataclasses.dataclass(frozen=True)
class Metric:
    """kind: count, rate, sum, median or p90. `part` and `whole` name columns of the cohort, `each` a measured one."""

    name: str
    label: Any
    formula: Any
    cohort: str
    kind: str
    unit: str
    cohort_date: Any
    part: str = ""
    whole: str = ""
    each: str = ""
    direction: str = "up"  # which way is good: up, down, or "" where neither is
    dimensions: tuple[str, ...] = PLACES


CREATED = _("the day the lead asked to be contacted")
OFFERED = _("the day of the hand-off")
BEGAN = _("the day the promise began to run")
OPENED = _("the day the opportunity opened")
CLOSED = _("the day the deal was won")


def _count(name, label, formula, cohort, column, unit, date, **more):
    return Metric(name, label, formula, cohort, "count", unit, date, part=column, **more)


def _rate(name, label, formula, cohort, part, whole, date, **more):
    return Metric(name, label, formula, cohort, "rate", "percent", date, part=part, whole=whole, **more)


def _sum(name, label, formula, cohort, column, date, **more):
    return Metric(name, label, formula, cohort, "sum", "yen", date, part=column, **more)


def _spread(name, label, formula, cohort, each, unit, date, kind="median", **more):
    return Metric(name, label, formula, cohort, kind, unit, date, each=each, direction="down", **more)


def _kept(name, label, formula, key):
    return _rate(name, label, formula, "promises", f"{key}_kept", f"{key}_ended", BEGAN)


_ALL = [
    _count("leads", _("Leads"), _("Leads that came in during the period."), "leads", "leads", "leads", CREATED),
    _rate(
        "lead_to_opportunity", _("Lead to opportunity"),
        _("Of the leads of the period, those that opened an opportunity or joined one."),
        "leads", "opportunities", "leads", CREATED,
    ),
    _rate(
        "lead_to_won", _("Lead to won"),
        _("Of the leads of the period, those whose opportunity was won. Wins from a file count."),
        "leads", "won", "leads", CREATED,
    ),
    _spread(
        "time_to_won", _("Time to won"),
        _("Median of the days from the day a lead asked to be contacted to the day it was won; a win dated before that day counts with its negative days."),
        "leads", "won_days", "days", CREATED,
    ),
    _spread(
        "time_to_won_p90", _("Time to won (90 %)"),
        _("The days within which nine of ten of the won leads of the period were won."),
        "leads", "won_days", "days", CREATED, kind="p90",
    ),
    _count(
        "handed_over", _("Handed over"),
        _("Hand-offs offered in the period, without those withdrawn or taken back."),
        "sent", "handed_over", "hand_offs", OFFERED, dimensions=AGREED,
    ),
    _rate(
        "acceptance_rate", _("Acceptance rate"),
        _("Of the hand-offs of the period, those accepted. Those still waiting for an answer are in the denominator."),
        "handoffs", "accepted", "handed_over", OFFERED, dimensions=AGREED,
    ),
    _rate(
        "return_rate", _("Return rate"),
        _("Of the hand-offs of the period, those returned. By reason, every reason is a share of all hand-offs."),
        "handoffs", "returned", "handed_over", OFFERED, direction="down", dimensions=(*AGREED, "reason"),
    ),
    _rate(
        "complete_at_hand_over", _("Complete at hand-over"),
        _("Of the hand-offs of the period, those that met the definition then in force without naming an exception."),
        "sent", "complete", "handed_over", OFFERED, dimensions=AGREED,
    ),
    _rate(
        "opportunity_rate", _("Opportunity rate"),
        _("Of the accepted hand-offs of the period, those that became an opportunity. One that was passed on counts where it was passed to."),
        "handoffs", "turned", "taken", OFFERED, dimensions=AGREED,
    ),
    _spread(
        "time_to_answer", _("Time to answer"),
        _("Median of the hours on the clock from hand-off to acceptance or return."),
        "handoffs", "answer_hours", "hours", OFFERED, dimensions=AGREED,
    ),
    _spread(
        "time_to_answer_p90", _("Time to answer (90 %)"),
        _("The hours on the clock within which nine of ten hand-offs were answered."),
        "handoffs", "answer_hours", "hours", OFFERED, kind="p90", dimensions=AGREED,
    ),
    _spread(
        "time_to_contact", _("Time to first contact"),
        _("Median of the hours on the clock from acceptance to the first contact."),
        "handoffs", "contact_hours", "hours", OFFERED, dimensions=AGREED,
    ),
    _spread(
        "time_to_contact_p90", _("Time to first contact (90 %)"),
        _("The hours on the clock within which nine of ten accepted hand-offs were contacted."),
        "handoffs", "contact_hours", "hours", OFFERED, kind="p90", dimensions=AGREED,
    ),
    _kept(
        "handed_over_in_time", _("Handed over in time"),
        _("Of the leads that began to wait for a hand-over in the period, those handed over by the due time."),
        "hand_over",
    ),
    _kept(
        "answered_in_time", _("Answered in time"),
        _("Of the answers promised in the period, those given by the due time."),
        "answer",
    ),
    _kept(
        "contacted_in_time", _("Contacted in time"),
        _("Of the first contacts promised in the period, those made by the due time."),
        "contact",
    ),
    _kept(
        "resulted_in_time", _("Result in time"),
        _("Of the results promised in the period, those recorded by the due time."),
        "result",
    ),
    _kept(
        "replied_in_time", _("Replied in time"),
        _("Of the replies to returns promised in the period, those given by the due time."),
        "reply",
    ),
    _rate(
        "opportunity_to_won", _("Opportunity to won"),
        _("Of the opportunities opened in the period, those won."),
        "opportunities", "won", "opened", OPENED,
    ),
    _sum(
        "pipeline_amount", _("Pipeline"),
        _("Sum of the amounts of the opportunities opened in the period that are open; amounts not known are counted beside it."),
        "opportunities", "pipeline", OPENED,
    ),
    _sum(
        "won_amount", _("Won amount"),
        _("Sum of the amounts of the deals won in the period; amounts not known are counted beside it."),
        "wins", "amount", CLOSED,
    ),
]  # fmt: skip

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}


def find(name: str) -> Metric:
    try:
        return METRICS[name]
    except KeyError as error:
        raise UnknownMetric(name) from error
