import datetime

import openpyxl
import pytest

from leads.intake.reasons import Unfit
from leads.intake.safety import Limits
from leads.intake.sheets import open_sheet


def sheet_of(tmp_path, text, **options):
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_sheet(path, **options)


def test_rows_keep_the_numbers_a_spreadsheet_shows(tmp_path):
    sheet = sheet_of(tmp_path, 'name,note\n\nA,"two\nlines"\n\nB,x\n')
    assert [(row.number, row.cells) for row in sheet.rows() if not row.is_blank] == [
        (3, ["A", "two\nlines"]),
        (5, ["B", "x"]),
    ]


def test_rows_go_on_after_a_number(tmp_path):
    sheet = sheet_of(tmp_path, "name\nA\nB\nC\n")
    assert [row.cells for row in sheet.rows(after=3)] == [["C"]]


def test_a_title_line_above_the_header_is_passed_over(tmp_path):
    sheet = sheet_of(tmp_path, "ダウンロード日,2026年\nコード,会社名,氏名,メール\n1,A,B,c@d.example\n")
    assert sheet.header == ["コード", "会社名", "氏名", "メール"]
    assert [row.number for row in sheet.rows()] == [3]


def test_a_stray_quotation_mark_is_the_problem_of_its_row_alone(tmp_path):
    sheet = sheet_of(tmp_path, 'name,note\nA,"x"y\nB,z\n')
    rows = list(sheet.rows())
    assert rows[0].problem.code == "quotes"
    assert rows[1].cells == ["B", "z"]


def test_an_open_quotation_mark_refuses_the_file_instead_of_swallowing_rows(tmp_path):
    sheet = sheet_of(tmp_path, 'name,note\nA,"open\nB,z\nC,z\n')
    with pytest.raises(Unfit) as refusal:
        list(sheet.rows())
    assert refusal.value.reason.code == "file_open_quote"
    assert refusal.value.reason.params["line"] == 2


def test_a_huge_cell_refuses_the_file(tmp_path):
    sheet = sheet_of(tmp_path, "name,note\nA," + "x" * 2000 + "\n", limits=Limits(cell=1000))
    with pytest.raises(Unfit) as refusal:
        list(sheet.rows())
    assert refusal.value.reason.code == "file_long_cell"


def test_too_many_columns(tmp_path):
    with pytest.raises(Unfit) as refusal:
        sheet_of(tmp_path, ",".join(f"c{n}" for n in range(600)) + "\n")
    assert refusal.value.reason.code == "file_too_many_columns"


def test_a_file_of_line_ends_has_no_header(tmp_path):
    with pytest.raises(Unfit) as refusal:
        sheet_of(tmp_path, "\n\n\n")
    assert refusal.value.reason.code == "file_no_header"


def test_one_column_is_not_split_at_spaces_or_dots(tmp_path):
    assert sheet_of(tmp_path, "email\na.b@c.example\n").header == ["email"]


def test_a_workbook_reads_like_the_same_csv(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("hidden", 0).sheet_state = "hidden"
    page = book["Sheet"]
    page.append(["会社名", "来場日", "従業員数", "確認", "率"])
    page.append(["㈱髙島屋", datetime.datetime(2026, 4, 1, 9, 30), 120, True, 0.5])
    page.append(["＝くじら", datetime.date(2026, 4, 2), 12345678901, False, None])
    path = tmp_path / "leads.xlsx"
    book.save(path)
    sheet = open_sheet(path)
    assert sheet.sheet_name == "Sheet"
    assert [row.cells for row in sheet.rows()] == [
        ["㈱髙島屋", "2026-04-01 09:30:00", "120", "true", "0.5"],
        ["＝くじら", "2026-04-02", "12345678901", "false", ""],
    ]
