from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead
from portal.models import Person


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

    MOST = 200  # cards above one that is put somewhere
    STEP = 1024.0
    CLOSEST = 1e-6

    person = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="+")
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="+")
    position = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_position_per_card", fields=["person", "lead"])]
        indexes = [models.Index(name="card_order", fields=["person", "position", "lead"])]

    def __str__(self):
        return f"{self.lead_id} @ {self.position}"

    @classmethod
    @transaction.atomic
    def put(cls, lead, *, person, above):
        """Put a lead below the leads `above` (keys of its column, from the top) and above all others placed before.

        Those above that had no place get one, so that they stay above whatever their due times do.
        """
        Person.objects.select_for_update().get(pk=person.pk)  # two windows of one person take turns
        placed = dict(cls.objects.filter(person=person).order_by("position", "lead_id").values_list("lead", "position"))
        placed.pop(lead.pk, None)
        between = cls._gap(placed, above)
        if between is not None:
            cls._store(person, {lead.pk: between})
            return
        present = Lead.objects.filter(pk__in=above).values_list("pk", flat=True)
        first = [*(pk for pk in dict.fromkeys(above) if pk in set(present) and pk != lead.pk), lead.pk]
        order = [*first, *(pk for pk in placed if pk not in set(first))]
        cls._store(person, {pk: n * cls.STEP for n, pk in enumerate(order)})

    @classmethod
    def _gap(cls, placed, above):
        """The middle of the gap below the last of those above; None where all must be numbered anew."""
        places = [placed.get(pk) for pk in above]
        if None in places or places != sorted(set(places)):
            return None
        last = places[-1] if places else min(placed.values(), default=0.0) - 2 * cls.STEP
        below = [place for place in placed.values() if place > last]
        middle = (last + min(below)) / 2 if below else last + cls.STEP
        return middle if middle - last > cls.CLOSEST else None

    @classmethod
    def _store(cls, person, places):
        rows = [cls(person=person, lead_id=pk, position=place) for pk, place in places.items()]
        cls.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["person", "lead"], update_fields=["position"]
        )
