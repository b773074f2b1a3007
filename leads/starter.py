"""The agreements a company begins with: one provisional proposal, running until both sides sign."""

import dataclasses
import datetime

from django.db import transaction

from leads.models import Agreement, Commitment, Reason, Revision
from portal.models import BusinessCalendar

FROM = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
MARKETING, SALES = Commitment.Side.MARKETING, Commitment.Side.SALES

CLAUSES = [
    {"key": "timeline", "kind": "bant", "part": "timeline", "states": ["known"]},
    {
        "key": "one_more",
        "kind": "bant_count",
        "parts": ["budget", "authority", "need"],
        "at_least": 1,
        "states": ["known"],
    },
    {"key": "note", "kind": "note"},
]
EXCEPTIONS = [
    {"code": "asked_for_call", "name": "お客さまから連絡の希望があった", "name_en": "The customer asked for a call"},
    {"code": "joint_visit", "name": "同席・紹介の約束がある", "name_en": "A joint visit or introduction is agreed"},
    {"code": "existing_customer", "name": "取引先からの相談", "name_en": "An existing customer asks"},
]


@dataclasses.dataclass(frozen=True)
class Promise:
    """A response commitment in words of the starter: `time` is (number, "hours" | "days") on a calendar's slug."""

    key: str
    side: str
    since: str
    until: tuple[str, ...]
    time: tuple[int, str]
    calendar: str
    warn_minutes: int


TWO_PROMISES = [
    Promise("hand_over", MARKETING, "qualified", ("handed_over",), (1, "days"), "business-hours", 120),
    Promise("result", SALES, "handed_over", ("result", "returned"), (48, "hours"), "business-days-24h", 480),
]
FIVE_PROMISES = [
    Promise("hand_over", MARKETING, "qualified", ("handed_over",), (1, "days"), "business-hours", 120),
    Promise("answer", SALES, "handed_over", ("accepted", "returned"), (4, "hours"), "business-hours", 120),
    Promise("contact", SALES, "accepted", ("contacted", "result"), (48, "hours"), "business-days-24h", 480),
    Promise("result", SALES, "contacted", ("result",), (2, "days"), "business-hours", 240),
    Promise("reply", MARKETING, "returned", ("replied",), (1, "days"), "business-hours", 120),
]

REASONS = {
    Reason.Kind.RETURN: [
        # code, name, English name, clause of the definition
        ("timeline_unclear", "導入時期が不明", "Timeline unclear", "timeline"),
        ("facts_missing", "必要な情報が足りない", "Facts missing", "one_more"),
        ("information_only", "情報収集の段階", "Wants only information", ""),
        ("other_decider", "決裁者が別", "Decision maker is someone else", ""),
        ("wrong_fit", "対象の業種・規模と違う", "Wrong industry or size", ""),
        ("already_talking", "すでに商談中", "Already in talks", ""),
        ("unreachable", "連絡がつかない", "Cannot be reached", ""),
        ("other", "そのほか", "Other", ""),
    ],
    Reason.Kind.GOOD_POINT: [
        ("concrete_need", "課題が具体的", "The need is concrete", ""),
        ("helpful_memo", "事前メモが役立った", "The memo helped", ""),
        ("right_size", "会社の規模が合う", "The company's size fits", ""),
        ("easy_to_reach", "連絡がつきやすい", "Easy to reach", ""),
    ],
    Reason.Kind.NURTURE: [
        ("later", "時期が先", "The timing is later", ""),
        ("no_budget_yet", "予算がこれから", "Budget still to come", ""),
        ("need_unclear", "課題がまだ固まっていない", "The need is not clear yet", ""),
        ("other", "そのほか", "Other", ""),
    ],
    Reason.Kind.DISQUALIFY: [
        ("out_of_scope", "対象の業種・規模と違う", "Wrong industry or size", ""),
        ("competitor", "同業の調査", "A competitor's research", ""),
        ("student", "学生・個人", "A student or private person", ""),
        ("unreachable", "連絡先が使えない", "The contact does not work", ""),
        ("other", "そのほか", "Other", ""),
    ],
    Reason.Kind.LOSS: [
        ("price", "価格", "Price", ""),
        ("competitor", "他社に決定", "Another company was chosen", ""),
        ("feature", "機能が合わない", "Features do not fit", ""),
        ("timing", "時期の見送り", "Postponed", ""),
        ("no_decision", "社内で決まらない", "No decision inside", ""),
        ("contact_left", "担当者の異動", "The contact moved on", ""),
        ("other", "そのほか", "Other", ""),
    ],
}


@transaction.atomic
def ensure(promises=TWO_PROMISES):
    """Install calendars and the provisional proposal where there is no agreement yet; safe to repeat."""
    BusinessCalendar.objects.ship()
    if Agreement.objects.exists():
        return
    definition = Agreement.objects.create(
        kind=Agreement.Kind.DEFINITION, slug="hot-lead", name="ホットリード定義", name_en="Hot lead definition"
    )
    sla = Agreement.objects.create(
        kind=Agreement.Kind.SLA, slug="hot-lead-sla", name="引き渡しSLA", name_en="Hand-off SLA", definition=definition
    )
    _first_revision(definition, {"clauses": CLAUSES, "exceptions": EXCEPTIONS})
    revision = _first_revision(sla, {"memo_min": 1, "return_line": False})
    add_promises(revision, promises)
    add_reasons(revision)


def add_promises(revision, promises):
    calendars = {calendar.slug: calendar for calendar in BusinessCalendar.objects.all()}
    for position, promise in enumerate(promises):
        calendar = calendars[promise.calendar]
        number, unit = promise.time
        revision.commitments.create(
            key=promise.key,
            side=promise.side,
            from_event=promise.since,
            until_events=list(promise.until),
            minutes=number * (60 if unit == "hours" else calendar.day_minutes),
            calendar=calendar,
            warn_minutes=promise.warn_minutes,
            position=position,
        )
    revision.commitments.create(
        kind=Commitment.Kind.COMPLETENESS, key=Commitment.Key.COMPLETENESS, side=MARKETING, position=len(promises)
    )


def add_reasons(revision):
    Reason.objects.bulk_create(
        Reason(revision=revision, kind=kind, code=code, name=name, name_en=name_en, clause=clause, position=position)
        for kind, rows in REASONS.items()
        for position, (code, name, name_en, clause) in enumerate(rows)
    )


def _first_revision(agreement, parameters):
    return Revision.objects.create(
        agreement=agreement,
        number=1,
        state=Revision.State.PROPOSED,
        provisional=True,
        in_force_from=FROM,
        parameters=parameters,
    )
