from django.db import models


class JobSlot(models.Model):
    """The right to run a scheduled job once in one span of time; whoever inserts the row has it."""

    job = models.CharField(max_length=100)
    slot = models.BigIntegerField()
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_run_per_job_and_slot", fields=["job", "slot"])]
        indexes = [models.Index(name="job_slot_claimed_at", fields=["claimed_at"])]

    def __str__(self):
        return f"{self.job} {self.slot}"
