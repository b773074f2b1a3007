"""Looks at an uploaded file before anything opens it, and says what kind it is.

A workbook is a zip archive: its directory tells sizes, ratios and names without unpacking, so most
bombs are refused from there. What the directory promises is then checked by inflating each part
piece by piece and throwing the pieces away: a lying directory costs a few megabytes, not the machine.
Limits: OWASP ASVS 5.2.3.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from leads.intake.reasons import Unfit

MEGABYTE = 1024 * 1024
ZIP, OLE, GZIP, PDF = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"%PDF"
ARCHIVES = (".zip", ".xlsx", ".xlsm", ".docx", ".pptx", ".ods", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".jar")
ARCHIVE_STARTS = (b"PK\x03\x04", GZIP, b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
OVERLAP = 256
PIECE = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """How much a file may hold; the CSV figures are settings, those of a workbook are not."""

    csv_bytes: int = 512 * MEGABYTE
    rows: int = 1_500_000
    columns: int = 500
    cell: int = 100_000
    packed_bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 50 * MEGABYTE
    ratio: int = 100
    parts: int = 100
    sheet_rows: int = 1_048_576
    strings: int = 150_000


USUAL = Limits()


def kind_of(path, limits=USUAL):
    """ "csv" or "xlsx", judged by content, never by name. Raises Unfit."""
    size = path.stat().st_size
    if size == 0:
        raise Unfit("file_empty")
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(ZIP):
        check_workbook(path, limits)
        return "xlsx"
    if start.startswith(OLE):
        raise Unfit("file_old_excel")
    if start.startswith((GZIP, PDF, *ARCHIVE_STARTS)):
        raise Unfit("file_binary")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise Unfit("file_markup")
    if size > limits.csv_bytes:
        raise Unfit("file_too_large", size=size // MEGABYTE, limit=limits.csv_bytes // MEGABYTE)
    return "csv"


def check_workbook(path, limits=USUAL):
    """Refuses a workbook that is a bomb, is locked, carries programs, or lies about itself."""
    size = path.stat().st_size
    if size > limits.packed_bytes:
        raise Unfit("file_too_large", size=size // MEGABYTE, limit=limits.packed_bytes // MEGABYTE)
    try:
        with path.open("rb") as file:
            parts = _directory(file, limits)
            _check_names(parts)
            _check_sizes(parts, size, limits)
            for part in parts:
                _check_content(file, part, limits)
    except (zipfile.BadZipFile, struct.error, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise Unfit("file_broken") from error


def _directory(file, limits):
    _check_count(file, limits)
    with zipfile.ZipFile(file) as archive:
        parts = [part for part in archive.infolist() if not part.is_dir()]
    if len(parts) > limits.parts:
        raise Unfit("file_too_many_parts", count=len(parts), limit=limits.parts)
    return parts


def _check_count(file, limits):
    """The count at the end of the archive, before zipfile builds an object for every entry."""
    file.seek(0, 2)
    tail = min(file.tell(), 65_557)
    file.seek(-tail, 2)
    ends = file.read(tail)
    at = ends.rfind(b"PK\x05\x06")
    if at < 0:
        raise Unfit("file_broken")
    (count,) = struct.unpack_from("<H", ends, at + 10)
    if count > limits.parts:
        raise Unfit("file_too_many_parts", count=count, limit=limits.parts)
    file.seek(0)


def _check_names(parts):
    names = {part.filename for part in parts}
    for part in parts:
        name = part.orig_filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\0" in name:
            raise Unfit("file_unsafe_path")
        if part.external_attr >> 16 & 0o170000 == 0o120000:
            raise Unfit("file_unsafe_path")
        if part.flag_bits & 0x1:
            raise Unfit("file_encrypted")
        lowered = name.lower()
        if lowered.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in lowered:
            raise Unfit("file_macros")
        if lowered.endswith(ARCHIVES):
            raise Unfit("file_nested")
    if len(names) != len(parts):
        raise Unfit("file_broken")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise Unfit("file_not_workbook")


def _check_sizes(parts, size, limits):
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if packed > size:  # overlapping entries share bytes, so that little becomes much
        raise Unfit("file_bomb", size=unpacked // MEGABYTE, limit=limits.unpacked_bytes // MEGABYTE, ratio=limits.ratio)
    too_dense = any(part.file_size > MEGABYTE and part.file_size > limits.ratio * part.compress_size for part in parts)
    if unpacked > limits.unpacked_bytes or too_dense or unpacked > limits.ratio * size:
        raise Unfit("file_bomb", size=unpacked // MEGABYTE, limit=limits.unpacked_bytes // MEGABYTE, ratio=limits.ratio)


def _check_content(file, part, limits):
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    is_sheet = part.filename.startswith("xl/worksheets/")
    is_strings = part.filename.lower() == "xl/sharedstrings.xml"
    rows = strings = 0
    before = b""
    for piece in _inflate(file, part):
        if not before and piece.startswith(ARCHIVE_STARTS):
            raise Unfit("file_nested")
        if not is_xml:
            before = piece[-OVERLAP:]
            continue
        if not before and piece[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
            raise Unfit("file_entities")  # UTF-16 XML could hide an entity; no spreadsheet program writes it
        text = before + piece
        _check_xml(text, limits)
        if part.filename == "[Content_Types].xml" and b"macroEnabled" in text:
            raise Unfit("file_macros")
        if is_sheet:
            rows += text.count(b"<row") - before.count(b"<row")
            _check_sheet(text, rows, limits)
        if is_strings:
            strings += _counted(text, before)
            if strings > limits.strings:
                raise Unfit("file_too_many_strings", limit=limits.strings)
        before = text[-OVERLAP:]


def _counted(text, before):
    return text.count(b"<si>") + text.count(b"<si ") - before.count(b"<si>") - before.count(b"<si ")


def _check_xml(text, limits):
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unfit("file_entities")
    if len(text) > limits.cell and b"<" not in text[-limits.cell :]:
        raise Unfit("file_long_cell", limit=limits.cell)


FAR_COLUMN = re.compile(rb'<c[^>]{0,80}? r="(?:[A-Z]{4,}|X[G-Z][A-Z]|XF[E-Z]|[YZ][A-Z]{2})[0-9]')


def _check_sheet(text, rows, limits):
    if rows > limits.sheet_rows:
        raise Unfit("file_too_many_rows", limit=limits.sheet_rows)
    if FAR_COLUMN.search(text):
        raise Unfit("file_too_many_columns", count=16_385, limit=limits.columns)


def _inflate(file, part):
    """The part's bytes in pieces; raises as soon as it is longer or shorter than the directory says."""
    file.seek(part.header_offset)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("local header")
    name_length, extra_length = struct.unpack_from("<HH", head, 26)
    file.seek(name_length + extra_length, 1)
    left, produced = part.compress_size, 0
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("method")
    machine = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    waiting = b""
    while left or waiting:
        if not waiting:
            waiting = file.read(min(left, PIECE))
            if not waiting:
                raise EOFError
            left -= len(waiting)
        if machine:
            piece = machine.decompress(waiting, PIECE)
            waiting = machine.unconsumed_tail
        else:
            piece, waiting = waiting, b""
        produced += len(piece)
        if produced > part.file_size or (not piece and machine and machine.eof and left):
            raise zipfile.BadZipFile("longer than its directory says")
        if piece:
            yield piece
    if produced != part.file_size or (machine and not machine.eof):
        raise zipfile.BadZipFile("shorter than its directory says")
