"""Large files: every bad row comes back and mends, and memory does not grow with the number of rows."""

import csv
import io
import json
from collections import Counter

import pytest

from leads.intake import receive, refused, survey, undo
from leads.models import Import, Lead
from portal import formula
from tests import make
from tests.leads.intake.taking import counts, in_another_process, prepared, take_in

HEADER = ["ID", "会社名", "法人番号", "氏名", "メール", "電話番号", "役職", "従業員数", "登録日", "金額", "削除"]
MEGABYTE = 1024  # ru_maxrss counts kilobytes
ROOM = 48 * MEGABYTE


def good(n):
    day = f"2026-04-{n % 28 + 1:02}"
    return [f"{n}", f"架空{n // 5}工業", "", f"架空 {n}", f"p{n}@k{n // 5}.example", "03-1", "課長", "", day, "", ""]


def with_cell(name, value):
    """The row with one cell changed."""

    def change(n):
        row = good(n)
        row[HEADER.index(name)] = value(n) if callable(value) else value
        return row

    return change


def met_again(name, value):
    """A row about a lead that row 0 of the file brought, which contradicts it."""

    def change(n):
        row = [*good(0)]
        row[0] = str(n)
        row[HEADER.index(name)] = value
        return row

    return change


# What each kind of bad row is refused for: (code, how a good row is spoilt).
KINDS = [
    ("email_fullwidth", with_cell("メール", lambda n: f"p{n}＠k.example")),
    ("email_fullwidth", with_cell("メール", lambda n: f"ｐ{n}@k.example")),
    ("email_invalid", with_cell("メール", "nobody")),
    ("email_invalid", with_cell("メール", lambda n: f"p{n}@@k.example")),
    ("email_invalid", with_cell("メール", lambda n: f"p{n}@k")),
    ("email_invalid", with_cell("メール", lambda n: f"p {n}@k.example")),
    ("email_invalid", with_cell("メール", lambda n: f"p..{n}@k.example")),
    ("email_invalid", with_cell("メール", lambda n: f".p{n}@k.example")),
    ("email_invalid", with_cell("メール", "（メールなし）")),
    ("date_unreadable", with_cell("登録日", "きのう")),
    ("date_unreadable", with_cell("登録日", "2026-04")),
    ("date_not_real", with_cell("登録日", "2026-02-30")),
    ("date_not_real", with_cell("登録日", "2026/4/31")),
    ("date_not_real", with_cell("登録日", "2026-13-01")),
    ("number_unreadable", with_cell("従業員数", "50～100名くらい")),
    ("number_unreadable", with_cell("従業員数", "たくさん")),
    ("number_unreadable", with_cell("従業員数", "1.2.3")),
    ("corporate_number", with_cell("法人番号", "1234567890123")),
    ("corporate_number", with_cell("法人番号", "12345")),
    ("corporate_number", with_cell("法人番号", "T-ABCDEFGHIJKL")),
    ("amount_unreadable", with_cell("金額", "百万くらい")),
    ("amount_negative", with_cell("金額", "-500")),
    ("deleted_there", with_cell("削除", "1")),
    ("too_long", with_cell("役職", "長" * 121)),
    ("too_long", with_cell("電話番号", "0" * 41)),
    ("control_character", with_cell("氏名", "架空\x01")),
    ("width", lambda n: [*good(n), "余分"]),
    ("nothing_known", lambda n: ["", "架空工業", *[""] * 9]),
    ("same_in_file", met_again("役職", "部長")),
    ("same_in_file", met_again("電話番号", "03-2")),
]


def text_of(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([HEADER, *rows])
    return stream.getvalue()


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_bad_rows_of_thirty_kinds_come_back_and_mended_they_are_exactly_what_was_missing(soak):
    rows, bad = (100_000, 1_000) if soak else (3_000, 60)
    every = rows // bad
    spoilt = {n: KINDS[n // every % len(KINDS)] for n in range(every - 1, rows, every)}
    imported = take_in(text_of(spoilt[n][1](n) if n in spoilt else good(n) for n in range(rows)))
    found = dict(imported.refused_rows.values_list("number", "code"))
    assert found == {n + 2: code for n, (code, _spoil) in spoilt.items()}
    assert counts(imported) == (rows - bad, 0, 0, bad)

    header, *lines = csv.reader(io.StringIO(b"".join(refused.lines(imported)).decode("utf-8-sig")))
    assert header[: len(HEADER)] == HEADER
    assert len(lines) == bad
    for line in lines:
        number, column, reason = line[len(HEADER) :]
        code, spoil = spoilt[int(number) - 2]
        assert reason
        assert column in HEADER or code in {"width", "nothing_known"}
        assert [formula.rearm(cell) for cell in line[: len(HEADER)]] == spoil(int(number) - 2)[: len(HEADER)]

    mended = take_in(text_of(good(n) for n in spoilt), name="leads.csv")
    assert counts(mended) == (bad, 0, 0, 0)
    assert Lead.objects.count() == rows


def test_there_are_thirty_kinds():
    assert len(KINDS) == 30
    assert len(Counter(code for code, _spoil in KINDS)) >= 10


# -- Memory ------------------------------------------------------------------------------------

COMING = """
import json, resource, sys
from leads.intake import receive
peaks = []
receive._breathe = lambda: peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
while receive.carry_on(int(sys.argv[1])):
    pass
print(json.dumps(peaks))
"""
GOING = """
import json, resource, sys
from leads.intake import undo
peaks, take_back = [], undo._take_back
def watched(imported, rows):
    take_back(imported, rows)
    peaks.append((len(rows), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
undo._take_back = watched
while undo.carry_on(int(sys.argv[1]), seconds=1):
    pass
print(json.dumps(peaks))
"""


def report_of(code, imported):
    process = in_another_process(code, imported.pk)
    said, _errors = process.communicate(timeout=3_000)
    assert process.returncode == 0
    imported.refresh_from_db()
    return json.loads(said)


def written(path, rows):
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(map(good, range(rows)))
    return path


def started(path):
    with path.open("rb") as file:
        imported = survey.upload(file, name="leads.csv", by=None, at=make.NOON, encoding="cp932")
    imported.state = Import.State.READY
    imported.save()
    receive.start(imported, at=make.NOON)
    return imported


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_file_of_any_length_comes_in_with_the_same_memory(tmp_path, soak):
    rows = 1_000_000 if soak else 20_000
    imported = started(written(tmp_path / "leads.csv", rows))
    peaks = report_of(COMING, imported)
    assert (imported.state, counts(imported)) == ("done", (rows, 0, 0, 0))
    assert Lead.objects.count() == rows
    assert peaks[-1] - peaks[len(peaks) // 4] < ROOM


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_large_import_goes_again_chunk_by_chunk_with_the_same_memory(soak):
    rows = 50_000 if soak else 4_000
    imported = prepared(text_of(map(good, range(rows))))
    receive.start(imported, at=make.NOON)
    while receive.carry_on(imported.pk):
        pass
    undo.begin(imported, by=make.person("marketing"), at=make.NOON)
    peaks = report_of(GOING, imported)
    assert imported.state == Import.State.UNDONE
    assert [size for size, _peak in peaks] == [undo.CHUNK] * (rows // undo.CHUNK)
    assert Lead.objects.present().count() == 0
    assert peaks[-1][1] - peaks[len(peaks) // 4][1] < ROOM
