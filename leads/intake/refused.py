"""The refused rows as a file that can be mended and imported again."""

import csv
import io

from django.utils.translation import gettext as _

from leads.intake.reasons import REASONS
from portal import formula


def lines(imported):
    """CSV in UTF-8 with a mark, for any spreadsheet: the file's own columns, then row, column and reason.

    The three added columns have headers that no mapping knows, so they do not disturb when the file
    comes back. Cells that a spreadsheet would run are disarmed; reading arms them again.
    """
    header = list(imported.survey["header"])
    yield b"\xef\xbb\xbf" + _line([*header, _("Refused: row"), _("Refused: column"), _("Refused: why")])
    for row in imported.refused_rows.order_by("number").iterator(2_000):
        reason = str(REASONS[row.code]) % row.params
        width = len(header)
        cells = (row.cells + [""] * width)[:width]
        yield _line([*cells, str(row.number), row.column, reason])


def _line(cells):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow([formula.disarm(cell) for cell in cells])
    return stream.getvalue().encode()
