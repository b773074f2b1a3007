"""A win belongs to everybody who ran: who brought the lead, warmed it, called, closed it."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from leads.models.note import Thanks
from portal.models import Entry, Person
from portal.refusals import Refusal


class Thanking(models.Model):
    class Meta:
        abstract = True

    @transaction.atomic
    def thank(self, *, to, by, at, line=""):
        """A thank-you from one colleague to another for this lead; a second tap changes nothing."""
        if to.pk == by.pk:
            raise Refusal(_("Thanks go to somebody else."), status=422)
        if to.pk not in self.runners():
            raise Refusal(_("%(name)s has not carried this lead.") % {"name": to}, status=422)
        thanks, is_new = Thanks.objects.get_or_create(
            lead=self, to=to, by=by, defaults={"at": at, "line": line.strip()}
        )
        if is_new:
            Entry.record("lead.thanked", self, about=thanks, by=by, at=at, data={"to": to.pk})
        return thanks

    def relay(self):
        """[(leg, person)] in the order they ran: "brought", "warmed", "called", "closed"; each person once a leg."""
        legs = self.legs()
        people = Person.objects.in_bulk({pk for _leg, pk in legs})
        return [(leg, people[pk]) for leg, pk in legs]

    def legs(self):
        """The relay with the keys of its people."""
        handoffs = list(self.handoffs.filter(state="accepted", undone_at=None).order_by("offered_at", "id"))
        brought = self.campaign.owner_id if self.campaign_id and self.campaign else None
        legs = [("brought", brought or self._adder())]
        legs += [("warmed", handoff.sender_id) for handoff in handoffs]
        callers = self.activities.filter(removed_at=None, by__isnull=False).exclude(outcome="").order_by("at", "id")
        legs += [("called", pk) for pk in callers.values_list("by", flat=True)]
        closer = self.opportunities.present().filter(state="won").values_list("owner", flat=True).first()
        legs += [("closed", closer)]
        return list(dict.fromkeys((leg, pk) for leg, pk in legs if pk is not None))

    def runners(self):
        """Keys of everybody who had a part in this lead."""
        return {pk for _leg, pk in self.legs()} | {self.owner_id} - {None}

    def _adder(self):
        first = Entry.objects.about(self).filter(verb="lead.added").order_by("id").first()
        return first.by_id if first else None
