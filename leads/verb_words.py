"""A function a verb: (entry, story, names) → what it says. `leads.entry_words` knows who asks."""

import dataclasses
import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Activity, Bant, Handoff, Lead, Reason
from portal import words


@dataclasses.dataclass(frozen=True)
class Said:
    """An entry in words: the lead's name goes into the headline, the sentence does without."""

    headline: str
    sentence: str
    detail: str = ""
    is_quote: bool = False
    icon: str = ""


def _handed_over(entry, story, names):
    handoff = story.about(entry)
    return Said(
        _("%(who)s handed over %(lead)s") % names,
        _("%(who)s handed over to %(to)s") % names,
        handoff.memo if handoff else "",
        is_quote=True,
    )


def _accepted(entry, story, names):
    return Said(_("%(who)s accepted %(lead)s") % names, _("%(who)s accepted") % names)


def _returned(entry, story, names):
    handoff = story.about(entry)
    reason = handoff.return_reason.label if handoff and handoff.return_reason else ""
    line = handoff.line if handoff else ""
    return Said(
        _("%(who)s returned %(lead)s") % names,
        _("%(who)s returned it: %(reason)s") % {**names, "reason": reason},
        line or reason,
        is_quote=bool(line),
    )


def _withdrawn(entry, story, names):
    return Said(
        _("%(who)s took back the hand-off of %(lead)s") % names,
        _("%(who)s took the hand-off back") % names,
        entry.data.get("why", ""),
        is_quote=True,
    )


def _replied(entry, story, names):
    handoff = story.about(entry)
    line = handoff.reply_line if handoff else ""
    if entry.data.get("reply") == Handoff.Reply.DISPUTE:
        said = _("%(who)s sees the return of %(lead)s differently"), _("%(who)s sees the return differently")
    else:
        said = _("%(who)s agrees to the return of %(lead)s"), _("%(who)s agrees to the return")
    return Said(said[0] % names, said[1] % names, line, is_quote=True)


def _settled(entry, story, names):
    return Said(
        _("The return of %(lead)s has been talked over") % names,
        _("%(who)s: the return has been talked over") % names,
        entry.data.get("line", ""),
        is_quote=True,
    )


def _contacted(entry, story, names):
    activity = story.about(entry)
    outcome = Activity.Outcome(entry.data["outcome"]).label if entry.data.get("outcome") else ""
    told = {**names, "outcome": outcome, "channel": Activity.Kind(entry.data["channel"]).label}
    return Said(
        _("%(lead)s: %(who)s made contact (%(outcome)s)") % told,
        _("%(channel)s: %(outcome)s (%(who)s)") % told,
        activity.detail if activity else "",
        is_quote=True,
    )


RESULTS = {
    "opportunity": (gettext_lazy("%(lead)s is now an opportunity"), gettext_lazy("%(who)s made it an opportunity")),
    "nurture": (gettext_lazy("%(lead)s goes back to nurturing"), gettext_lazy("%(who)s gave it back to nurturing")),
    "disqualify": (gettext_lazy("%(lead)s is disqualified"), gettext_lazy("%(who)s disqualified it")),
}


def _resulted(entry, story, names):
    headline, sentence = RESULTS[entry.data["result"]]
    kind = {"nurture": Reason.Kind.NURTURE, "disqualify": Reason.Kind.DISQUALIFY}.get(entry.data["result"])
    note, reason = entry.data.get("note", ""), story.reason(kind, entry.data.get("reason")) if kind else ""
    return Said(headline % names, sentence % names, note or reason, is_quote=bool(note))


def _won(entry, story, names):
    amount = entry.data.get("amount")
    told = {**names, "amount": words.money(amount)}
    return Said(_("%(lead)s is won (%(amount)s)") % told, _("%(who)s won it (%(amount)s)") % told, icon="check")


def _lost(entry, story, names):
    reasons = [story.reason(Reason.Kind.LOSS, code) for code in entry.data.get("reasons", [])]
    return Said(_("%(lead)s is lost") % names, _("%(who)s recorded the loss") % names, words.listed(reasons))


def _recycled(entry, story, names):
    return Said(
        _("%(who)s moved %(lead)s back to nurturing") % names,
        _("%(who)s moved it back to nurturing") % names,
        entry.data.get("why", ""),
        is_quote=True,
    )


def _reassigned(entry, story, names):
    return Said(
        _("%(lead)s is now with %(to)s") % names,
        _("%(who)s gave it to %(to)s") % names,
        entry.data.get("why", ""),
        is_quote=True,
    )


def _paused(entry, story, names):
    told = {**names, "day": _day(entry.data.get("until"))}
    return Said(
        _("%(lead)s waits until %(day)s") % told,
        _("%(who)s stopped the clocks until %(day)s") % told,
        entry.data.get("why", ""),
        is_quote=True,
        icon="pause",
    )


def _resumed(entry, story, names):
    if entry.by_id is None:
        return Said(_("%(lead)s goes on") % names, _("The day named has come: the clocks run again"))
    return Said(_("%(lead)s goes on") % names, _("%(who)s started the clocks again") % names)


def _time_asked(entry, story, names):
    told = names | _promise_and_span(entry, story)
    return Said(
        _("%(who)s asks for more time for %(lead)s (%(span)s)") % told,
        _("%(who)s asked for %(span)s more for “%(promise)s”") % told,
        icon="clock",
    )


def _time_granted(entry, story, names):
    told = names | _promise_and_span(entry, story)
    return Said(
        _("%(who)s gave %(span)s more for %(lead)s") % told,
        _("%(who)s gave %(span)s more for “%(promise)s”") % told,
        icon="clock",
    )


def _time_declined(entry, story, names):
    told = names | _promise_and_span(entry, story)
    return Said(
        _("%(who)s keeps the time agreed for %(lead)s") % told,
        _("%(who)s kept the time agreed for “%(promise)s”") % told,
        icon="clock",
    )


def _promise_and_span(entry, story):
    clock = story.about(entry)
    promise = clock.commitment.get_key_display() if clock else ""
    return {"promise": promise, "span": words.span(entry.data.get("minutes", 0))}


def _learned(entry, story, names):
    told = {
        **names,
        "part": Bant.Part(entry.data["part"]).label,
        "state": Bant.State(entry.data["state"]).label,
    }
    return Said(_("%(lead)s: %(part)s is %(state)s") % told, _("%(who)s recorded %(part)s: %(state)s") % told)


def _noted(entry, story, names):
    note = story.about(entry)
    text = note.text if note and note.removed_at is None else ""
    return Said(
        _("%(who)s mentioned you in a note on %(lead)s") % names, _("%(who)s wrote a note") % names, text, is_quote=True
    )


def _thanked(entry, story, names):
    thanks = story.about(entry)
    return Said(
        _("%(who)s thanks you for %(lead)s") % names,
        _("%(who)s thanked %(to)s") % names,
        thanks.line if thanks else "",
        is_quote=True,
        icon="heart",
    )


def _woken(entry, story, names):
    return Said(
        _("It is time to look at %(lead)s again") % names, _("The agreed day to look again has come"), icon="cal"
    )


def _reconsidered(entry, story, names):
    return Said(_("New facts about %(lead)s came in") % names, _("New facts came in with a file"), icon="doc")


def _undone(entry, story, names):
    return Said(_("%(who)s took back a step on %(lead)s") % names, _("%(who)s took the last step back") % names)


def _added(entry, story, names):
    return Said(_("%(who)s added %(lead)s") % names, _("%(who)s added this lead") % names)


def _edited(entry, story, names):
    fields = words.listed(str(Lead._meta.get_field(name).verbose_name) for name in entry.data.get("fields", []))
    return Said(_("%(who)s edited %(lead)s") % names, _("%(who)s edited the master data") % names, fields)


def _warned(entry, story, names):
    told = names | _promise_and_due(entry, story)
    return Said(
        _("%(lead)s: “%(promise)s” is due %(due)s") % told, _("“%(promise)s” is due %(due)s") % told, icon="tri"
    )


def _breached(entry, story, names):
    told = names | _promise_and_due(entry, story)
    return Said(
        _("%(lead)s: the time for “%(promise)s” has passed") % told,
        _("The time for “%(promise)s” passed (%(due)s)") % told,
        icon="dia",
    )


def _clock_moved(entry, story, names):
    told = names | _promise_and_due(entry, story)
    return Said(
        _("%(lead)s: “%(promise)s” is now due %(due)s") % told,
        _("%(who)s changed the business hours: “%(promise)s” is now due %(due)s") % told,
    )


def _promise_and_due(entry, story):
    clock = story.about(entry)
    due = datetime.datetime.fromisoformat(entry.data["due_at"])
    return {
        "promise": clock.commitment.get_key_display() if clock else "",
        "due": words.instant(due, now=timezone.now()),
    }


def _day(text):
    return words.day(datetime.date.fromisoformat(text), today=timezone.localdate()) if text else ""


VERBS = {
    "lead.added": _added,
    "lead.edited": _edited,
    "lead.learned": _learned,
    "lead.noted": _noted,
    "lead.handed_over": _handed_over,
    "handoff.accepted": _accepted,
    "handoff.returned": _returned,
    "handoff.withdrawn": _withdrawn,
    "handoff.replied": _replied,
    "handoff.settled": _settled,
    "lead.contacted": _contacted,
    "lead.resulted": _resulted,
    "lead.won": _won,
    "lead.lost": _lost,
    "lead.recycled": _recycled,
    "lead.reassigned": _reassigned,
    "lead.paused": _paused,
    "lead.resumed": _resumed,
    "lead.thanked": _thanked,
    "lead.woken": _woken,
    "lead.reconsidered": _reconsidered,
    "lead.undone": _undone,
    "clock.moved": _clock_moved,
    "clock.time_asked": _time_asked,
    "clock.time_granted": _time_granted,
    "clock.time_declined": _time_declined,
    "clock.warned": _warned,
    "clock.breached": _breached,
}
