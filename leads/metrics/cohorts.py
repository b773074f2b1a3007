"""The cohorts that metrics count: which records, by which date, and what can be counted or measured on each.

Each is one pass over its table: the columns of all metrics asked for come out of a single SELECT.
"""

# ruff: noqa: S608 - only names of tables and columns are written into the SQL; every value is a parameter

import dataclasses
from collections.abc import Callable

from leads.metrics.known import Known
from leads.models import Clock, Commitment, Handoff, JoinedLead, Lead, Opportunity
from portal.models import Person


@dataclasses.dataclass(frozen=True)
class Column:
    """An aggregate, and the joins it needs."""

    sql: str
    joins: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Cohort:
    """`table` is read under the alias `x`; `joins` are offered by name and made only where something needs them."""

    model: type
    date: str
    where: str
    columns: dict[str, Column]
    groups: dict[str, Column]
    joins: dict[str, Callable[[Known], str]] = dataclasses.field(default_factory=dict)
    measures: dict[str, tuple[str, str, str]] = dataclasses.field(default_factory=dict)  # from, to, "hours" or "days"
    measured_where: dict[str, str] = dataclasses.field(default_factory=dict)
    measured_joins: tuple[str, ...] = ()
    date_is_day: bool = False
    each: Column | None = None  # counts every value of this apart: a column "kept" becomes "answer_kept", "reply_kept"


def _deals(known):
    """One row a lead that opened an opportunity or joined one: when its first win closed, if any did."""
    own = f"SELECT lead_id, state, closed_on FROM {known[Opportunity]} AS own WHERE removed_at IS NULL"
    joined = (
        f"SELECT j.lead_id, o.state, o.closed_on FROM {known[JoinedLead]} AS j "
        f"JOIN {known[Opportunity]} AS o ON o.id = j.opportunity_id WHERE o.removed_at IS NULL"
    )
    return (
        "LEFT JOIN (SELECT lead_id, MIN(CASE WHEN state = 'won' THEN closed_on END) AS won_on "
        f"FROM ({own} UNION ALL {joined}) AS both_kinds GROUP BY lead_id) AS deal ON deal.lead_id = x.id"
    )


def _lead(known):
    """Said so that the index of cohorts answers it; the leads themselves are ten times as wide."""
    return f"LEFT JOIN {Lead._meta.db_table} AS lead ON lead.id = x.lead_id AND lead.removed_at IS NULL"


def _owner(known):
    return f"LEFT JOIN {Person._meta.db_table} AS owner ON owner.id = x.owner_id"


def _breach(known):
    return "LEFT JOIN leads_breach AS breach ON breach.clock_id = x.id"


def _passed_on(known):
    """Hand-offs that were passed on: what became of the lead belongs to the later one."""
    return (
        f"LEFT JOIN (SELECT DISTINCT previous_id FROM {known[Handoff]} AS later "
        "WHERE previous_id IS NOT NULL AND undone_at IS NULL AND state <> 'withdrawn') AS passed ON passed.previous_id = x.id"
    )


def _turned(known):
    """Hand-offs that became an opportunity: their own, or one of the company that the lead joined as its result."""
    own = f"SELECT handoff_id FROM {known[Opportunity]} AS own WHERE removed_at IS NULL AND handoff_id IS NOT NULL"
    joined = f"SELECT h.id FROM {known[JoinedLead]} AS j JOIN {known[Handoff]} AS h ON h.lead_id = j.lead_id AND h.resulted_at = j.at"
    return f"LEFT JOIN ({own} UNION {joined}) AS deal ON deal.handoff_id = x.id"


def _share(condition, *joins):
    return Column(f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)", joins)


OF_LEAD = {"source": Column("lead.source_id", ("lead",)), "campaign": Column("lead.campaign_id", ("lead",))}

LEADS = Cohort(
    Lead,
    date="x.created_at",
    where="x.removed_at IS NULL",
    columns={
        "leads": Column("COUNT(*)"),
        "opportunities": Column("COUNT(deal.lead_id)", ("deals",)),
        "won": Column("COUNT(deal.won_on)", ("deals",)),
    },
    groups={
        "source": Column("x.source_id"),
        "campaign": Column("x.campaign_id"),
        "unit": Column("owner.unit_id", ("owner",)),
    },
    joins={"deals": _deals, "owner": _owner},
    measures={"won_days": ("x.created_at", "deal.won_on", "days")},
    measured_where={"won_days": "deal.won_on IS NOT NULL"},
    measured_joins=("deals",),
)

HANDOFFS = Cohort(
    Handoff,
    date="x.offered_at",
    where="x.undone_at IS NULL AND x.state <> 'withdrawn'",
    columns={
        "handed_over": Column("COUNT(*)"),
        "accepted": _share("x.state = 'accepted'"),
        "returned": _share("x.state = 'returned'"),
        "complete": _share("x.exception = ''"),
        "taken": _share("x.state = 'accepted' AND passed.previous_id IS NULL", "passed"),
        "turned": _share(
            "x.state = 'accepted' AND passed.previous_id IS NULL AND deal.handoff_id IS NOT NULL", "passed", "deals"
        ),
    },
    groups={
        **OF_LEAD,
        "unit": Column("x.receiving_unit_id"),
        "definition": Column("x.definition_revision_id"),
        "reason": Column("x.return_reason_id"),
    },
    joins={"lead": _lead, "passed": _passed_on, "deals": _turned},
    measures={
        "answer_hours": ("x.offered_at", "x.answered_at", "hours"),
        "contact_hours": ("x.answered_at", "x.contacted_at", "hours"),
    },
    measured_where={
        "answer_hours": "x.state IN ('accepted', 'returned')",
        "contact_hours": "x.state = 'accepted' AND x.contacted_at IS NOT NULL",
    },
)
SENT = dataclasses.replace(HANDOFFS, groups=HANDOFFS.groups | {"unit": Column("x.sending_unit_id")})

OPPORTUNITIES = Cohort(
    Opportunity,
    date="x.opened_at",
    where="x.removed_at IS NULL",
    columns={
        "opened": Column("COUNT(*)"),
        "won": _share("x.state = 'won'"),
        "pipeline": Column("SUM(CASE WHEN x.state = 'open' THEN x.amount END)"),
        "pipeline_n": _share("x.state = 'open'"),
        "pipeline_unknown": _share("x.state = 'open' AND x.amount IS NULL"),
    },
    groups={**OF_LEAD, "unit": Column("owner.unit_id", ("owner",))},
    joins={"lead": _lead, "owner": _owner},
)
WINS = dataclasses.replace(
    OPPORTUNITIES,
    date="x.closed_on",
    date_is_day=True,
    where="x.removed_at IS NULL AND x.state = 'won'",
    columns={
        "amount": Column("SUM(x.amount)"),
        "amount_n": Column("COUNT(*)"),
        "amount_unknown": _share("x.amount IS NULL"),
    },
)


LATE = "(x.breached_at IS NOT NULL OR x.outcome = 'late' OR (x.stopped_at IS NULL AND x.due_at < %(now)s))"
KEPT = "(x.outcome = 'met' AND x.breached_at IS NULL)"


def _promise(known):
    return f"JOIN {Commitment._meta.db_table} AS promise ON promise.id = x.commitment_id"


# The clocks of hand-offs and qualifications; kept and ended a promise, whatever the revision. A clock past its due
# time has broken its promise for good, whether or not the sweep came by yet; more time granted later does not mend
# it. A breach counts for the unit that held the clock at that instant.
PROMISES = Cohort(
    Clock,
    date="x.started_at",
    where="x.outcome <> 'undone'",
    columns={"n": Column("COUNT(*)"), "kept": _share(KEPT), "ended": _share(f"({KEPT} OR {LATE})")},
    groups={**OF_LEAD, "unit": Column("COALESCE(breach.unit_id, x.unit_id)", ("breach",))},
    joins={"lead": _lead, "breach": _breach, "promise": _promise},
    each=Column("promise.key", ("promise",)),
)
BY_NAME = {
    "leads": LEADS, "handoffs": HANDOFFS, "sent": SENT, "promises": PROMISES, "opportunities": OPPORTUNITIES, "wins": WINS,
}  # fmt: skip
