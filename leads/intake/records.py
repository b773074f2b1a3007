"""Rows of a sheet as records: without blank lines and footers, rows of one kintone record together."""

import re
from dataclasses import dataclass, field

from leads.intake.reasons import Reason

# How Salesforce ends a report: a count, a warning, a copyright line, each alone in the first cell.
FOOTER = re.compile(
    r"(?:Grand Totals?|Grand Summaries|総計|合計|小計|Confidential Information|社外秘|機密情報|Copyright\s*(?:\(c\)|©))",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Record:
    """What one lead or deal has in a file. `last` is the number of its last row, `parts` its further rows."""

    number: int
    cells: list[str]
    last: int
    problem: Reason | None = None
    parts: list[list[str]] = field(default_factory=list)


@dataclass
class LeftOut:
    """Lines that are no rows: counted, so that the sum is right."""

    blank: int = 0
    footer: int = 0


def records(rows, header, mapping, left_out=None):
    """The records of a sheet, streamed. Blank lines and footers are counted in `left_out`."""
    left_out = left_out if left_out is not None else LeftOut()
    kept = _kept(rows, len(header), mapping, left_out)
    if mapping.record_start and mapping.record_start in header:
        return _grouped(kept, header.index(mapping.record_start))
    return kept


def _kept(rows, width, mapping, left_out):
    for row in rows:
        cells = row.cells
        if row.problem is None and not any(map(str.strip, cells)):
            left_out.blank += 1
            continue
        if mapping.footers and _is_footer(cells):
            left_out.footer += 1
            continue
        yield _record(row, width)


def _record(row, width):
    cells, problem = row.cells, row.problem
    count = len(cells)
    if count != width and problem is None:
        if any(cell.strip() for cell in cells[width:]):
            problem = Reason("width", {"count": count, "expected": width})
        elif count < width:
            cells = cells + [""] * (width - count)
        else:
            cells = cells[:width]
    return Record(row.number, cells, row.number, problem)


def _is_footer(cells):
    return bool(FOOTER.match(cells[0].strip())) and not any(cell.strip() for cell in cells[1:])


def _grouped(kept, start):
    """kintone repeats a record's own cells in each row of its table and marks the first with *."""
    current = None
    for record in kept:
        begins = record.problem is not None or record.cells[start].strip() == "*"
        if begins or current is None:
            if current is not None:
                yield current
            current = record
            if not begins:
                current.problem = Reason("subrow_lost")
            continue
        current.parts.append(record.cells)
        current.last = record.number
    if current is not None:
        yield current
