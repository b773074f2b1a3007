"""A file as rows of cells, one at a time, whatever it is written in."""

import codecs
import contextlib
import csv
import datetime
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leads.intake import encoding as encodings
from leads.intake import safety
from leads.intake.reasons import Reason, Unfit

DELIMITERS = (",", "\t", ";", "|")
HEAD_ROWS = 20


@dataclass
class SheetRow:
    """A row of the file: its number as a spreadsheet shows it (the first is 1), and its cells as text."""

    number: int
    cells: list[str]
    problem: Reason | None = None

    @property
    def is_blank(self):
        return not any(cell.strip() for cell in self.cells) and self.problem is None


@dataclass
class Sheet:
    """An opened file: how it is read, its header, and its rows as often as they are wanted."""

    path: Path
    kind: str
    decoding: encodings.Decoding
    delimiter: str
    header: list[str]
    header_row: int
    sheet_name: str = ""
    limits: safety.Limits = safety.USUAL

    def rows(self, after=0) -> Iterator[SheetRow]:
        """The rows below the header, without those numbered up to `after`."""
        first = max(after, self.header_row)
        for row in self._all():
            if row.number > first:
                yield row

    def _all(self):
        if self.kind == "xlsx":
            return _workbook_rows(self.path, self.sheet_name)
        return _text_rows(self.path, self.decoding.encoding, self.delimiter, self.limits)


def open_sheet(path, *, encoding="auto", delimiter="", limits=safety.USUAL):
    """Judge a file and open it. Raises Unfit with the reason if it cannot or must not be read."""
    path = Path(path)
    kind = safety.kind_of(path, limits)
    if kind == "xlsx":
        return _open_workbook(path, limits)
    decoding = _decoding(path, encoding)
    try:
        head = _first_rows(path, decoding.encoding, delimiter, limits)
    except UnicodeDecodeError as error:
        raise Unfit("file_encoding_wrong", encoding=decoding.label, line=1) from error
    delimiter, rows = head
    number, header = _header(rows, limits)
    return Sheet(path, kind, decoding, delimiter, header, number, limits=limits)


def _decoding(path, encoding):
    if encoding in ("", "auto"):
        return encodings.detect(path)
    with path.open("rb") as file:
        start = file.read(4)
    name = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") and start.startswith(codecs.BOM_UTF8) else encoding
    try:
        encodings.check(path, name)
    except LookupError as error:
        raise Unfit("file_encoding_wrong", encoding=encoding, line=1) from error
    return encodings.Decoding(name)


# -- text ---------------------------------------------------------------------


def _first_rows(path, encoding, delimiter, limits):
    """The delimiter under which the first rows have the most columns, the most alike."""
    with path.open(encoding=encoding, newline="") as file:
        start = "".join(itertools.islice(file, 200))[:200_000]
    best = (0.0, ",", [])
    for candidate in [delimiter] if delimiter else DELIMITERS:
        rows = list(itertools.islice(_parsed(io.StringIO(start, newline=""), candidate, limits, is_whole=False), 40))
        widths = [len(row.cells) for row in rows if not row.is_blank]
        width = max(widths, default=0)
        alike = sum(1 for found in widths if found == width) / len(widths) if widths else 0
        score = alike * min(width, 30) if width > 1 or delimiter else 0.5
        if score > best[0]:
            best = (score, candidate, rows)
    return best[1], best[2][:HEAD_ROWS]


def _text_rows(path, encoding, delimiter, limits):
    with path.open(encoding=encoding, newline="") as file:
        yield from _parsed(file, delimiter, limits)


def _parsed(lines, delimiter, limits, is_whole=True):
    """RFC 4180, told strictly: a stray quotation mark is that row's problem, an open one the file's.

    Strictness costs nothing and a lenient parser swallows rows: after an open quotation mark
    everything up to the next one would be a single cell.
    """
    csv.field_size_limit(limits.cell)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error) or "unexpected end" in str(error):
                if not is_whole:
                    return
                code = "file_open_quote" if "unexpected end" in str(error) else "file_long_cell"
                raise Unfit(code, line=line, limit=limits.cell) from error
            yield SheetRow(number, [], Reason("quotes"))
            continue
        yield SheetRow(number, cells)


# -- workbooks ------------------------------------------------------------------


def _open_workbook(path, limits):
    names = _visible_sheets(path)
    for name in names:
        rows = list(itertools.islice(_workbook_rows(path, name), HEAD_ROWS))
        if any(not row.is_blank for row in rows):
            number, header = _header(rows, limits)
            return Sheet(path, "xlsx", encodings.Decoding("utf-8"), "", header, number, name, limits)
    raise Unfit("file_no_rows")


def _visible_sheets(path):
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with _broken_means_unfit(), CalamineWorkbook.from_path(str(path)) as book:
        return [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]


def _workbook_rows(path, name):
    from python_calamine import CalamineWorkbook

    with _broken_means_unfit(), CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name(name).iter_rows()
    for number, cells in enumerate(rows, start=1):
        yield SheetRow(number, [_text(cell) for cell in cells])


@contextlib.contextmanager
def _broken_means_unfit():
    """calamine's own errors, and panics of what it is made of (they are BaseExceptions), as one refusal."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Unfit):
        raise
    except BaseException as error:
        raise Unfit("file_broken") from error


def _text(cell):
    """A cell as it would stand in a CSV file; a real date becomes ISO, which no column can misread."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


# -- the header ---------------------------------------------------------------------


def _header(rows, limits):
    """The first row about as wide as most: some tools write a title line above the header."""
    rows = [row for row in rows if not row.is_blank]
    if not rows:
        raise Unfit("file_no_header")
    filled = [sum(1 for cell in row.cells if cell.strip()) for row in rows]
    usual = max(sorted(set(filled)), key=filled.count)
    wide = (row for row, count in zip(rows, filled, strict=True) if count * 2 > usual and row.problem is None)
    row = next(wide, None)
    if row is None:
        raise Unfit("file_no_header")
    header = [cell.strip() for cell in row.cells]
    if len(header) > limits.columns:
        raise Unfit("file_too_many_columns", count=len(header), limit=limits.columns)
    return row.number, header
