"""Takes a whole import back: what came with it leaves, what people have built on stays and is listed.

Leads leave by `removed_at`, updates go back field by field where the field still holds what the file
wrote. Chunk by chunk like the way in, so it too may be killed and goes on.
"""

import time
from collections import defaultdict

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models import Activity, Clock, Company, ExternalId, Handoff, Import, ImportRow, Lead, Note, Opportunity
from portal.models import Entry
from portal.models.entry import name_of
from portal.refusals import Refusal

CHUNK = 1_000
DONE = ImportRow.TAKEN_BACK


@transaction.atomic
def begin(imported, *, by, at):
    """From here the import is being taken back. Refused for one that is not finished or already taken back."""
    held = Import.objects.select_for_update().get(pk=imported.pk)
    if held.state not in (Import.State.DONE, Import.State.STOPPED):
        raise Refusal(_("Only a finished import can be taken back, and only once."))
    held.state, held.undone_by, held.undone_at, held.worker = Import.State.UNDOING, by, at, ""
    held.save()
    imported.refresh_from_db()


def carry_on(pk, *, seconds=None):
    """Take back until nothing is left, or for `seconds`; True if some is left. Safe to call again after a kill."""
    until = time.monotonic() + seconds if seconds is not None else None
    while _chunk(pk):
        if until is not None and time.monotonic() > until:
            return True
    _sweep_companies(pk)
    _finish(pk)
    return False


@transaction.atomic
def _chunk(pk):
    imported = Import.objects.select_for_update().get(pk=pk)
    rows = list(ImportRow.objects.filter(of=imported, kept="").order_by("-number")[:CHUNK])
    if imported.state != Import.State.UNDOING or not rows:
        return False
    _take_back(imported, rows)
    imported.beat_at = timezone.now()
    imported.save(update_fields=["beat_at"])
    return True


def _take_back(imported, rows):
    stays = _built_on(imported, {row.lead_id for row in rows if row.outcome == ImportRow.Outcome.CREATED})
    at = imported.undone_at
    leaving = [row for row in rows if row.lead_id not in stays]
    _remove_belongings(leaving, at)
    created = [row.lead_id for row in leaving if row.outcome == ImportRow.Outcome.CREATED]
    ExternalId.objects.filter(lead__in=created).delete()
    Lead.objects.filter(pk__in=created, removed_at=None).update(
        removed_at=at, board_column="", version=models.F("version") + 1
    )
    for row in leaving:
        _put_back(row)
    _remove_companies(leaving, at)
    for row in rows:
        row.kept = stays.get(row.lead_id, DONE) if row.outcome == ImportRow.Outcome.CREATED else row.kept or DONE
    ImportRow.objects.bulk_update(rows, ["kept"], batch_size=500)


def _built_on(imported, leads):
    """{lead: why it stays}: somebody or another import has gone on from there."""
    stays = {}

    def note(found, why):
        for lead in found:
            stays.setdefault(lead, why)

    mine = ImportRow.objects.filter(of=imported, lead__in=leads)
    activities, notes, deals = set(), set(), set()
    for activity, made in mine.values_list("activity", "made"):
        made = made or {}
        activities.update({activity, *made.get("activities", [])})
        notes.add(made.get("note"))
        deals.update(made.get("deals", []))
    note(Handoff.objects.filter(lead__in=leads).values_list("lead", flat=True), "handed_over")
    note(Clock.objects.filter(lead__in=leads).values_list("lead", flat=True), "worked_on")
    streams = {f"lead:{lead}": lead for lead in leads}
    note((streams[s] for s in Entry.objects.filter(stream__in=streams).values_list("stream", flat=True)), "worked_on")
    note(
        ImportRow.objects.filter(lead__in=leads)
        .exclude(of=imported)
        .exclude(of__state=Import.State.UNDONE)
        .values_list("lead", flat=True),
        "other_import",
    )
    note(_others(Activity, leads, activities), "activity")
    note(_others(Note, leads, notes), "note")
    note(_others(Opportunity, leads, deals), "opportunity")
    note(Lead.objects.filter(origin_lead__in=leads).values_list("origin_lead", flat=True), "worked_on")
    return stays


def _others(model, leads, mine):
    found = model.objects.filter(lead__in=leads, removed_at=None).values_list("pk", "lead")
    return [lead for pk, lead in found if pk not in mine]


def _remove_belongings(rows, at):
    """Activities, notes and deals that came with these rows; their keys become free for another import."""
    activities, notes, deals = [], [], []
    for row in rows:
        made = row.made or {}
        activities += [row.activity, *made.get("activities", [])]
        notes.append(made.get("note"))
        deals += made.get("deals", [])
        for system, value in made.get("ids", []):
            ExternalId.objects.filter(system=system, value=value, lead=row.lead_id).delete()
    Activity.objects.filter(pk__in=_real(activities)).update(removed_at=at, external_key="")
    Note.objects.filter(pk__in=_real(notes)).update(removed_at=at)
    Opportunity.objects.filter(pk__in=_real(deals)).update(removed_at=at)


def _real(keys):
    return [key for key in keys if key is not None]


def _put_back(row):
    """Fields an update changed, unless somebody has changed them since: then theirs stays, and is said."""
    before = row.before or {}
    clashes = _restore(Lead, row.lead_id, before.get("lead", {}))
    company = dict(before.get("company", {}))
    if company:
        clashes |= _restore(Company, company.pop("id"), company)
    for pk, fields in before.get("deals", {}).items():
        clashes |= _restore(Opportunity, int(pk), fields)
    if clashes:
        row.kept = "changed_since"


def _restore(model, pk, fields):
    if not fields:
        return False
    record = model.objects.filter(pk=pk).first()
    if record is None:
        return True
    columns = {field.attname: field for field in model._meta.concrete_fields}
    values, clashes = {}, False
    for name, (old, new) in fields.items():
        python = columns[name].to_python if not columns[name].is_relation else columns[name].target_field.to_python
        if getattr(record, name) == python(new):
            values[name] = python(old)
        else:
            clashes = True
    if values:
        model.objects.filter(pk=pk).update(**values, version=models.F("version") + 1)
    return clashes


def _remove_companies(rows, at):
    """Companies the import made leave when nobody is left in them."""
    made = [row.made["company"] for row in rows if row.made and "company" in row.made]
    people = Lead.objects.filter(company=models.OuterRef("pk"), removed_at=None)
    deals = Opportunity.objects.filter(company=models.OuterRef("pk"), removed_at=None)
    Company.objects.filter(~models.Exists(people), ~models.Exists(deals), pk__in=made, removed_at=None).update(
        removed_at=at
    )


def _sweep_companies(pk):
    """A company made by one row may have been emptied by another: all of them are looked at once more at the end."""
    number = 0
    while True:
        imported = Import.objects.get(pk=pk)
        rows = ImportRow.objects.filter(of=imported, made__has_key="company", number__gt=number).order_by("number")
        found = list(rows[:CHUNK])
        if imported.state != Import.State.UNDOING or not found:
            return
        _remove_companies(found, imported.undone_at)
        number = found[-1].number


@transaction.atomic
def _finish(pk):
    imported = Import.objects.select_for_update().get(pk=pk)
    if imported.state != Import.State.UNDOING:
        return
    imported.state, imported.worker = Import.State.UNDONE, ""
    imported.save()
    received = Entry.objects.filter(stream=name_of(imported), verb="import.received").first()
    Entry.record(
        "import.undone",
        imported,
        by=imported.undone_by,
        at=imported.undone_at,
        data=kept(imported),
        undoes=received,
    )


def kept(imported):
    """{why: how many rows} of what stays although the import was taken back."""
    counts = defaultdict(int)
    for why, count in (
        ImportRow.objects.filter(of=imported)
        .exclude(kept__in=["", DONE])
        .values_list("kept")
        .annotate(n=models.Count("pk"))
        .order_by()
    ):
        counts[why] += count
    return dict(counts)
