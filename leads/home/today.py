"""The three questions of a day, asked in three queries: who waits for me, whom I wait for, what I promised."""

from functools import cached_property

from django.db.models import Count, F, Q, Window
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import permissions
from leads.home.rows import Line, Wait, link
from leads.models import Handoff, Lead, TimeRequest
from portal.models import Person

AT_MOST = 100
SHOWN = 6


def of(request):
    """Asked once a request, however many panels show a part of it."""
    if not hasattr(request, "leads_today"):
        request.leads_today = Today(request.user, timezone.now())
    return request.leads_today


def head(request):
    """One sentence on what is first, and the next thing to do."""
    mine = of(request)
    if request.user.side is None and not mine.waits:
        return None
    action = {}
    if request.user.function in permissions.HANDING_OVER and (board := link("leads:board")):
        action = {"url": f"{board}#to_hand_over", "action": _("Make a hand-off")}
    sentence = {"sentence": _sentence(mine)} if mine.waits or mine.promised_count else {}
    return {**sentence, **action} or None


def _sentence(mine):
    if mine.waits:
        n = len(mine.waits)
        told = ngettext("%(n)d thing waits for your answer.", "%(n)d things wait for your answer.", n) % {"n": n}
        first = _("Begin with %(company)s; a single word helps.") % {"company": mine.waits[0].company}
        return _("%(told)s %(first)s") % {"told": told, "first": first}
    n = mine.promised_count
    told = ngettext(
        "Nobody waits for you. You have promised %(n)d thing.",
        "Nobody waits for you. You have promised %(n)d things.",
        n,
    )
    return told % {"n": n}


class Today:
    """A person's day at an instant; everything is fetched when it is first looked at."""

    def __init__(self, person, at):
        self.person, self.at = person, at

    @cached_property
    def waits(self) -> list[Wait]:
        """What this person is to answer: offers to them, returns to reply to, requests for more time."""
        offers = [Wait.of_offer(one, self.at) for one in self._handoffs if self._is_mine_to_answer(one)]
        replies = [Wait.of_return(one, self.at) for one in self._handoffs if self._is_mine_to_reply(one)]
        times = [Wait.of_time(one, self.at) for one in self._time_requests if one.by_id != self.person.pk]
        me = self.person.pk
        talks = [
            Wait.of_dispute(one, self.person) for one in self._disputed if me in {one.sender_id, one.answered_by_id}
        ]
        return _first_one_stands_out(sorted([*offers, *replies, *times, *talks], key=lambda row: row.order))

    @cached_property
    def for_team(self) -> int:
        """How many more offers anyone of the team may answer."""
        return sum(self._is_offered_to_team(one) and not self._is_mine_to_answer(one) for one in self._handoffs)

    @cached_property
    def waited_for(self) -> list[Line]:
        """What others are to answer this person."""
        me = self.person.pk
        offers = [
            Line.of_offer(one, self.at) for one in self._handoffs if one.sender_id == me and one.state == "offered"
        ]
        returns = [
            Line.of_return(one, self.at)
            for one in self._handoffs
            if one.answered_by_id == me and one.state == "returned" and not one.reply
        ]
        times = [Line.of_time(one, self.at) for one in self._time_requests if one.by_id == me]
        return sorted([*offers, *returns, *times], key=lambda line: line.order)

    @cached_property
    def promised(self) -> list[Line]:
        """What this person has promised: the leads they carry with a clock or a next step, nearest first."""
        return [Line.of_promise(lead, self.at) for lead in self._carried]

    @cached_property
    def disputes(self):
        """Returns of this manager's people on which both sides still see things differently."""
        me = self.person.pk
        return [one for one in self._disputed if me in {one.sender.manager_id, one.answered_by.manager_id}]

    @property
    def _disputed(self):
        return [one for one in self._handoffs if one.state == "returned" and one.is_disputed]

    @property
    def promised_count(self) -> int:
        return self._carried[0].total if self._carried else 0

    @cached_property
    def _handoffs(self):
        """The open hand-offs and returns that concern this person, on whichever end; one query."""
        me, unit = self.person.pk, self.person.unit_id
        offered = Q(state="offered") & (Q(receiver=me) | Q(sender=me))
        returned = Q(state="returned", settled_at=None) & (Q(sender=me) | Q(answered_by=me))
        if unit is not None:
            offered |= Q(state="offered", receiving_unit=unit)
            returned |= Q(state="returned", settled_at=None, reply="", sending_unit=unit)
        if self.person.is_manager:
            reports = Person.objects.filter(manager=me).values("pk")
            disputed = Q(state="returned", settled_at=None, reply=Handoff.Reply.DISPUTE)
            returned |= disputed & (Q(sender__in=reports) | Q(answered_by__in=reports))
        rows = Handoff.objects.filter(offered | returned, undone_at=None, lead__removed_at=None, lead__handoff=F("pk"))
        joins = (
            "lead__company", "lead__next_clock__commitment", "lead__next_clock__calendar", "sender", "receiver",
            "receiving_unit", "sending_unit", "answered_by", "return_reason",
        )  # fmt: skip
        return list(rows.select_related(*joins).order_by("lead__attention_at", "pk")[:AT_MOST])

    @cached_property
    def _time_requests(self):
        """Open requests for more time: this person's own, and those about promises made to them; one query."""
        me = self.person
        to_me = Q(clock__handoff__sender=me) | Q(clock__handoff__answered_by=me)
        others = to_me & ~Q(clock__commitment__side=me.side or "") if me.side else Q(pk=None)
        rows = TimeRequest.objects.filter(Q(by=me) | others, state="open", clock__stopped_at=None)
        joins = (
            "by",
            "clock__commitment",
            "clock__calendar",
            "clock__lead__company",
            "clock__handoff__sender",
            "clock__unit",
        )
        return list(rows.select_related(*joins).order_by("at")[:AT_MOST])

    @cached_property
    def _carried(self):
        due = Q(next_clock__isnull=False) & ~Q(next_clock__commitment__key="reply")
        rows = Lead.objects.present().carried_by(self.person).filter(due | Q(next_on__isnull=False))
        rows = rows.exclude(stage=Lead.Stage.HANDED_OVER).annotate(total=Window(Count("pk")))
        joins = ("company", "next_clock__commitment", "next_clock__calendar", "handoff__sender")
        return list(rows.select_related(*joins).order_by("attention_at", "pk")[:SHOWN])

    def _is_mine_to_answer(self, handoff):
        if handoff.state != "offered":
            return False
        to_team = handoff.receiver_id is None and self._is_offered_to_team(handoff)
        return handoff.receiver_id == self.person.pk or to_team

    def _is_offered_to_team(self, handoff):
        unit = self.person.unit_id
        return handoff.state == "offered" and unit is not None and handoff.receiving_unit_id == unit

    def _is_mine_to_reply(self, handoff):
        """The sender replies; for one who is away anyone of their unit does."""
        if handoff.state != "returned" or handoff.reply:
            return False
        away = not handoff.sender.can_work(timezone.localdate(self.at))
        return handoff.sender_id == self.person.pk or (away and handoff.sending_unit_id == self.person.unit_id)


def _first_one_stands_out(waits):
    """In a list only the most urgent row has the primary button."""
    if waits:
        waits[0].is_first = True
    return waits
