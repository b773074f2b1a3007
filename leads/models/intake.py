"""The books of an import: what came in with which file, row by row."""

import contextlib
import tempfile
import uuid
from pathlib import Path

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def folder_of(record, name):
    """A private place nobody can guess; the name people gave is kept as a word, never as a path."""
    return f"imports/{uuid.uuid4()}/{'data' + Path(name).suffix.lower()[:6]}"


class ImportQuerySet(models.QuerySet):
    def abandoned(self, before):
        """Under way by its state, but nobody has worked on it since."""
        return self.filter(state__in=Import.UNDER_WAY).filter(Q(beat_at=None) | Q(beat_at__lt=before))

    def for_list(self):
        return self.select_related("by").order_by("-id")


class Import(models.Model):
    """One file that comes in, from its upload to its report; `position` is how far it is booked."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being prepared")
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Checked")
        RUNNING = "running", _("Coming in")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Cannot be read")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    class Intent(models.TextChoices):
        APPEND = "append", _("Append")
        UPDATE = "update", _("Update")

    UNDER_WAY = (State.CHECKING, State.RUNNING, State.UNDOING)

    file_name = models.CharField(_("file"), max_length=255)
    file = models.FileField(upload_to=folder_of, max_length=200)
    size = models.BigIntegerField(_("bytes"), default=0)
    encoding = models.CharField(_("encoding"), max_length=20, default="auto")
    delimiter = models.CharField(max_length=1, blank=True)
    mapping = models.JSONField(_("columns"), default=dict)
    intent = models.CharField(_("intent"), max_length=10, choices=Intent.choices, default=Intent.UPDATE)
    options = models.JSONField(default=dict, blank=True)
    survey = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    failure = models.JSONField(default=dict, blank=True)

    position = models.PositiveIntegerField(_("rows booked"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    activities = models.PositiveIntegerField(_("activities"), default=0)
    changes = models.PositiveIntegerField(_("fields changed"), default=0)
    left_out = models.JSONField(default=dict, blank=True)
    remarks = models.JSONField(default=dict, blank=True)

    by = models.ForeignKey(
        "portal.Person", verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "portal.Person",
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    beat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=40, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(
                name="import_under_way", fields=["state"], condition=Q(state__in=["checking", "running", "undoing"])
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="import_undo_is_signed",
                condition=Q(undone_at=None) | Q(undone_at__isnull=False, started_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("leads:import", args=[self.pk])

    @property
    def is_under_way(self):
        return self.state in self.UNDER_WAY

    @property
    def rows_taken(self):
        return self.created + self.updated + self.unchanged

    def throw_away(self):
        """The file and all that was noted about it; nothing of it has come in."""
        self.file.delete(save=False)
        self.delete()

    @contextlib.contextmanager
    def local_file(self):
        """The file as a path of this machine, whatever storage keeps it."""
        try:
            path = self.file.path
        except NotImplementedError:
            with tempfile.NamedTemporaryFile(suffix=Path(self.file.name).suffix) as copy:
                for piece in self.file.chunks(1 << 20):
                    copy.write(piece)
                copy.flush()
                yield Path(copy.name)
            return
        yield Path(path)


class ImportRow(models.Model):
    """That a row of a file brought or met a lead: the tie between a lead and its import.

    `before` and `made` hold what an undo needs, and only where there is something: the values an
    update replaced, and the records besides the lead that came with the row.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        UNCHANGED = "unchanged", _("Unchanged")

    TAKEN_BACK = "-"  # in `kept`, where an undo has left nothing of the row

    # The ties are written in the transaction that writes the lead and holds the import's row: the database
    # need not look both up again for each of a million rows.
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    number = models.PositiveIntegerField(_("row"))
    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="import_rows", db_constraint=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    activity = models.BigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    made = models.JSONField(null=True, blank=True)
    kept = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering = ["of", "number"]
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(name="a_row_comes_in_once", fields=["of", "number"])]

    def __str__(self):
        return f"{self.of_id}/{self.number} {self.outcome}"


class RefusedRow(models.Model):
    """A row that could not be taken: where, why, and its original text."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refused_rows", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    code = models.CharField(_("reason"), max_length=30)
    params = models.JSONField(default=dict, blank=True)
    value = models.TextField(_("original value"), blank=True)
    cells = models.JSONField(default=list)

    class Meta:
        ordering = ["of", "number"]
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        constraints = [models.UniqueConstraint(name="a_row_is_refused_once", fields=["of", "number"])]

    def __str__(self):
        return f"{self.of_id}/{self.number} {self.code}"


class SavedMapping(models.Model):
    """Columns somebody matched by hand and gave a name, for the next file of the same kind."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    spec = models.JSONField(_("columns"), default=dict)
    header = models.JSONField(default=list)
    by = models.ForeignKey(
        "portal.Person", verbose_name=_("who"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("saved at"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")

    def __str__(self):
        return self.name
