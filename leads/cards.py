"""What a card says, and its markup.

A card is a pure function of its row and the minute, so it is drawn once and kept. What does not age, all but the
clock and the baton, is kept beyond the minute: those two are put into it.
"""

import datetime
import functools
import json
import secrets
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from leads import highlights, permissions
from leads.models import Handoff, Lead
from leads.models.bant import states_of
from leads.search import person_words
from portal import business_time, calendar_spec, words
from portal.templatetags import portal as marks

Column = Lead.Column
MARK = secrets.token_hex(8)  # where what ages goes; nobody can write it into a lead
CHIPS = 2
SALES, MARKETING, SUCCESS = "sales", "marketing", "customer_success"
LONGEST = words.LONGEST_OVERDUE


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on a card until the lead changes; hashable, it is what a drawn card is kept by."""

    id: int
    column: str
    version: int
    name: str
    person: str
    place: str
    score: int | None
    bant: str
    chips: str
    reason: str
    line: str
    amount: int | None
    holder: str
    holder_team: str
    role: str
    due: int
    created: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A card's clock as it stands at an instant: what the chip and the baton need."""

    state: str = ""
    at: datetime.datetime | None = None
    warn_at: datetime.datetime | None = None
    over: int | None = None
    what: str = ""
    text: str = ""
    share: int = 0


@dataclass(frozen=True)
class Drawing:
    """Who looks (a person, or their key), when, and what this place leaves out."""

    viewer: object
    directory: object
    now: datetime.datetime
    hides_clocks: bool = False
    hides_late_names: bool = False


def draw_all(rows, drawing):
    """The markup of many cards in a row."""
    looks = _looks(drawing)
    return SafeString("".join([_drawn(row, *looks) for row in rows]))


def draw(row, drawing):
    return SafeString(_drawn(row, *_looks(drawing)))


def _looks(drawing):
    """All that a card depends on besides its row. Time goes on by the minute; the viewer counts where names are hidden."""
    viewer = drawing.viewer.pk if drawing.hides_late_names else None
    minute = drawing.now.replace(second=0, microsecond=0)
    return viewer, drawing.directory, minute, drawing.hides_clocks, get_language(), timezone.get_current_timezone_name()


@functools.lru_cache(maxsize=1024)
def _drawn(row, viewer, directory, minute, hides_clocks, language, _zone):
    """A card as it looks in this minute."""
    drawing = Drawing(viewer, directory, minute, hides_clocks=hides_clocks, hides_late_names=viewer is not None)
    clock = clock_of(row, drawing)
    state = clock.state or "none"
    head, top, foot, tail = _frame(facts_of(row, drawing, clock), language)
    kind = marks.CLOCK_CLASSES.get(state, state)
    baton = marks.baton(*_baton_of(row, directory), share=clock.share, state=state)
    return f"{head}{kind}{top}{chip(clock, minute, row.company or '')}{foot}{baton}{tail}"


@functools.lru_cache(maxsize=4096)
def _frame(facts, language):
    """The parts of a card around its clock, drawn by the template, in this language."""
    drawn = render_to_string("leads/board/_card.html", {"card": facts, "here": mark_safe(MARK), **_shown(facts)})  # noqa: S308 - our own constant
    return tuple(" ".join(drawn.split()).replace("> <", "><").split(MARK))


def _shown(facts):
    shown = _chip_words(facts)
    return {
        "column_name": Column(facts.column).label if facts.column else "",
        "bant": states_of(facts.bant),
        "chips": shown[:CHIPS],
        "more": len(shown) - CHIPS,
        "role": ROLES[facts.role](),
    }


def chip(clock, now, name=""):
    """The clock as a chip; nothing where there is none."""
    if not clock.state:
        return ""
    return marks.sla(
        {"now": now}, clock.state, at=clock.at, minutes=clock.over, text=clock.text, warn_at=clock.warn_at, name=name,
        what=_promise_words(clock.what),
    )  # fmt: skip


# -- Facts --------------------------------------------------------------------------------


def facts_of(row, drawing, clock):
    person = person_words(row.family_name, row.given_name) or ("" if row.company else row.email or row.external_key)
    holder, team, role = named(row, drawing, clock)
    reason = drawing.directory.reasons.get(row.return_reason) if row.board_column == Column.RETURNED else None
    return Facts(
        id=row.id,
        column=row.board_column,
        version=row.version,
        name=row.company or person,
        person=person if row.company else "",
        place=" ".join(filter(None, [row.department, row.title])),
        score=row.score,
        bant=row.bant_states,
        chips="" if reason else row.highlights,
        reason=reason.name if reason and row.handoff_state == Handoff.State.RETURNED else "",
        line=row.line,
        amount=row.amount,
        holder=holder,
        holder_team=team,
        role=role,
        due=int(row.attention_at.timestamp()) if row.attention_at.year < 9999 else 0,
        created=int(row.created_at.timestamp()),
    )


def named(row, drawing, clock):
    """(name, or "" where it stays hidden; team instead of a name; role) of whoever does the next step."""
    holder, team, role = holder_of(row, drawing.directory)
    if holder is None:
        return "", team.name if team else "", role
    if drawing.hides_late_names and clock.state == "over" and not _may_see_late(drawing.viewer, holder):
        return "", marks.team_name(holder.function), role
    return holder.name, "", role


def _may_see_late(viewer, holder):
    return permissions.can_see_lateness_of(getattr(viewer, "pk", viewer), holder.pk, holder.manager)


def holder_of(row, directory):
    """(Someone or None, their team's label where nobody is named yet, role): who does the next step."""
    if row.board_column == Column.HANDED_OVER:
        return directory.people.get(row.receiver), directory.units.get(row.receiving_unit), "answer"
    if row.board_column == Column.RETURNED and _waits_for_reply(row):
        return directory.people.get(row.sender), None, "reply"
    role = "next" if row.board_column == Column.TO_HAND_OVER else "carries"
    return directory.people.get(row.owner), None, role


ROLES = {
    "answer": lambda: pgettext("role", "Answers"),
    "reply": lambda: pgettext("role", "Replies"),
    "next": lambda: pgettext("role", "Next"),
    "carries": lambda: pgettext("role", "Carries"),
}


def _waits_for_reply(row):
    disputed = row.handoff_reply == Handoff.Reply.DISPUTE and row.settled_at is None
    return row.handoff_state == Handoff.State.RETURNED and (not row.handoff_reply or disputed)


def _chip_words(facts):
    """What the lead did, as short words; after a return its reason."""
    if facts.reason:
        return [facts.reason]
    return highlights.marks(json.loads(facts.chips)) if facts.chips else []


# -- The baton ------------------------------------------------------------------------------


def _baton_of(row, directory):
    """From whose team to whose."""
    owner, sender, receiver = (directory.people.get(pk) for pk in (row.owner, row.sender, row.receiver))
    if row.board_column == Column.HANDED_OVER:
        return _function(sender, MARKETING), _function(receiver, SALES)
    if row.board_column == Column.TO_HAND_OVER:
        return _function(owner, MARKETING), SALES
    if row.board_column == Column.RETURNED:
        return _function(receiver, SALES), _function(owner, MARKETING)
    if row.board_column == Column.WORKING:
        return _function(owner, SALES), _function(sender, MARKETING)
    return _function(owner, SALES), SUCCESS


def _function(someone, otherwise):
    return someone.function if someone is not None else otherwise


# -- The clock --------------------------------------------------------------------------------


def clock_of(row, drawing):
    """The clock that runs on a lead, or the day it is looked at next."""
    now = drawing.now
    if drawing.hides_clocks:
        return Clock()
    if row.paused_at is not None:
        return Clock("paused", text=_from_day(row.next_on, now), share=50)
    if row.due_at is not None:
        return _running(row, drawing)
    if row.stage == Lead.Stage.WON:
        return Clock("done", text=_day(row.won_on, now), share=100)
    if row.stage == Lead.Stage.NURTURING and row.wake_on is not None:
        return Clock("paused", text=gettext("look again %(day)s") % {"day": _day(row.wake_on, now)}, share=100)
    if row.next_on is not None:
        return Clock("next", text=_day(row.next_on, now), share=100)
    if row.stage == Lead.Stage.OPPORTUNITY:
        return Clock("next", text=pgettext("next step", "no date yet"), share=100)
    return Clock()


def _running(row, drawing):
    now = drawing.now
    state = "over" if now > row.due_at else "warn" if row.warn_at is not None and now >= row.warn_at else "ok"
    whole = (row.due_at - row.started_at).total_seconds()
    share = 100 if whole <= 0 else min(100, round(100 * (now - row.started_at).total_seconds() / whole))
    promise = drawing.directory.promises.get(row.promise)
    over = _counted_over(row, now, promise, drawing.directory) if state == "over" else None
    shown = promise is not None and row.board_column not in {Column.TO_HAND_OVER, Column.HANDED_OVER}
    return Clock(state, row.due_at, row.warn_at, over, promise.key if shown else "", share=max(0, share))


def _counted_over(row, now, promise, directory):
    """Minutes that counted since the due time, on the promise's own calendar; no more than is ever shown."""
    if now - row.due_at >= LONGEST * 6:
        return words.whole_minutes(LONGEST)
    version = (row.calendar, row.calendar_version)
    hours = next((one for one in directory.hours.values() if (one.calendar, one.version) == version), None)
    if hours is None:  # published within the last minute
        return words.whole_minutes(now - row.due_at)
    mode = promise.mode if promise is not None else business_time.Mode.BUSINESS
    return words.whole_minutes(business_time.elapsed(row.due_at, now, _hours(hours.digest, hours.content), mode=mode))


@functools.lru_cache(maxsize=64)
def _hours(_digest, content):
    """Published hours never change; their days are kept with them."""
    return calendar_spec.read(json.loads(content))


def _promise_words(key):
    return {
        "hand_over": pgettext("clock of", "hand-over"),
        "answer": pgettext("clock of", "answer"),
        "contact": pgettext("clock of", "first contact"),
        "result": pgettext("clock of", "result"),
        "reply": pgettext("clock of", "reply"),
    }.get(key, "")


def _day(on, now):
    return words.day(on, today=timezone.localdate(now), weekday=False) if on else ""


def _from_day(on, now):
    return gettext("from %(at)s") % {"at": _day(on, now)} if on else ""
