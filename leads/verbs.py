"""What this person can do with this lead now, for menus, boards and pages; the models have the last word.

`available` lists the verbs; `for_move` says which of them a move to a board column means. Both only read.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import permissions
from leads.models import Lead
from portal.models import Person

Stage, Column = Lead.Stage, Lead.Column
NEVER_WORKED = {Stage.HANDED_OVER, Stage.WON, Stage.NURTURING}


@dataclasses.dataclass(frozen=True)
class Verb:
    """Something to do: posted at once where it takes one tap, else its URL gives a dialog (a page without script)."""

    code: str
    label: Any
    url: str
    one_tap: bool = False
    is_page: bool = False  # its form is a page of its own
    icon: str = ""
    key: str = ""  # keyboard, on the card or page that has the focus
    is_main: bool = False  # the step that the lead is waiting for

    @property
    def is_dialog(self) -> bool:
        return not (self.one_tap or self.is_page)


def available(lead: Lead, person: Person) -> list[Verb]:
    """In the order of a menu: the step that is waited for first."""
    if lead.removed_at is not None:
        return []
    return [*_answering(lead, person), *_carrying(lead, person), *_passing(lead, person), *_knowing(lead, person)]


def find(lead: Lead, person: Person, code: str) -> Verb | None:
    return next((verb for verb in available(lead, person) if verb.code == code), None)


def for_move(lead: Lead, person: Person, column: str) -> Verb | str:
    """The verb that moving this lead to a board column means, or a sentence why there is none."""
    if column == lead.board_column:
        return _("It already stands there.")
    for code in _codes_of_move(lead, column):
        if verb := find(lead, person, code):
            return _with_result(verb, column)
    return _why_not(lead, person, column)


# -- Who can do what --------------------------------------------------------------------------


def _answering(lead: Lead, person: Person) -> Iterator[Verb]:
    handoff = lead.handoff
    if handoff is None:
        return
    if handoff.state == handoff.State.OFFERED:
        if permissions.can_answer(person, handoff):
            yield Verb(
                "accept",
                _("Accept"),
                _url("handoff-acceptance", handoff),
                one_tap=True,
                icon="check",
                key="r",
                is_main=True,
            )
            yield Verb("return", _("Return with a reason"), _url("handoff-return", handoff), icon="back")
        if permissions.can_withdraw(person, handoff):
            yield Verb("withdraw", _("Withdraw the hand-off"), _url("handoff-withdrawal", handoff), icon="x")
    if handoff.state == handoff.State.RETURNED:
        if not handoff.reply and permissions.can_reply(person, handoff):
            yield Verb(
                "reply", _("Reply to the return"), _url("handoff-reply", handoff), icon="talk", key="r", is_main=True
            )
        if handoff.is_disputed and permissions.can_settle(person, handoff):
            yield Verb(
                "settle", _("We have talked about it"), _url("handoff-settlement", handoff), icon="check", is_main=True
            )


def _carrying(lead: Lead, person: Person) -> Iterator[Verb]:
    clock = lead.next_clock
    if permissions.can_carry(person, lead):
        if lead.stage in {Stage.WORKING, Stage.OPPORTUNITY}:
            yield Verb(
                "contact",
                _("Record a contact"),
                _url("lead-contact", lead),
                icon="phone",
                key="c",
                is_main=lead.stage == Stage.WORKING,
            )
        if lead.stage == Stage.WORKING:
            yield Verb("result", _("Record the result"), _url("lead-result", lead), icon="check", key="e")
        if lead.stage == Stage.OPPORTUNITY:
            yield Verb("win", _("Won"), _url("lead-win", lead), icon="check", is_main=True)
            yield Verb("lose", _("Lost"), _url("lead-loss", lead), icon="x")
        if lead.stage in {Stage.WORKING, Stage.OPPORTUNITY} and clock is not None:
            if clock.paused_at is None:
                yield Verb("pause", _("Pause the clocks"), _url("lead-pause", lead), icon="pause")
            else:
                yield Verb(
                    "resume", _("Let the clocks go on"), _url("lead-resumption", lead), one_tap=True, icon="clock"
                )
    if clock is not None:
        yield from _time(lead, clock, person)


def _time(lead: Lead, clock: Any, person: Person) -> Iterator[Verb]:
    may_ask = permissions.can_ask_for_time(person, lead, clock)
    may_grant = permissions.can_grant_time(person, clock)
    if not (may_ask or may_grant):
        return
    waiting = clock.time_asked_for
    if waiting is None and may_ask and clock.paused_at is None:
        yield Verb("ask_for_time", _("Talk about the time"), _url("time-request-new", lead), icon="clock")
    elif waiting is not None and may_grant:
        yield Verb(
            "answer_time",
            _("Answer the request for time"),
            _url("time-request-answer", waiting),
            icon="clock",
            is_main=True,
        )


def _passing(lead: Lead, person: Person) -> Iterator[Verb]:
    carries = permissions.can_carry(person, lead)
    if lead.stage == Stage.NURTURING and permissions.can_hand_over(person, lead):
        main = lead.board_column == Column.TO_HAND_OVER
        yield Verb("hand_over", _("Hand over"), _url("handoff-new", lead), icon="right", key="h", is_main=main)
    elif lead.stage == Stage.WORKING and carries:
        yield Verb("hand_over", _("Pass on"), _url("handoff-new", lead), icon="right", key="h")
    if lead.stage not in NEVER_WORKED and permissions.can_recycle(person, lead):
        yield Verb("recycle", _("Back to nurturing"), _url("lead-recycling", lead), icon="back")
    if lead.stage == Stage.NURTURING and permissions.can_recycle(person, lead):
        yield Verb("recycle", _("Choose when to look again"), _url("lead-recycling", lead), icon="cal")
    if permissions.can_reassign(person, lead):
        yield Verb("reassign", _("Give to somebody else"), _url("lead-assignment", lead), icon="key")


def _knowing(lead: Lead, person: Person) -> Iterator[Verb]:
    if permissions.can_edit(person, lead):
        yield Verb("learn", _("Write down BANT"), _url("lead-bant", lead), icon="doc")
        yield Verb("note", _("Write a note"), _url("lead-notes", lead), icon="talk", key="n")
        yield Verb("edit", _("Edit contact details"), _url("lead-edit", lead), is_page=True, icon="gear")


# -- What a move means ----------------------------------------------------------------------------

MOVES: dict[str, dict[str, list[str]]] = {
    Column.HANDED_OVER: {Stage.NURTURING: ["hand_over"], Stage.WORKING: ["hand_over"]},
    Column.WORKING: {Stage.HANDED_OVER: ["accept"]},
    Column.OPPORTUNITY: {Stage.WORKING: ["result"]},
    Column.WON: {Stage.OPPORTUNITY: ["win"]},
    Column.RETURNED: {
        Stage.HANDED_OVER: ["return", "withdraw"],
        Stage.WORKING: ["result", "recycle"],
        Stage.OPPORTUNITY: ["recycle"],
        Stage.NURTURING: ["recycle"],
    },
    Column.TO_HAND_OVER: {Stage.HANDED_OVER: ["withdraw", "return"]},
}
RESULT_OF: dict[str, str] = {Column.OPPORTUNITY: "opportunity", Column.RETURNED: "nurture"}

ONLY_FROM: dict[str, Any] = {
    Column.HANDED_OVER: gettext_lazy("Only a lead in nurturing, or one you are working on, can be handed over."),
    Column.WORKING: gettext_lazy("A lead comes here when its receiver accepts the hand-off. Hand it over first."),
    Column.OPPORTUNITY: gettext_lazy(
        "An opportunity is the result of working a lead. Accept it and record the result first."
    ),
    Column.WON: gettext_lazy("A win follows an opportunity. Record the result first."),
    Column.RETURNED: gettext_lazy("This lead is closed. Open it to take it up again."),
    Column.TO_HAND_OVER: gettext_lazy("A lead comes here by itself as soon as it meets the lead definition."),
}


def _codes_of_move(lead: Lead, column: str) -> list[str]:
    return MOVES.get(column, {}).get(lead.stage, [])


def _with_result(verb: Verb, column: str) -> Verb:
    if verb.code != "result":
        return verb
    return dataclasses.replace(verb, url=f"{verb.url}?result={RESULT_OF[column]}")


def _why_not(lead: Lead, person: Person, column: str) -> str:
    codes = _codes_of_move(lead, column)
    if not codes:
        return str(ONLY_FROM.get(column, _("There is no such column.")))
    if lead.stage == Stage.HANDED_OVER and (handoff := lead.handoff):
        return _("%(name)s's team answers this hand-off.") % {"name": handoff.receiver or handoff.receiving_unit}
    if codes == ["hand_over"] and lead.stage == Stage.NURTURING:
        return _("Handing over is for Marketing, Inside Sales, Customer Success and the lead's owner.")
    if codes == ["recycle"]:
        return _("Only the four teams can move leads.")
    return _("%(name)s carries this lead and does this.") % {"name": lead.owner}


def _url(name: str, record: Any) -> str:
    return reverse(f"leads:{name}", args=[record.pk])
