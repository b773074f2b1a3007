import resource
import time
import zipfile
from io import BytesIO

import pytest

from leads.intake import safety
from leads.intake.reasons import Unfit
from leads.intake.sheets import open_sheet
from tests.leads.intake import files

MEGABYTE = 1024 * 1024
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def nested():
    return files.workbook(**{"xl/inner.zip": files.workbook()})


def hidden_nested():
    return files.workbook(**{"xl/media/picture.png": files.workbook()})


def many_rows():
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 1_048_578))
    return files.workbook(rows)


def many_strings():
    strings = "<sst>" + "".join(f"<si><t>{number}</t></si>" for number in range(200_000)) + "</sst>"
    return files.workbook(**{"xl/sharedStrings.xml": strings})


def long_cell():
    return files.workbook(f'<row r="1">{files.cell("x" * 50 * MEGABYTE, "A1")}</row>')


def incompressible_long_cell():
    text = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(40_000))
    return files.workbook(f'<row r="1">{files.cell(text, "A1")}</row>')


def overlapping():
    """Two directory entries that share one part's bytes (after David Fifield's zip bombs)."""
    stream = BytesIO()
    data = files.workbook(**{"xl/media/a.bin": bytes(2000), "xl/media/b.bin": bytes(range(256)) * 400})
    stream.write(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        real = archive.getinfo("xl/media/b.bin")
    offset = real.header_offset.to_bytes(4, "little")
    at = data.rfind(b"xl/media/a.bin") - 46
    patched = bytearray(data)
    patched[at + 20 : at + 24] = (10_000_000).to_bytes(4, "little")
    patched[at + 42 : at + 46] = offset
    return bytes(patched)


BOMBS = {
    "zip 1000:1": (lambda: files.workbook(**{"xl/media/zeros.bin": bytes(20 * MEGABYTE)}), "file_bomb"),
    "nested": (nested, "file_nested"),
    "nested, renamed": (hidden_nested, "file_nested"),
    "100 MB of XML": (lambda: files.workbook("<row/>" * (100 * MEGABYTE // 6)), "file_bomb"),
    "400 MB promised": (
        lambda: files.patched(files.workbook(), "xl/worksheets/sheet1.xml", size=400 * MEGABYTE),
        "file_bomb",
    ),
    "1,048,577 rows": (many_rows, "file_too_many_rows"),
    "16,385 columns": (
        lambda: files.workbook(f'<row r="1">{files.cell("a", "XFE1")}</row>'),
        "file_too_many_columns",
    ),
    "billion laughs": (lambda: files.workbook(**{"xl/sharedStrings.xml": ENTITIES + "<sst/>"}), "file_entities"),
    "external entity": (lambda: files.workbook(**{"xl/sharedStrings.xml": EXTERNAL + "<sst/>"}), "file_entities"),
    "entity in UTF-16": (
        lambda: files.workbook(**{"xl/sharedStrings.xml": (ENTITIES + "<sst/>").encode("utf-16")}),
        "file_entities",
    ),
    "200,000 shared strings": (many_strings, "file_too_many_strings"),
    "zip slip": (lambda: files.workbook(**{"../../etc/cron.d/x": "x"}), "file_unsafe_path"),
    "absolute path": (lambda: files.workbook(**{"/etc/passwd": "x"}), "file_unsafe_path"),
    "symlink": (
        lambda: files.patched(files.workbook(), "xl/worksheets/sheet1.xml", attributes=0o120777 << 16),
        "file_unsafe_path",
    ),
    "encrypted": (lambda: files.patched(files.workbook(), "xl/workbook.xml", flags=1), "file_encrypted"),
    "password-protected by Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_old_excel"),
    "macro": (lambda: files.workbook(**{"xl/vbaProject.bin": "x"}), "file_macros"),
    "macro by content type": (
        lambda: files.workbook(**{"[Content_Types].xml": files.CONTENT_TYPES + "macroEnabled"}),
        "file_macros",
    ),
    "0 bytes": (lambda: b"", "file_empty"),
    "truncated": (lambda: files.workbook()[:-200], "file_broken"),
    "CSV renamed .xlsx": (lambda: b"PK,Email\nx,a@b.example\n", "file_broken"),
    "not a workbook": (lambda: files.workbook(**{"xl/workbook.xml": None}), "file_not_workbook"),
    "50 MB cell": (long_cell, "file_bomb"),
    "long cell": (incompressible_long_cell, "file_long_cell"),
    "overlapping parts": (overlapping, "file_bomb"),
    "lies about its size": (
        lambda: files.patched(
            files.workbook(f'<row r="1">{files.cell("x" * 90_000, "A1")}</row>'), "xl/worksheets/sheet1.xml", size=300
        ),
        "file_broken",
    ),
    "500 parts": (lambda: files.workbook(**{f"xl/{n}.xml": "<a/>" for n in range(500)}), "file_too_many_parts"),
    "gzip": (lambda: b"\x1f\x8b" + bytes(100), "file_binary"),
    "PDF": (lambda: b"%PDF-1.7\n", "file_binary"),
    "web page": (lambda: b"<html><table><tr><td>Email", "file_markup"),
    "binary": (lambda: bytes(range(256)) * 20, "file_binary"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_dangerous_files_are_refused_quickly_and_in_little_memory(name, tmp_path):
    make, code = BOMBS[name]
    path = tmp_path / "upload.xlsx"
    path.write_bytes(make())
    began, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unfit) as refusal:
        open_sheet(path)
    assert refusal.value.reason.code == code
    assert refusal.value.reason.sentence
    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 50 * 1024


def test_an_honest_workbook_passes(tmp_path):
    path = tmp_path / "leads.xlsx"
    path.write_bytes(files.workbook())
    assert safety.kind_of(path) == "xlsx"
    assert open_sheet(path).header == ["Email"]


def test_the_name_of_the_file_decides_nothing(tmp_path):
    path = tmp_path / "leads.xlsx"
    path.write_text("Email\na@b.example\n")
    assert safety.kind_of(path) == "csv"


def test_a_csv_larger_than_the_setting_is_refused(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("Email\n" + "a@b.example\n" * 100)
    with pytest.raises(Unfit) as refusal:
        safety.kind_of(path, safety.Limits(csv_bytes=1000))
    assert refusal.value.reason.code == "file_too_large"
