"""Why a file or a row was not taken: a code that is stored, a sentence that is read."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

FILE_REASONS = {
    "file_empty": _("The file is empty. Choose the one that holds the rows."),
    "file_no_rows": _("The file has a header, but no rows below it. Choose the one that holds the rows."),
    "file_no_header": _("No header row was found. The first row must name the columns."),
    "file_too_large": _("The file is %(size)s MB; the limit is %(limit)s MB. Split it, or ask an administrator."),
    "file_too_many_rows": _("The file has more than %(limit)s rows. Split it."),
    "file_too_many_columns": _(
        "The file has %(count)s columns; the limit is %(limit)s. Take out those that are not needed."
    ),
    "file_too_many_strings": _("The sheet holds more than %(limit)s texts. Save it as CSV (UTF-8) and try again."),
    "file_binary": _("This is neither a CSV file nor an Excel workbook (.xlsx). Save it as one of them."),
    "file_old_excel": _(
        "This is an old Excel file (.xls) or is protected by a password. Save it as .xlsx without a password."
    ),
    "file_markup": _("This is a web page or XML with another file name. Save it as CSV or .xlsx."),
    "file_not_workbook": _("This archive is not an Excel workbook (.xlsx). Unpack it, and choose the file inside."),
    "file_broken": _("The file is damaged or was not copied to its end. Send it again."),
    "file_encrypted": _("The file is protected by a password. Save it without one."),
    "file_macros": _("The workbook contains macros. Save it as .xlsx without macros."),
    "file_bomb": _(
        "Unpacked, the file would be too large (%(size)s MB; the limit is %(limit)s MB, or %(ratio)s times its size). Save the sheet as CSV (UTF-8) and try again."
    ),
    "file_too_many_parts": _(
        "The file consists of %(count)s parts; the limit is %(limit)s. Save the sheet as CSV (UTF-8) and try again."
    ),
    "file_nested": _("The file contains another archive. Save the sheet as CSV (UTF-8) and try again."),
    "file_unsafe_path": _(
        "The file contains a part that points outside itself. Save the sheet as CSV (UTF-8) and try again."
    ),
    "file_entities": _(
        "The workbook defines entities of its own, which a spreadsheet never does. Save the sheet as CSV (UTF-8) and try again."
    ),
    "file_long_cell": _("A cell is longer than %(limit)s characters. Shorten it and try again."),
    "file_open_quote": _(
        "A quotation mark is opened and never closed, beginning near line %(line)s. Close it, or save the file as CSV anew."
    ),
    "file_encoding_unknown": _(
        "The characters cannot be read in any known encoding (line %(line)s). Save the file as UTF-8."
    ),
    "file_encoding_wrong": _("The file is not %(encoding)s (line %(line)s). Choose another encoding."),
    "file_encoding_ambiguous": _(
        "The file can be read as %(encodings)s. Choose the one in which the names look right."
    ),
    "file_no_identity": _("No column tells who a row is about: an id, an e-mail address or a name is needed."),
    "mapping_unknown": _("There is no mapping called “%(name)s”."),
    "mapping_broken": _("The mapping cannot be used: %(detail)s"),
}

ROW_REASONS = {
    "quotes": _("Quotation marks in this row are not in pairs."),
    "width": _("The row has %(count)s cells, the header has %(expected)s."),
    "nothing_known": _("Id, e-mail address and name are all empty. One of them is enough."),
    "email_needed": _("The e-mail address is empty. This tool knows people by it."),
    "id_needed": _("The id is empty. This file is matched by it."),
    "email_fullwidth": _("“@” or a letter is full-width. Use half-width."),
    "email_invalid": _("This is not an e-mail address."),
    "date_unreadable": _("This is not a date that can be read."),
    "date_not_real": _("This day does not exist."),
    "date_ambiguous": _("Day and month can be read in two ways. Say which order this column has."),
    "date_mixed": _("This column mixes two orders of day and month, and this value fits both."),
    "amount_unreadable": _("Enter a number only."),
    "amount_negative": _("The amount is below zero."),
    "number_unreadable": _("Enter a number only."),
    "choice_unknown": _("“%(value)s” is not among the choices."),
    "corporate_number": _("The corporate number has 13 digits and a check digit; this one does not fit."),
    "too_long": _("The text is longer than %(limit)s characters."),
    "control_character": _("The text contains a character that cannot be stored."),
    "same_in_file": _("The same as row %(row)s of this file, but with another %(column)s."),
    "email_taken": _("The id belongs to one lead, the e-mail address to another (%(other)s)."),
    "deleted_there": _("The row is marked as deleted in the other system."),
    "opportunity_open": _("This lead already has an open opportunity."),
    "lead_in_hand": _("Somebody is working on this lead. Record what happened on its page."),
    "lead_unknown": _("No lead has this id. Import the leads first."),
    "not_stored": _("The database does not take this row."),
    "removed": _("This lead was removed. Bring it back first."),
    "subrow_lost": _("This row continues a record, but no record begins before it."),
}

REASONS = {**FILE_REASONS, **ROW_REASONS}


@dataclass(frozen=True)
class Reason:
    """One refusal: what, in which column, about which value."""

    code: str
    params: dict = field(default_factory=dict)
    column: str = ""
    value: str = ""

    @property
    def sentence(self):
        """In the language of whoever reads it, not of whoever ran the import."""
        return str(REASONS[self.code]) % self.params


class Unfit(Exception):
    """The whole file cannot be taken."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.reason = Reason(code, params)

    def __str__(self):
        return self.reason.sentence


class Unreadable(Exception):
    """One value cannot be taken."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params
