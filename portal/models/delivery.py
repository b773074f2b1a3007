from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeliveryQuerySet(models.QuerySet):
    def due(self, at):
        """What waits to be handed on, oldest first."""
        return self.filter(done_at=None, given_up_at=None, next_at__lte=at).order_by("next_at", "id")

    def waiting(self):
        """What is neither done nor given up."""
        return self.filter(done_at=None, given_up_at=None)

    def given_up(self):
        """What failed too often; an administrator decides."""
        return self.filter(given_up_at__isnull=False)

    def try_again(self, at):
        """How many are due once more."""
        return self.update(given_up_at=None, attempts=0, next_at=at)


class Delivery(models.Model):
    """That one consumer must hear of one entry. The database is the queue of record."""

    entry = models.ForeignKey(
        "portal.Entry", verbose_name=_("trail entry"), on_delete=models.CASCADE, related_name="deliveries"
    )
    consumer = models.CharField(_("consumer"), max_length=40)
    next_at = models.DateTimeField(_("next try at"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(name="one_delivery_per_consumer", fields=["entry", "consumer"])]
        indexes = [
            models.Index(name="delivery_due", fields=["next_at", "id"], condition=Q(done_at=None, given_up_at=None)),
            models.Index(name="delivery_given_up", fields=["given_up_at"], condition=Q(given_up_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.consumer} ← {self.entry_id}"
