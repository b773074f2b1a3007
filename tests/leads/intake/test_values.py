import csv
import datetime
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.intake import amounts, dates, names
from leads.intake.dates import DateColumn
from leads.intake.freemail import is_free
from leads.intake.reasons import Unreadable
from portal import formula

TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-04-01", "2026-04-01T00:00+09:00"),
        ("2026/4/1", "2026-04-01T00:00+09:00"),
        ("2026/04/01 9:14", "2026-04-01T09:14+09:00"),
        ("2026-04-01 09:14:30", "2026-04-01T09:14:30+09:00"),
        ("2026-04-01T00:14:00Z", "2026-04-01T09:14+09:00"),
        ("2026-03-31T15:30:00.000+0000", "2026-04-01T00:30+09:00"),
        ("2026-04-01T09:14:00+09:00", "2026-04-01T09:14+09:00"),
        ("2026年4月1日", "2026-04-01T00:00+09:00"),
        ("2026年4月1日（水） 午後2時05分", "2026-04-01T14:05+09:00"),
        ("令和8年4月1日", "2026-04-01T00:00+09:00"),
        ("R8.4.1", "2026-04-01T00:00+09:00"),
        ("令和元年5月1日", "2019-05-01T00:00+09:00"),
        ("20260401", "2026-04-01T00:00+09:00"),
        ("２０２６／４／１", "2026-04-01T00:00+09:00"),
        ("4/15/2026 2:30 PM", "2026-04-15T14:30+09:00"),
        ("15.4.2026", "2026-04-15T00:00+09:00"),
        ("26-02-2018 19:58", "2018-02-26T19:58+09:00"),
        ("5/5/2026", "2026-05-05T00:00+09:00"),
        ("12/15/2026 12:00 AM", "2026-12-15T00:00+09:00"),
    ],
)
def test_a_value_that_reads_one_way_is_read(text, instant):
    assert dates.read(text).at(TOKYO) == datetime.datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("11/10/26", "date_ambiguous"),
        ("1/2/2026", "date_ambiguous"),
        ("11/31/26", "date_not_real"),
        ("2026-02-29", "date_not_real"),
        ("31/11/2026", "date_not_real"),
        ("yesterday", "date_unreadable"),
        ("2026-04-01 25:00", "date_unreadable"),
        ("4/2026", "date_unreadable"),
    ],
)
def test_a_value_that_does_not_is_refused(text, code):
    with pytest.raises(Unreadable) as refusal:
        dates.read(text)
    assert refusal.value.code == code


@pytest.mark.parametrize("text", ["", "  ", "-", "未定", "N/A"])
def test_no_date_is_no_mistake(text):
    assert dates.read(text) is None


@given(
    st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2060, 12, 31)),
    st.sampled_from(["%m/%d/%Y", "%d/%m/%Y", "%m-%d-%y", "%d.%m.%y"]),
)
def test_without_a_word_about_the_order_a_date_is_right_or_refused(day, style):
    text = day.strftime(style)
    code = ""
    try:
        assert dates.read(text).day == day
    except Unreadable as refusal:
        code = refusal.code
    assert code in ("", "date_ambiguous")


@given(
    st.lists(
        st.dates(min_value=datetime.date(2000, 1, 1), max_value=datetime.date(2030, 12, 31)), min_size=1, max_size=30
    ),
    st.sampled_from([("mdy", "%m/%d/%Y"), ("dmy", "%d/%m/%Y")]),
)
def test_a_column_is_read_right_or_left_open(days, style):
    order, form = style
    column = DateColumn()
    for day in days:
        column.feed(day.strftime(form))
    assert column.order in ("", order)
    if column.order:
        assert [dates.read(day.strftime(form), column.order).day for day in days] == days
    else:
        assert column.choices or all(day.day == day.month for day in days)


def test_a_mixed_column_has_no_order():
    column = DateColumn()
    for text in ["13/4/2026", "4/13/2026", "5/6/2026", "2026-01-01"]:
        column.feed(text)
    assert (column.order, column.is_mixed, column.open_rows) == ("", True, 1)


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("1,200,000", 1_200_000), ("１，２００，０００円", 1_200_000), ("¥1200000", 1_200_000), ("120万円", 1_200_000),
        ("1.5億", 150_000_000), ("1億2,000万", 120_000_000), ("1200000.00", 1_200_000), ("0", 0), ("0.0", 0),
        ("", None), ("未定", None), ("-", None), ("3千円", 3000),
    ],
)  # fmt: skip
def test_amounts(text, yen):
    assert amounts.yen(text) == yen


def test_nothing_asked_is_not_nothing_earned():
    assert amounts.yen("0.0", zero_is_unknown=True) is None


@pytest.mark.parametrize("text", ["50〜100名くらい", "1.200.000", "12,00", "$100", "120万120万", "1e6", "0.5"])
def test_amounts_that_are_not_guessed(text):
    with pytest.raises(Unreadable) as refusal:
        amounts.yen(text)
    assert refusal.value.code == "amount_unreadable"


@pytest.mark.parametrize("text", ["-100", "△1,000", "▲1000", "(1,000)"])
def test_amounts_below_zero(text):
    with pytest.raises(Unreadable) as refusal:
        amounts.yen(text)
    assert refusal.value.code == "amount_negative"


def test_whole_numbers():
    assert [amounts.whole(text) for text in ["120名", "1,200", "", "５０"]] == [120, 1200, None, 50]
    with pytest.raises(Unreadable):
        amounts.whole("12.5")


CASES = list(csv.DictReader((Path(__file__).parent / "dedupe_cases.csv").open(encoding="utf-8")))


def test_every_way_to_write_one_company_has_one_key():
    """870 pairs made from public registers: widths, spaces, ㈱ in front and behind."""
    apart = [
        row
        for row in CASES
        if row["same_company"] == "1" and names.company_key(row["name_a"]) != names.company_key(row["name_b"])
    ]
    assert apart == []


def test_companies_of_another_legal_form_are_kept_apart():
    """Of 28 real pairs that differ in legal form or its place, those that differ in form; the place tells nothing."""
    pairs = [row for row in CASES if row["kind"] == "same_core_different_legal_form_or_position"]
    merged = [row for row in pairs if names.company_key(row["name_a"]) == names.company_key(row["name_b"])]
    assert len(pairs) == 28
    assert all("株式会社" in row["name_a"] and "株式会社" in row["name_b"] for row in merged)
    assert len(merged) == 11


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("㈱髙島屋", "高島屋"), ("（株）髙島屋", "高島屋"), ("㍿高島屋", "高島屋"), ("高島屋株式会社", "高島屋"),
        ("株式会社　ＡＢＣ", "abc"), ("パーク二四株式会社（定款上の商号パーク24）", "パーク二四"), ("有限会社ヤマザキ", "ヤマザキ|有"),
        ("㈲ヤマザキ", "ヤマザキ|有"), ("株式会社", "株式会社"), ("―", ""), ("", ""), ("Test & Sons, Inc.", "test&sons,inc"),
    ],
)  # fmt: skip
def test_company_keys(name, key):
    assert names.company_key(name) == key


@given(st.text(max_size=80))
def test_a_company_key_is_stable(name):
    key = names.company_key(name)
    assert len(key) <= 200
    assert names.company_key(name) == key


def test_corporate_numbers():
    for row in CASES:
        for number in (row["corporate_number_a"], row["corporate_number_b"]):
            if number:
                assert names.corporate_number(number) == number
                wrong = number[:-1] + str(int(number[-1]) % 9 + 1)
                with pytest.raises(Unreadable):
                    names.corporate_number(wrong)
    assert names.corporate_number("７０００-０１２０５０００２") == "7000012050002"
    assert names.corporate_number("T7000012050002") == "7000012050002"
    assert names.corporate_number("") == ""


@pytest.mark.parametrize(
    "text", ["Taro.Mihon@Example.CO.JP", " taro.mihon@example.co.jp\u200b", "mailto:taro.mihon@example.co.jp"]
)
def test_addresses_are_one_in_small_letters(text):
    assert names.email(text) == "taro.mihon@example.co.jp"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sawa＠tobiuo.example", "email_fullwidth"),
        ("ａ@b.example", "email_fullwidth"),
        ("a@b", "email_invalid"),
        ("a b@c.example", "email_invalid"),
        ("a@b..example", "email_invalid"),
        ("a@b.example; c@d.example", "email_invalid"),
    ],
)
def test_addresses_that_are_none(text, code):
    with pytest.raises(Unreadable) as refusal:
        names.email(text)
    assert refusal.value.code == code


def test_free_mail_is_no_company():
    assert [is_free(d) for d in ["gmail.com", "DOCOMO.ne.jp", "abc.ocn.ne.jp", "example.co.jp"]] == [
        True,
        True,
        True,
        False,
    ]


DANGEROUS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1+1", "＋1", "－1+1", "＠SUM", " =1", "\xa0=1",
             "\u3000=1", "\ufeff=1", '"=1', "'=1", ";=1", ",=1", "|cmd", "%0A=1", "=cmd|' /C calc'!A0", '=HYPERLINK("x")',
             "-2+3+cmd|' /C calc'!A0", "+81-3-0000-0005", "@import", "=\n1", "\u200b=1", "--1"]  # fmt: skip


@pytest.mark.parametrize("text", DANGEROUS)
def test_cells_that_would_run_are_disarmed_and_come_back(text):
    safe = formula.disarm(text)
    assert safe[0] == "'"
    assert text[1:] in safe
    assert formula.rearm(safe) == text


@pytest.mark.parametrize("text", ["-123", "+5", "-1,200.50", "abc", "会社", "3-4", "", "O'Test", "a=b"])
def test_harmless_cells_stay(text):
    assert formula.disarm(text) == text
    assert formula.rearm(text) == text


@given(st.text(max_size=40))
def test_disarming_can_be_taken_back(text):
    assert formula.rearm(formula.disarm(text)) == text or text[:1] == "'"
