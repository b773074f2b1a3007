import csv
import io

import pytest

from leads.intake import refused
from leads.models import Lead
from tests.leads.intake.taking import counts, take_in

pytestmark = pytest.mark.django_db


def rows_of(imported):
    text = b"".join(refused.lines(imported)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_refused_rows_come_back_with_row_column_and_reason():
    imported = take_in("氏名,メール\nA,a@a.example\nB,nobody\nC,c＠c.example\n")
    header, *rows = rows_of(imported)
    assert header[:2] == ["氏名", "メール"]
    assert [row[:4] for row in rows] == [["B", "nobody", "3", "メール"], ["C", "c＠c.example", "4", "メール"]]
    assert all(row[4] for row in rows)


def test_a_mended_file_adds_exactly_what_was_refused():
    good = "".join(f"G{n},g{n}@g.example,\n" for n in range(990))
    bad = "".join(f"B{n},b{n}＠b.example,\n" for n in range(10))
    imported = take_in("氏名,メール,備考\n" + good + bad)
    assert counts(imported) == (990, 0, 0, 10)
    mended = b"".join(refused.lines(imported)).replace("＠".encode(), b"@")
    again = take_in(mended, name="leads_refused.csv")
    assert counts(again) == (10, 0, 0, 0)
    assert Lead.objects.count() == 1000


DANGEROUS = ["=1+1", "@SUM(1)", "+81-3-0000-0005", "-1+1", "＝1", '=HYPERLINK("x")', "\t=1", ";=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_in_it_runs_in_a_spreadsheet_and_it_reads_back_as_it_was(text):
    quoted = '"' + text.replace('"', '""') + '"'
    imported = take_in(f"氏名,メール,役職\nA,nobody,{quoted}\n")
    row = rows_of(imported)[1]
    assert row[2][0] == "'"
    mended = b"".join(refused.lines(imported)).replace(b"nobody", b"a@a.example")
    take_in(mended, name="mended.csv")
    assert Lead.objects.get().title == text.strip()


def test_a_row_of_any_width_keeps_its_place():
    imported = take_in('氏名,メール\n"A\n2",nobody\nB,b@b.example,too,many\n')
    assert [row[:2] for row in rows_of(imported)[1:]] == [["A\n2", "nobody"], ["B", "b@b.example"]]
