"""Takes a file in, chunk by chunk: each chunk is one transaction that also books how far the file is in.

So a worker may be killed at any moment: what is booked is in, once, and the next worker goes on behind
it. Two workers on one file take turns at the import's row and never book the same rows. What somebody
else writes meanwhile (the same lead by a form) makes a chunk fail on a constraint; it is decided anew.
"""

import contextlib
import datetime
import gc
import itertools
import random
import time
import uuid
import zoneinfo
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from leads import duplicates
from leads.intake import booking, fields
from leads.intake.columns import Mapping
from leads.intake.decide import Decisions, prepare
from leads.intake.directory import Directory
from leads.intake.known import Known
from leads.intake.reasons import Reason, Unfit
from leads.intake.records import LeftOut, records
from leads.intake.rows import Reading
from leads.intake.safety import Limits
from leads.intake.sheets import open_sheet
from leads.models import Company, CustomField, Import, Lead
from portal import bulk, fiscal
from portal.models import CompanySettings, Entry

SILENCE = datetime.timedelta(seconds=60)
TRIES = 6
COUNTS = ("created", "updated", "unchanged", "refused", "activities", "changes")
EXAMPLES = 3


class TakenOver(Exception):
    """Another worker has this import now, or somebody stopped it."""


class Run:
    """One worker's way through one file: how it is read, and what it remembers between chunks."""

    def __init__(self, imported, sheet):
        self.imported, self.pk = imported, imported.pk
        self.by, self.by_id = imported.by, imported.by_id
        self.mapping = Mapping.from_spec(imported.mapping)
        self.system = self.mapping.system
        self.is_update = imported.intent == Import.Intent.UPDATE
        company = CompanySettings.load()
        self.zone = zoneinfo.ZoneInfo(company.time_zone)
        self.at, self.now = imported.started_at or timezone.now(), timezone.now()
        today = timezone.localdate(self.now, self.zone)
        self.quarter_began = fiscal.quarter(today, company.fiscal_year_starts_in).first
        self.directory = Directory()
        self.sheet = sheet
        self.reading = Reading(
            sheet.header,
            self.mapping,
            zone=self.zone,
            orders=imported.options.get("orders", {}),
            customs={custom.code: custom for custom in CustomField.objects.filter(on="lead", is_active=True)},
            constants=imported.options.get("constants", {}),
        )
        self.master_columns = [
            code for code in (*fields.LEAD_MASTER, *fields.COMPANY_MASTER) if code in self.reading.places
        ]
        self.custom_columns = [code for code in self.reading.places if code.startswith(fields.CUSTOM)]
        self.left_out = LeftOut()
        self.changes, self.fills, self.blanks, self.examples = Counter(), Counter(), Counter(), {}
        self._ids = {}

    def rows(self, after):
        """The file's rows behind the one numbered `after`, read and prepared."""
        for record in records(self.sheet.rows(), self.sheet.header, self.mapping, self.left_out):
            if record.last <= after:
                continue
            row = self.reading.read(record)
            if not row.reasons:
                prepare(row, self.system)
            yield row

    def reserve(self, count):
        """Keys for as many new leads and companies as the chunk has rows."""
        for name, model in (("lead", Lead), ("company", Company)):
            left = list(self._ids.get(name, ())) if connection.vendor == "postgresql" else []
            self._ids[name] = iter(left + bulk.take_ids(model, max(0, count - len(left))))

    def new_id(self, name):
        return next(self._ids[name])

    def note_change(self, field, record, old, new):
        """For the preview: how often a field changes or is filled, with a few examples."""
        kind = self.changes if old not in (None, "") else self.fills
        kind[field] += 1
        kept = self.examples.setdefault(field, [])
        if len(kept) < EXAMPLES and old not in (None, ""):
            kept.append([record["id"], str(old), str(new)])


def chunk_size():
    return 5_000 if connection.vendor == "postgresql" else 1_000


def limits():
    return Limits(csv_bytes=settings.IMPORT_MAX_MEGABYTES * 1024 * 1024, rows=settings.IMPORT_MAX_ROWS)


def start(imported, *, at, by=None):
    """From here the file comes in; whoever works on it next takes it up. `by` answers for it from now on."""
    whose = {"by": by} if by is not None else {}
    changed = Import.objects.filter(pk=imported.pk, state__in=[Import.State.READY, Import.State.UPLOADED]).update(
        state=Import.State.RUNNING, started_at=at, worker="", beat_at=None, **whose
    )
    imported.refresh_from_db()
    return bool(changed)


def carry_on(pk, *, seconds=None):
    """Work on an import until it is in, or for `seconds`. True if some of it is left to do.

    Safe to call at any time, twice, and after a worker died.
    """
    worker = _claim(pk)
    if worker is None:
        return False
    imported = Import.objects.select_related("by").get(pk=pk)
    until = time.monotonic() + seconds if seconds is not None else None
    try:
        with imported.local_file() as path:
            sheet = open_sheet(path, encoding=imported.encoding, delimiter=imported.delimiter, limits=limits())
            run = Run(imported, sheet)
            for chunk in _ahead(run.rows(imported.position), chunk_size()):
                _take(run, chunk, worker)
                if until is not None and time.monotonic() > until:
                    Import.objects.filter(pk=pk, worker=worker).update(worker="", beat_at=None)
                    return True
            _finish(run, worker)
    except TakenOver:
        return False
    except Unfit as unfit:
        _fail(pk, worker, unfit.reason)
    except FileNotFoundError:
        _fail(pk, worker, Reason("file_broken"))
    return False


def _ahead(rows, size):
    """Chunks of rows, the next one read while the database is at work on this one. Reading touches no database."""
    with ThreadPoolExecutor(1, "import-reader") as reader:
        following = reader.submit(_chunk, rows, size)
        while chunk := following.result():
            following = reader.submit(_chunk, rows, size)
            yield chunk


def _chunk(rows, size):
    return list(itertools.islice(rows, size))


def _claim(pk):
    """One worker at a time: another's claim holds as long as it is heard of."""
    worker, now = str(uuid.uuid4()), timezone.now()
    free = Q(worker="") | Q(beat_at=None) | Q(beat_at__lt=now - SILENCE)
    claimed = Import.objects.filter(free, pk=pk, state=Import.State.RUNNING).update(worker=worker, beat_at=now)
    return worker if claimed else None


def _take(run, rows, worker):
    """One chunk; halved where the database goes on refusing, so that one bad row costs one row."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic(), _without_collector():
                _hurry()
                _book(run, rows, worker)
            _breathe()
            return
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and not _passes(error):
                raise
            run.directory.forget()
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
        except DatabaseError:
            run.directory.forget()
            break
    if len(rows) == 1:
        rows[0].reasons.append(Reason("not_stored"))
        with transaction.atomic():
            _book(run, rows, worker)
        return
    middle = len(rows) // 2
    _take(run, rows[:middle], worker)
    _take(run, rows[middle:], worker)


def _book(run, rows, worker, *, ledger=True):
    imported = Import.objects.select_for_update().get(pk=run.pk)
    if ledger and (imported.worker != worker or imported.state != Import.State.RUNNING):
        raise TakenOver
    fresh = [row for row in rows if row.last > imported.position]
    if not fresh:
        return
    unknown_before = run.directory.unknown_people.copy()
    run.reserve(len(fresh))
    known = Known([row for row in fresh if not row.reasons], system=run.system, of=run.pk, locks=True)
    decided = Decisions(run, known)
    decided.take(fresh)
    booking.book(run, decided)
    for name in COUNTS:
        setattr(imported, name, getattr(imported, name) + decided.counts[name])
    people = Counter(imported.remarks.get("unknown_people", {}))
    people.update(run.directory.unknown_people - unknown_before)
    if people:
        imported.remarks["unknown_people"] = dict(people.most_common(200))
    imported.position = fresh[-1].last
    imported.beat_at = timezone.now()
    imported.save(update_fields=[*COUNTS, "remarks", "position", "beat_at"])


def _passes(error):
    """A deadlock, a lock that took too long, a busy SQLite: the next try may find the way free."""
    words = str(error).lower()
    return any(
        word in words for word in ("deadlock", "lock timeout", "lock_timeout", "locked", "busy", "could not serialize")
    )


@contextlib.contextmanager
def _without_collector():
    """A chunk makes a hundred thousand objects and no cycles; looking for cycles among them took a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hurry():
    """Settings for one chunk on PostgreSQL.

    It need not wait for the disk: should the server crash, its position is lost with its rows, and it
    is redone. And five thousand keys are looked up by index, where the planner, which prices for
    spinning disks, would read a whole table of a million rows for them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL synchronous_commit = off; SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1"
            )


def _breathe():
    if connection.vendor == "sqlite":
        time.sleep(0.002)  # SQLite has one writer: people at the portal get their turn between chunks


@transaction.atomic
def _finish(run, worker):
    """The import's one entry of the trail: whoever must follow reads it from there."""
    imported = Import.objects.select_for_update().get(pk=run.pk)
    if imported.worker != worker or imported.state != Import.State.RUNNING:
        raise TakenOver
    imported.left_out = {"blank": run.left_out.blank, "footer": run.left_out.footer}
    close(imported, Import.State.DONE, at=timezone.now())


def close(imported, state, *, at):
    """Ends an import whose row the caller holds; what came in stays."""
    imported.state, imported.ended_at, imported.worker = state, at, ""
    imported.save()
    counts = {name: getattr(imported, name) for name in ("created", "updated", "unchanged", "refused", "activities")}
    data = {**counts, "intent": imported.intent, "stopped": state == Import.State.STOPPED}
    Entry.record("import.received", imported, by=imported.by, at=at, data=data)


@transaction.atomic
def stop(imported, *, at):
    """Somebody stops a running import; what is in stays in, and can be taken back as a whole."""
    held = Import.objects.select_for_update().get(pk=imported.pk)
    if held.state == Import.State.RUNNING:
        close(held, Import.State.STOPPED, at=at)
    imported.refresh_from_db()


def _fail(pk, worker, reason):
    with transaction.atomic():
        imported = Import.objects.select_for_update().get(pk=pk)
        if imported.worker != worker or imported.state != Import.State.RUNNING:
            return
        imported.failure = {"code": reason.code, "params": {key: str(value) for key, value in reason.params.items()}}
        if imported.rows_taken:
            close(imported, Import.State.STOPPED, at=timezone.now())
            return
        imported.state, imported.ended_at, imported.worker = Import.State.FAILED, timezone.now(), ""
        imported.save()
        Entry.record("import.failed", imported, by=imported.by, at=imported.ended_at, data={"why": reason.code})


class _RolledBack(Exception):
    pass


def rehearse(imported, sheet, *, most=None):
    """What the import would do, by doing it and taking it back: the same code, so the same answer.

    Looks at the first `most` rows. Returns the run with its counts of changes, and the import as it would stand.
    """
    run = Run(imported, sheet)
    with contextlib.suppress(_RolledBack), transaction.atomic():
        rows = itertools.islice(run.rows(0), most) if most else run.rows(0)
        while chunk := list(itertools.islice(rows, chunk_size())):
            _book(run, chunk, "", ledger=False)
        would_be = Import.objects.get(pk=imported.pk)
        would_be.alike = len(duplicates.brought_by(would_be))
        would_be.refusals = list(would_be.refused_rows.order_by("number")[:50])
        raise _RolledBack
    would_be.left_out = {"blank": run.left_out.blank, "footer": run.left_out.footer}
    return run, would_be
