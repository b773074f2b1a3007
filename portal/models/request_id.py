from django.db import models


class RequestId(models.Model):
    """That a form with this one-time id was carried out: the same id again does nothing."""

    person = models.ForeignKey("portal.Person", on_delete=models.CASCADE, related_name="+")
    token = models.UUIDField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_request_per_id", fields=["person", "token"])]

    def __str__(self):
        return str(self.token)
