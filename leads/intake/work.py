"""What is left to do on an import, whoever asks: a task, the scheduler after a worker died, or a page on a small file."""

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from leads import permissions
from leads.intake import receive, survey, undo
from leads.intake.reasons import Unfit
from leads.models import Import

SLICE = 240
SMALL = 256 * 1024


def work_on(pk):
    """Do the next stretch of work. True if some is left."""
    state = Import.objects.filter(pk=pk).values_list("state", flat=True).first()
    if state == Import.State.CHECKING:
        check(pk)
    elif state == Import.State.RUNNING:
        imported = Import.objects.select_related("by").get(pk=pk)
        if imported.by is not None and not _may_import(imported.by):
            receive.stop(imported, at=timezone.now())
            return False
        return receive.carry_on(pk, seconds=SLICE)
    elif state == Import.State.UNDOING:
        return undo.carry_on(pk, seconds=SLICE)
    return False


def _may_import(person):
    """Asked anew at every stretch: the right may have been taken while the file waited."""
    return person.is_active and permissions.can_import(person)


def abandoned():
    """Imports under way that nobody has worked on lately."""
    return list(Import.objects.abandoned(timezone.now() - receive.SILENCE).values_list("pk", flat=True))


def ask_for_check(imported):
    """Check a file: at once if that takes no time, else in the background. Call it again when an answer changed."""
    imported.state, imported.failure, imported.beat_at = Import.State.CHECKING, {}, None
    imported.save()
    if imported.size <= SMALL:
        check(imported.pk)
    else:
        ring(imported.pk)
    imported.refresh_from_db()


def check(pk):
    """Survey and rehearse; a file that cannot be taken goes back to its preparation with the reason."""
    now = timezone.now()
    free = Q(beat_at=None) | Q(beat_at__lt=now - receive.SILENCE)
    if not Import.objects.filter(free, pk=pk, state=Import.State.CHECKING).update(beat_at=now):
        return
    imported = Import.objects.select_related("by").get(pk=pk)
    try:
        survey.check(imported, most=rehearsed())
        imported.state = Import.State.READY
    except Unfit as unfit:
        imported.state = Import.State.UPLOADED
        params = {key: str(value) for key, value in unfit.reason.params.items()}
        imported.failure = {"code": unfit.reason.code, "params": params}
    fields = ["state", "failure", "survey", "options", "mapping"]
    Import.objects.filter(pk=pk, state=Import.State.CHECKING).update(
        **{name: getattr(imported, name) for name in fields}
    )


def rehearsed():
    """How many rows a check rehearses: SQLite has one writer, who must not keep people waiting."""
    return survey.REHEARSED if connection.vendor == "postgresql" else survey.REHEARSED // 10


def ring(pk):
    """Wake a worker once the change is committed. If nobody hears, the scheduler finds the import."""
    from leads.tasks import work_on_import  # tasks import this module

    transaction.on_commit(lambda: work_on_import.delay(pk), robust=True)
