"""What is filtered, as a file. Both kinds are read in portions and written as they come, so memory stays flat."""

import csv
import dataclasses
import datetime
import tempfile

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from leads import listing
from leads.table import HEADINGS, cells
from portal.formula import disarm
from portal.models import Entry
from portal.refusals import Refusal

PORTION = 1000
SHEET = 50_000  # rows of a workbook, which is written before it is sent


class _Echo:
    """What a csv.writer writes into: hands each line straight on."""

    def write(self, line):
        return line


def as_csv(asked):
    """UTF-8 with a mark in front, so that Excel reads it as what it is; sent while it is being read."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def lines():
        # The stream outlives the request's middleware: language and zone are set again here.
        with translation.override(language), timezone.override(zone):
            writer, sent = csv.writer(_Echo()), 0
            try:
                yield "\ufeff" + writer.writerow([str(heading) for heading in HEADINGS])
                for row in _rows(asked):
                    yield writer.writerow([_text(value) for value in row])
                    sent += 1
            finally:
                _log(asked, "csv", sent)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(asked)}.csv"'
    return response


def as_xlsx(asked):
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file.name, {"constant_memory": True})
    sheet = book.add_worksheet(_("Leads"))
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(0, place, str(heading))
    sent = 0
    for sent, row in enumerate(_rows(asked), start=1):
        if sent > SHEET:
            book.close()
            raise Refusal(
                _("A workbook holds %(n)s leads. Narrow the list down, or take it out as CSV.") % {"n": f"{SHEET:,}"},
                status=422,
            )
        for place, value in enumerate(row):
            _write(sheet, sent, place, value, when)
    book.close()
    _log(asked, "xlsx", sent)
    return FileResponse(file, as_attachment=True, filename=f"{_name(asked)}.xlsx")


KINDS = {"csv": as_csv, "xlsx": as_xlsx}


def _rows(asked):
    after = ""
    while True:
        page = listing.page(dataclasses.replace(asked, after=after), size=PORTION, movements=False)
        for line in page.lines:
            yield cells(line, asked)
        if not page.after:
            return
        after = page.after


def _text(value):
    """A cell of a CSV file. Numbers and times are ours; any other text could be a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value if isinstance(value, int) else disarm(value)


def _write(sheet, row, place, value, when):
    """Texts are written as texts, so no program takes them for a formula and nothing needs an apostrophe."""
    if value is None or value == "":
        return
    if isinstance(value, datetime.datetime):
        sheet.write_datetime(row, place, value.replace(tzinfo=None), when)
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, value)


def _log(asked, kind, number):
    details = {"kind": kind, "leads": number, "conditions": asked.filters.query()}
    Entry.record("leads.exported", asked.viewer, by=asked.viewer, at=timezone.now(), data=details)


def _name(asked):
    return f"leads-{timezone.localdate(asked.at):%Y%m%d}"
