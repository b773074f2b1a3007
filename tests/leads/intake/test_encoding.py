import itertools

import pytest

from leads.intake import encoding
from leads.intake.reasons import Unfit
from leads.intake.sheets import open_sheet

ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16-le": "utf-16",
    "utf-16-be": "utf-16",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "iso2022_jp": "iso2022_jp",
}
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
HEADER = ["会社名", "氏名", "メール", "備考"]
PLAIN = [
    ["株式会社表示ソフト", "能登 構造", "noto@hyoji.example", "表,ソ;能\tを含む"],
    ["みなも機工", "高瀬 澄江", "takase@minamo.example", "1行目\n2行目「引用」"],
    ["くじら化成", "汐見 航", "shiomi@kujira.example", '彼は"はい"と言った'],
    ["ゆきどけ製菓", "崎本 灯里", "sakimoto@yukidoke.example", ""],
]
# What only CP932 and Unicode can write.
WINDOWS = [*PLAIN, ["㈱髙島①", "﨑山 ～－", "takashima@example.jp", "ﾊﾝｶｸ ｶﾅﾀﾞﾖ"]]


def text_of(rows, delimiter, newline):
    quoted = [['"' + cell.replace('"', '""').replace("\n", newline) + '"' for cell in row] for row in rows]
    return newline.join(delimiter.join(row) for row in quoted) + newline


@pytest.mark.parametrize(
    ("codec", "newline", "delimiter"), list(itertools.product(ENCODINGS, ["\n", "\r\n", "\r"], [",", ";", "\t"]))
)
def test_every_encoding_with_every_line_end_and_delimiter_is_read_exactly(codec, newline, delimiter, tmp_path):
    for number, rows in enumerate([PLAIN, WINDOWS]):
        text = text_of([HEADER, *rows], delimiter, newline)
        try:
            data = MARKS.get(codec, b"") + text.encode(codec)
        except UnicodeEncodeError:
            continue
        path = tmp_path / f"{number}.csv"
        path.write_bytes(data)
        sheet = open_sheet(path)
        assert sheet.header == HEADER
        read = [[cell.replace(newline, "\n") for cell in row.cells] for row in sheet.rows()]
        assert read == [[cell.replace("\n", "\n") for cell in row] for row in rows]
        assert sheet.decoding.label.startswith(encoding.label(ENCODINGS[codec]))
        assert sheet.decoding.is_certain


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(codec, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes(text_of([HEADER, *WINDOWS], ",", "\n").encode(codec))
    assert [row.cells for row in open_sheet(path).rows()] == WINDOWS


NAMES = [
    "株式会社",
    "鈴木",
    "山田太郎",
    "東京都",
    "営業部",
    "一二三",
    "田中 花子",
    "サンプル商事",
    "ひらがな",
    "表計算ソフト",
    "日本",
]


@pytest.mark.parametrize("count", range(1, len(NAMES) + 1))
@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
def test_little_text_is_read_right_or_said_to_be_ambiguous(codec, count, tmp_path):
    text = "name,email\n" + "".join(f"{name},a{number}@b.example\n" for number, name in enumerate(NAMES[:count]))
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode(codec))
    decoding = encoding.detect(path)
    assert codec == decoding.encoding or codec in decoding.others


def test_half_width_kana_alone_do_not_pass_for_euc(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("氏名,カナ\n山田太郎,ﾔﾏﾀﾞ ﾀﾛｳ\n鈴木花子,ｽｽﾞｷ ﾊﾅｺ\n".encode("cp932"))
    assert encoding.detect(path) == encoding.Decoding("cp932")


@pytest.mark.parametrize("text", ["São Paulo,José Gonçalves", "Zürich,Jürgen Müller", "Café,René"])
def test_western_text_is_never_silently_japanese(text, tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes(f"city,name\n{text}\n".encode("cp1252"))
    decoding = encoding.detect(path)
    assert decoding.encoding == "cp1252" or not decoding.is_certain


def test_vendor_characters_of_euc_are_refused_or_doubted_never_garbled(tmp_path):
    """Windows writes ① into EUC-JP as 0xADA1, which Python's codec does not know and CP932 reads as kana."""
    path = tmp_path / "leads.csv"
    path.write_bytes("氏名,備考\n山田太郎,第".encode("euc_jp") + b"\xad\xa1" + "回の展示会に来場\n".encode("euc_jp"))
    try:
        found = encoding.detect(path)
    except Unfit:
        return
    assert not found.is_certain


def test_two_encodings_in_one_file_are_refused_with_the_line(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("氏名\n山田\n".encode() + "鈴木、表示\n能登\n".encode("cp932"))
    with pytest.raises(Unfit) as refusal:
        encoding.detect(path)
    assert refusal.value.reason.code == "file_encoding_unknown"
    assert refusal.value.reason.params["line"] >= 2


def test_a_chosen_encoding_must_fit_from_beginning_to_end(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("氏名\n山田\n鈴木\n".encode("cp932"))
    with pytest.raises(Unfit) as refusal:
        open_sheet(path, encoding="utf-8")
    assert refusal.value.reason.code == "file_encoding_wrong"
    assert open_sheet(path, encoding="cp932").header == ["氏名"]


def test_an_encoding_nobody_knows(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("氏名\n山田\n")
    with pytest.raises(Unfit):
        open_sheet(path, encoding="klingon")
