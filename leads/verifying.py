"""What always holds of leads, hand-offs, clocks and opportunities."""

from collections.abc import Iterator

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Concat, Substr, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import metrics
from leads.metrics import ImpossibleFigure
from leads.models import (
    Bant,
    Breach,
    Clock,
    ColumnTally,
    Handoff,
    Import,
    ImportRow,
    JoinedLead,
    Lead,
    Opportunity,
    Qualification,
)
from leads.models.bant import LETTERS
from leads.models.boarding import WAKES_WITHIN
from portal import business_time, fiscal
from portal.models import CompanySettings, Entry
from portal.verifying import Check, Fault, faults, missing_trigger, register

Stage, Column = Lead.Stage, Lead.Column
RECKONED = 20_000  # clocks whose intervals are reckoned anew: the latest


# -- Hand-offs -----------------------------------------------------------------------------------------


def offered_twice() -> Iterator[Fault]:
    twice = Handoff.objects.offered().values("lead").annotate(n=Count("pk")).filter(n__gt=1).order_by()
    for row in twice:
        yield Fault(f"lead:{row['lead']}", f"×{row['n']}")


def offered_but_elsewhere() -> Iterator[Fault]:
    """A lead is handed over exactly while its own hand-off is offered."""
    current = Q(lead__handoff=F("pk"), lead__stage=Stage.HANDED_OVER)
    yield from faults(Handoff.objects.offered().exclude(current))
    yield from faults(Lead.objects.filter(stage=Stage.HANDED_OVER).exclude(handoff__state="offered"))


def without_an_entry() -> Iterator[Fault]:
    """Every hand-off was written into the trail once, when it was offered."""
    name = Concat(Value("handoff:"), Cast(OuterRef("pk"), CharField()))
    entries = (
        Entry.objects.filter(verb="lead.handed_over", about=name).order_by().values("about").annotate(n=Count("pk"))
    )
    counted = Handoff.objects.annotate(entries=Subquery(entries.values("n"))).filter(~Q(entries=1) | Q(entries=None))
    yield from faults(counted.order_by("pk"), lambda handoff: f"entries={handoff.entries or 0}")


def given_to_somebody_gone() -> Iterator[Fault]:
    gone = Handoff.objects.offered().annotate(day=TruncDate("offered_at")).filter(receiver__left_on__lte=F("day"))
    yield from faults(gone)


def unanswered_facts() -> Iterator[Fault]:
    """Contacts and results belong to accepted hand-offs; replies to returned ones."""
    worked = Q(contacted_at__isnull=False) | Q(resulted_at__isnull=False)
    yield from faults(Handoff.objects.filter(worked).exclude(state="accepted").filter(undone_at=None))
    yield from faults(Handoff.objects.exclude(reply="").exclude(state="returned"))


# -- Clocks ----------------------------------------------------------------------------------------------


def neither_ended_nor_due() -> Iterator[Fault]:
    running = Q(stopped_at=None, outcome="") & (Q(due_at__isnull=False) | Q(paused_at__isnull=False))
    ended = Q(stopped_at__isnull=False) & ~Q(outcome="")
    yield from faults(Clock.objects.exclude(running | ended))


def running_for_nothing() -> Iterator[Fault]:
    """A clock runs on what is still open: an offered or accepted hand-off, an open return, an open qualification."""
    running = Clock.objects.running()
    yield from faults(running.filter(Q(lead__removed_at__isnull=False) | Q(handoff__state="withdrawn")))
    yield from faults(running.filter(qualification__until__isnull=False))
    yield from faults(running.filter(commitment__key="answer").exclude(handoff__state="offered"))
    yield from faults(running.filter(commitment__key="reply").exclude(handoff__state="returned"))


def breached_without_a_record() -> Iterator[Fault]:
    yield from faults(Clock.objects.filter(breached_at__isnull=False, breach=None))
    yield from faults(Breach.objects.filter(clock__breached_at=None))


def kept_after_the_due_time() -> Iterator[Fault]:
    """The due instant itself is on time, what comes after is late, and stays so whatever is granted later."""
    yield from faults(Clock.objects.filter(outcome="met", stopped_at__gt=F("due_at")))
    yield from faults(Clock.objects.filter(outcome="met", breached_at__isnull=False))
    yield from faults(Clock.objects.filter(outcome="late", breached_at=None))


def intervals_that_do_not_add_up() -> Iterator[Fault]:
    """The counted intervals under a running clock's due time are its target, and end at that time."""
    running = (
        Clock.objects.running()
        .filter(paused_at=None)
        .select_related("calendar", "commitment")
        .prefetch_related("pauses")
    )
    for clock in running.order_by("-pk")[:RECKONED]:
        pauses = [(pause.since, pause.until) for pause in sorted(clock.pauses.all(), key=lambda pause: pause.since)]
        counting = {"pauses": pauses, "mode": clock.commitment.mode}
        pieces = business_time.intervals(clock.started_at, clock.minutes, clock.hours(), **counting)
        counted = sum(piece.length.total_seconds() for piece in pieces if piece.counted and piece.length is not None)
        if (
            counted != clock.minutes * 60
            or business_time.due(clock.started_at, clock.minutes, clock.hours(), **counting) != clock.due_at
        ):
            yield Fault(f"clock:{clock.pk}", f"{counted / 60:g} / {clock.minutes} min, {clock.due_at.isoformat()}")


# -- The board ---------------------------------------------------------------------------------------------


def standing_elsewhere() -> Iterator[Fault]:
    """The stored column is the one that the facts say."""
    moved = Lead.objects.annotate(**_causes()).annotate(derived=_column()).exclude(board_column=F("derived"))
    yield from faults(
        moved.only("board_column").order_by("pk"), lambda lead: f"{lead.board_column or '–'} ≠ {lead.derived or '–'}"
    )


def _causes():
    today = timezone.localdate()
    first = fiscal.quarter(today, CompanySettings.load().fiscal_year_starts_in).first
    recent = Opportunity.objects.present().filter(lead=OuterRef("pk"), state="won", closed_on__gte=first)
    return {
        "qualifies": Exists(Qualification.objects.filter(lead=OuterRef("pk"), until=None)),
        "won_lately": Exists(recent),
    }


def _column():
    today = timezone.localdate()
    waits = Q(handoff__state="returned") & (
        Q(handoff__reply="") | Q(handoff__reply="dispute", handoff__settled_at=None)
    )
    nurturing = Q(stage=Stage.NURTURING)
    return Case(
        When(removed_at__isnull=False, then=Value("")),
        When(nurturing & Q(qualifies=True), then=Value(Column.TO_HAND_OVER)),
        When(nurturing & (waits | Q(wake_on__lte=today + WAKES_WITHIN)), then=Value(Column.RETURNED)),
        When(Q(stage=Stage.WON, won_lately=True), then=Value(Column.WON)),
        When(stage__in=[Stage.HANDED_OVER, Stage.WORKING, Stage.OPPORTUNITY], then=F("stage")),
        default=Value(""),
    )


def miscounted() -> Iterator[Fault]:
    kept = {column: both for column, both in ColumnTally.objects.totals().items() if any(both)}
    rows = (
        Lead.objects.exclude(board_column="")
        .values("board_column")
        .annotate(n=Count("pk"), yen=Sum("amount"))
        .order_by()
    )
    counted = {row["board_column"]: (row["n"], row["yen"] or 0) for row in rows}
    for column in sorted(kept.keys() | counted.keys()):
        if kept.get(column, (0, 0)) != counted.get(column, (0, 0)):
            yield Fault(f"column:{column}", f"{kept.get(column, (0, 0))} ≠ {counted.get(column, (0, 0))}")


def pointing_at_the_wrong_clock() -> Iterator[Fault]:
    """The clock that a card shows runs; a lead with running clocks shows one."""
    yield from faults(Lead.objects.filter(next_clock__stopped_at__isnull=False))
    running = Exists(Clock.objects.running().filter(lead=OuterRef("pk")))
    yield from faults(Lead.objects.present().filter(running, next_clock=None))


# -- Leads and their facts -----------------------------------------------------------------------------------


def worked_by_nobody() -> Iterator[Fault]:
    yield from faults(Lead.objects.filter(stage=Stage.WORKING, owner=None))


def qualified_elsewhere() -> Iterator[Fault]:
    """A qualification is open while its lead is in nurturing, one at a time."""
    open_ones = Qualification.objects.filter(until=None)
    yield from faults(open_ones.exclude(lead__stage=Stage.NURTURING))
    for row in open_ones.values("lead").annotate(n=Count("pk")).filter(n__gt=1).order_by():
        yield Fault(f"lead:{row['lead']}", f"×{row['n']}")


def dealt_without_a_deal() -> Iterator[Fault]:
    """A lead in opportunity or won has such an opportunity, its own or one that it joined."""
    joined = Exists(JoinedLead.objects.filter(lead=OuterRef("pk")))
    for stage, state in ((Stage.OPPORTUNITY, "open"), (Stage.WON, "won")):
        own = Exists(Opportunity.objects.present().filter(lead=OuterRef("pk"), state=state))
        yield from faults(Lead.objects.present().filter(~own, ~joined, stage=stage))
    still_open = Opportunity.objects.open().exclude(lead__stage=Stage.OPPORTUNITY).filter(lead__removed_at=None)
    yield from faults(still_open)


def other_amount() -> Iterator[Fault]:
    """The amount on a card is that of the lead's open opportunity."""
    deals = Opportunity.objects.open().filter(lead__stage=Stage.OPPORTUNITY)
    same = Q(amount=F("lead__amount")) | Q(amount=None, lead__amount=None)
    yield from faults(deals.exclude(same).select_related("lead"), lambda deal: f"{deal.lead.amount} ≠ {deal.amount}")


def other_letters() -> Iterator[Fault]:
    """The four BANT letters on a lead are its four rows."""
    letter = Case(*(When(state=state, then=Value(letter)) for state, letter in LETTERS.items()))
    for place, part in enumerate(Bant.Part.values, start=1):
        rows = Bant.objects.filter(part=part).annotate(letter=letter, shown=Substr("lead__bant_states", place, 1))
        yield from faults(
            rows.exclude(letter=F("shown")), lambda bant: f"lead:{bant.lead_id} {bant.shown} ≠ {bant.letter}"
        )


def rows_unaccounted_for() -> Iterator[Fault]:
    """A finished import drops nothing: its books are its rows."""
    for record in Import.objects.filter(state=Import.State.DONE).order_by("pk").iterator():
        kept = dict(ImportRow.objects.filter(of=record).values_list("outcome").annotate(n=Count("pk")).order_by())
        counted = {
            "created": record.created,
            "updated": record.updated,
            "unchanged": record.unchanged,
            "refused": record.refused,
        }
        found = {name: kept.get(name, 0) for name in ("created", "updated", "unchanged")} | {
            "refused": record.refused_rows.count()
        }
        if found != counted:
            yield Fault(f"import:{record.pk}", f"{counted} ≠ {found}")


def impossible_rates() -> Iterator[Fault]:
    try:
        metrics.compute(list(metrics.METRICS), by="month")
    except ImpossibleFigure as error:
        yield Fault("metrics", str(error))


def register_checks() -> None:
    register(
        Check("one_offer", _("A lead has at most one offered hand-off."), offered_twice),
        Check(
            "offers_in_place", _("A lead is handed over exactly while its hand-off is offered."), offered_but_elsewhere
        ),
        Check("one_entry", _("Every hand-off stands in the trail once."), without_an_entry),
        Check("nobody_gone", _("Nobody who left is offered a lead."), given_to_somebody_gone),
        Check(
            "facts_of_answers",
            _("Contacts and results belong to accepted hand-offs, replies to returns."),
            unanswered_facts,
        ),
        Check(
            "clocks_end", _("Every clock has an outcome, or runs with a due time, or is paused."), neither_ended_nor_due
        ),
        Check("clocks_have_a_cause", _("A clock runs only on what is still open."), running_for_nothing),
        Check("breaches_recorded", _("Every breach is recorded once."), breached_without_a_record),
        Check("verdicts", _("On time up to the due instant, late after it."), kept_after_the_due_time),
        Check("intervals", _("The counted intervals add up to the target."), intervals_that_do_not_add_up),
        Check("columns", _("Every lead stands in the column its facts say."), standing_elsewhere),
        Check(
            "tallies_guarded",
            _("The database keeps the board's counts itself."),
            lambda: missing_trigger("leads_lead", "tally"),
        ),
        Check("tallies", _("The board's counts and amounts equal a recount."), miscounted),
        Check("nearest_clock", _("A card shows a clock that runs."), pointing_at_the_wrong_clock),
        Check("owners", _("A lead that is being worked has an owner."), worked_by_nobody),
        Check("qualifications", _("A lead qualifies while it is in nurturing, once at a time."), qualified_elsewhere),
        Check("deals", _("A lead in opportunity or won has the opportunity for it."), dealt_without_a_deal),
        Check("amounts", _("The amount on a card is its opportunity's."), other_amount),
        Check("bant", _("The BANT letters on a lead are what is known of it."), other_letters),
        Check("imports", _("The books of an import are its rows."), rows_unaccounted_for),
        Check("rates", _("No rate is above 100 %."), impossible_rates),
    )
