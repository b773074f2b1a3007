import dataclasses

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Person
from portal.refusals import Refusal


@dataclasses.dataclass(frozen=True)
class Choice:
    """Who receives a hand-off, for which team, and the reason: {"why": code, …} of references."""

    person: Person | None
    unit: object
    why: dict


class Rotation(models.Model):
    """Whose turn it is in a team: hand-offs to the team go round, so that arrivals spread."""

    unit = models.OneToOneField("portal.OrgUnit", on_delete=models.CASCADE, related_name="rotation")
    last = models.ForeignKey("portal.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")

    def __str__(self):
        return str(self.unit)

    @classmethod
    def named(cls, person, at):
        """A hand-off to somebody by name; their stand-in where they are away."""
        day = timezone.localdate(at)
        if person.can_work(day):
            return Choice(person, person.unit, {"why": "named"})
        stand_in = person.stand_in
        if stand_in is not None and stand_in.can_work(day):
            return Choice(stand_in, stand_in.unit, {"why": "stand_in", "for": person.pk})
        raise Refusal(
            _("%(name)s is away and has no stand-in. Choose somebody else or the team.") % {"name": person}, status=422
        )

    @classmethod
    def choose(cls, unit, at, *, but=None):
        """Next in turn under a lock, skipping whoever left, is inactive or away; nobody there: the team as such.

        `but` is the sender, whose turn it never is.
        """
        rotation, _created = cls.objects.select_for_update().get_or_create(unit=unit)
        members = unit.people.exclude(pk=but.pk) if but is not None else unit.people
        team = list(members.working(timezone.localdate(at)).order_by("pk"))
        if not team:
            return Choice(None, unit, {"why": "nobody_there"})
        after = [person for person in team if rotation.last_id is not None and person.pk > rotation.last_id]
        person = after[0] if after else team[0]
        rotation.last = person
        rotation.save(update_fields=["last"])
        skipped = members.here().count() - len(team)
        return Choice(person, unit, {"why": "turn", "of": len(team), "away": skipped})
