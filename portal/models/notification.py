from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet):
    def told_to(self, person):
        """Newest first, with their entries."""
        return self.filter(person=person).select_related("entry")

    def before(self, at, pk):
        """What follows a position in the list; everything where there is none."""
        if at is None:
            return self
        return self.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))

    def unread(self):
        return self.filter(read_at=None)

    def read(self, at):
        """Mark all of these as read; how many there were."""
        return self.unread().update(read_at=at)


class Notification(models.Model):
    """That a person should know of an entry; read when they say so."""

    person = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="notifications")
    entry = models.ForeignKey("portal.Entry", on_delete=models.CASCADE, related_name="notifications")
    why = models.CharField(_("why it concerns you"), max_length=40)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(name="told_once", fields=["person", "entry"])]
        indexes = [
            models.Index(name="notification_list", fields=["person", "-at", "-id"]),
            models.Index(name="notification_unread", fields=["person"], condition=Q(read_at=None)),
        ]

    def __str__(self):
        return f"{self.person_id} ← {self.entry_id}"

    @property
    def position(self):
        """Where it stands in the list, for the address of what follows."""
        return f"{self.at.isoformat()},{self.pk}"
