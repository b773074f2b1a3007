from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet):
    def for_person(self, person):
        """One's own and the shared ones."""
        return self.filter(Q(owner=person) | Q(is_shared=True))


class SavedView(models.Model):
    """A set of filters somebody keeps under a name; theirs alone unless shared."""

    owner = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    is_shared = models.BooleanField(_("shared with everyone"), default=False)
    query = models.CharField(_("conditions"), max_length=1000, blank=True)
    layout = models.CharField(max_length=10, default="board")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["is_shared", "name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(name="one_saved_view_per_name", fields=["owner", "layout", "name"])]

    def __str__(self):
        return self.name


class CardPosition(models.Model):
    """Where a person put a card in their own order; smaller stands higher."""

    person = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="+")
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    position = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_position_per_card", fields=["person", "lead"])]
        indexes = [models.Index(name="card_order", fields=["person", "position", "lead"])]

    def __str__(self):
        return f"{self.lead_id} @ {self.position}"
