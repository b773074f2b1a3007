from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.models.entry import Entry

AWAY = ("away_from", "away_to", "stand_in_id")
GONE = ("left_on", "is_active")


class Presence(models.Model):
    """Whether somebody is there: away with a stand-in, or gone. Nobody who is either is given work."""

    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_to = models.DateField(_("away to"), null=True, blank=True)
    stand_in = models.ForeignKey(
        "self",
        verbose_name=_("stand-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stands_in_for",
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)

    class Meta:
        abstract = True

    @transaction.atomic
    def keep(self, *, by, at):
        """Save what was changed: the history has every field, the trail whether the person is there."""
        before = type(self).objects.select_for_update().get(pk=self.pk)
        self.save()
        if self._differs(before, AWAY):
            verb = "person.away" if self.away_from else "person.back"
            data = {"from": self.away_from, "to": self.away_to, "stand_in": self.stand_in_id}
            Entry.record(verb, self, by=by, at=at, data=data)
        if self._differs(before, GONE):
            gone = self.left_on is not None or not self.is_active
            data = {"on": self.left_on, "may_sign_in": self.is_active}
            Entry.record("person.left" if gone else "person.rejoined", self, by=by, at=at, data=data)

    def is_away(self, on):
        return bool(self.away_from and self.away_from <= on and (self.away_to is None or on <= self.away_to))

    def has_left(self, on):
        return self.left_on is not None and self.left_on <= on

    @property
    def is_here(self):
        """Has not left and is not about to leave."""
        return self.is_active and self.left_on is None

    def can_work(self, on):
        return self.is_here and not self.is_away(on)

    def _differs(self, other, names):
        return any(getattr(self, name) != getattr(other, name) for name in names)
