"""What can be said of a file before anything comes in: read once as a whole, then rehearsed."""

import itertools

from django.core.files import File
from django.db import DatabaseError
from django.utils import timezone

from leads.intake import columns, fields, receive
from leads.intake.dates import DateColumn
from leads.intake.reasons import Unfit
from leads.intake.records import LeftOut, records
from leads.intake.sheets import open_sheet
from leads.models import Import, SavedMapping

SAMPLE = 5
REHEARSED = 20_000


def upload(file, *, name, by, at, encoding="auto", delimiter=""):
    """Keep a file privately and judge it. Raises Unfit, and then keeps nothing."""
    imported = Import(file_name=name[:255], by=by, uploaded_at=at, encoding=encoding or "auto", delimiter=delimiter)
    imported.file.save(name, File(file), save=False)
    imported.size = imported.file.size
    try:
        with imported.local_file() as path:
            sheet = open_sheet(path, encoding=imported.encoding, delimiter=delimiter, limits=receive.limits())
    except Unfit:
        imported.file.delete(save=False)
        raise
    note_reading(imported, sheet)
    use(imported, mapping_for(sheet.header, name))
    imported.save()
    return imported


def read_anew(imported, *, encoding):
    """Another encoding is chosen; where that changes the header, so does what the columns mean. Raises Unfit."""
    with imported.local_file() as path:
        sheet = open_sheet(path, encoding=encoding, limits=receive.limits())
    was = imported.survey["header"]
    imported.encoding = encoding
    note_reading(imported, sheet)
    imported.survey["others"] = []
    if sheet.header != was:
        use(imported, mapping_for(sheet.header, imported.file_name))
    imported.state, imported.failure = Import.State.UPLOADED, {}
    imported.save()


def answer(imported, *, intent, orders):
    """What somebody decided on the check: `orders` by column, "skip" leaves the column out. The caller saves."""
    imported.intent = intent if intent in Import.Intent.values else imported.intent
    asked = dict(imported.options.get("asked", {}))
    for column, order in orders.items():
        if order == "skip":
            imported.mapping["columns"][column] = fields.IGNORED
        elif order:
            asked[column] = order
    imported.options = {**imported.options, "asked": asked}


def note_reading(imported, sheet):
    """How the file is read, for the screens: decided once, kept with the import."""
    rows = list(itertools.islice((row for row in sheet.rows() if not row.is_blank), SAMPLE))
    imported.survey = {
        "kind": sheet.kind,
        "encoding": sheet.decoding.encoding,
        "encoding_label": sheet.decoding.label if sheet.kind == "csv" else "",
        "others": list(sheet.decoding.others),
        "delimiter": sheet.delimiter,
        "sheet": sheet.sheet_name,
        "header": sheet.header,
        "header_row": sheet.header_row,
        "sample": [{"number": row.number, "cells": row.cells[:60]} for row in rows],
    }


def mapping_for(header, file_name):
    """The mapping a file asks for: one somebody saved for this very header, a shipped one, or by its words."""
    for saved in SavedMapping.objects.all():
        if saved.header == header:
            return columns.Mapping.from_spec(saved.spec)
    mapping = columns.recognize(header)
    if mapping.code != columns.OWN:
        return mapping
    # Ids in a file of one's own are only ids within files of that name: "1" there is not "1" elsewhere.
    return columns.replace(mapping, system=f"file:{file_name.rsplit('.', 1)[0]}"[:40])


def use(imported, mapping):
    imported.mapping = mapping.as_spec()


def check(imported, *, most=REHEARSED):
    """Go through the whole file once, then rehearse: fills `survey`, and says what must still be decided.

    Raises Unfit if the file cannot be taken as a whole.
    """
    mapping = columns.Mapping.from_spec(imported.mapping)
    with imported.local_file() as path:
        sheet = open_sheet(path, encoding=imported.encoding, delimiter=imported.delimiter, limits=receive.limits())
        _check_identity(sheet, mapping)
        found = _pass_over(sheet, mapping)
        asked = imported.options.get("asked", {})
        orders = {
            header: asked.get(header) or column.order or ("mixed" if column.is_mixed else "")
            for header, column in found["dates"].items()
        }
        # What somebody has yet to decide counts as empty in the forecast, so that it tells of the rest.
        forecast_orders = {header: order or "open" for header, order in orders.items()}
        run, would_be = _rehearsed(imported, sheet, most, {**imported.options, "orders": forecast_orders})
        imported.options = {**imported.options, "orders": {header: order for header, order in orders.items() if order}}
    imported.survey = {
        **imported.survey,
        "rows": found["rows"],
        "questions": _questions(found["dates"], asked),
        "rehearsed": min(most, found["rows"]) if most else found["rows"],
        "forecast": _forecast(run, would_be),
    }
    return imported


def _check_identity(sheet, mapping):
    used = set(mapping.fields_of(sheet.header)) | set(mapping.constants)
    if used.isdisjoint({"external_id", "email", "name", "family_name"}):
        raise Unfit("file_no_identity")


def _pass_over(sheet, mapping):
    codes = mapping.fields_of(sheet.header)
    dates = {sheet.header[place]: (place, DateColumn()) for place, code in enumerate(codes) if code in fields.DATES}
    rows, most = 0, sheet.limits.rows
    for record in records(sheet.rows(), sheet.header, mapping, LeftOut()):
        rows += 1
        if rows > most:
            raise Unfit("file_too_many_rows", limit=most)
        if record.problem is None:
            for place, column in dates.values():
                for cells in (record.cells, *record.parts):
                    column.feed(cells[place])
    if not rows:
        raise Unfit("file_no_rows")
    return {"rows": rows, "dates": {header: column for header, (_place, column) in dates.items()}}


def _questions(dates, asked):
    """The date columns whose order somebody must say before the import can start on the screen."""
    return [
        {
            "column": header,
            "choices": column.choices,
            "example": column.example,
            "rows": column.open_rows,
            "mixed": column.is_mixed,
            "answer": asked.get(header, ""),
        }
        for header, column in dates.items()
        if column.choices
    ]


def _rehearsed(imported, sheet, most, options):
    if imported.pk is None:
        raise ValueError("An import is saved before it is rehearsed.")
    Import.objects.filter(pk=imported.pk).update(mapping=imported.mapping, intent=imported.intent, options=options)
    imported.options = options
    for attempt in range(3):
        try:
            return receive.rehearse(imported, sheet, most=most)
        except DatabaseError:
            if attempt == 2:
                raise
    raise AssertionError


def _forecast(run, would_be):
    names = ("created", "updated", "unchanged", "refused", "activities", "changes")
    fields_changed = sorted({*run.changes, *run.fills}, key=lambda code: -(run.changes[code] + run.fills[code]))
    return {
        **{name: getattr(would_be, name) for name in names},
        "left_out": would_be.left_out,
        "alike": would_be.alike,
        "unknown_people": would_be.remarks.get("unknown_people", {}),
        "new_words": {kind: list(words)[:20] for kind, words in run.directory.new_words.items()},
        "new_word_counts": {kind: len(words) for kind, words in run.directory.new_words.items()},
        "fields": [
            {
                "code": code,
                "changed": run.changes[code],
                "filled": run.fills[code],
                "blank": run.blanks[code],
                "examples": run.examples.get(code, []),
            }
            for code in fields_changed
        ],
        "refusals": [
            {
                "number": row.number,
                "column": row.column,
                "code": row.code,
                "params": row.params,
                "value": row.value[:200],
            }
            for row in would_be.refusals
        ],
        "checked_at": timezone.now().isoformat(),
    }
