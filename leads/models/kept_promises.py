from django.db import models


class KeptPromises(models.Model):
    """The figures above the board as they were last counted: one row, renewed by the minute's sweep.

    Kept in the database, not in a cache, so that no page ever counts them while somebody waits.
    """

    figures = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="kept_promises_is_one_row", condition=models.Q(pk=1))]

    def __str__(self):
        return f"{self.counted_at:%Y-%m-%d %H:%M}"
