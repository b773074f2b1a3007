"""Names, addresses and numbers in the form in which two spellings of the same thing are equal."""

import functools
import re
import unicodedata

from leads.intake import freemail
from leads.intake.reasons import Unreadable

# NFKC keeps these apart although a company writes itself with either.
VARIANTS = str.maketrans(
    "髙﨑德濵濱齋齊邊邉澤廣國嶋嶌眞惠槇瀨桒栁𠮷塚冨關彌與圓龍莊會學實圖藏縣萬豐鐵櫻藝壽嶽舘舩",
    "高崎徳浜浜斎斉辺辺沢広国島島真恵槙瀬桑柳吉塚富関弥与円竜荘会学実図蔵県万豊鉄桜芸寿岳館船",
)
DASHES = str.maketrans("‐‑‒–—―−﹣～〜’‘`´“”", "-------" + "-" + "~~''''\"\"")
# 株式会社 is the form a company has unless it says otherwise, so it leaves no trace; the others do.
FORMS = {
    "株式会社": "",
    "(株)": "",
    "有限会社": "有",
    "(有)": "有",
    "合同会社": "合",
    "(同)": "合",
    "(合)": "合",
    "合資会社": "資",
    "(資)": "資",
    "合名会社": "名",
    "(名)": "名",
    "一般社団法人": "社",
    "(一社)": "社",
    "公益社団法人": "公社",
    "一般財団法人": "財",
    "(一財)": "財",
    "公益財団法人": "公財",
    "医療法人": "医",
    "(医)": "医",
    "学校法人": "学",
    "(学)": "学",
    "社会福祉法人": "福",
    "(福)": "福",
    "特定非営利活動法人": "npo",
    "npo法人": "npo",
    "(特非)": "npo",
    "独立行政法人": "独",
}
IN_FRONT = re.compile("^(" + "|".join(map(re.escape, sorted(FORMS, key=len, reverse=True))) + ")")
BEHIND = re.compile("(" + "|".join(map(re.escape, sorted(FORMS, key=len, reverse=True))) + ")$")
REMARK = re.compile(r"\((?:定款上の商号|旧|登記上)[^()]*\)")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+"
)


@functools.lru_cache(maxsize=50_000)
def company_key(name):
    """The normalized name of a company; "" for one that is only punctuation.

    Width, case, spaces, ㈱ and where it stands, old forms of kanji do not matter. The legal form
    does, except that 株式会社 equals saying none: 有限会社ヤマザキ is not 株式会社ヤマザキ.
    """
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", name)).translate(VARIANTS).translate(DASHES).casefold()
    text = REMARK.sub("", re.sub(r"\s+", "", text))
    form = ""
    for pattern in (IN_FRONT, BEHIND):
        match = pattern.search(text)
        if match and match[0] != text:
            form = form or FORMS[match[0]]
            text = pattern.sub("", text, count=1)
    text = text.strip("・,.-_'\"") or text
    if not re.search(r"\w", text):
        return ""
    return (f"{text}|{form}" if form else text)[:200]


def person_key(name):
    """A person's name for putting possible duplicates side by side, never for merging them."""
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", name)).translate(VARIANTS).casefold()
    return re.sub(r"[\s・,.]+", "", text)


def email(text):
    """An e-mail address in small letters; "" if empty. Raises Unreadable."""
    plain = text.strip() if text.isascii() else INVISIBLE.sub("", text).strip()
    plain = plain.removeprefix("mailto:")
    if not plain:
        return ""
    lowered = plain.lower()
    if len(lowered) <= 254 and EMAIL.fullmatch(lowered) and ".." not in lowered and not lowered.startswith("."):
        return lowered
    folded = unicodedata.normalize("NFKC", lowered)
    if folded != lowered and EMAIL.fullmatch(folded):
        raise Unreadable("email_fullwidth")
    raise Unreadable("email_invalid")


@functools.lru_cache(maxsize=50_000)
def _domain(domain):
    return "" if freemail.is_free(domain) else domain


def company_domain(address):
    """The mail domain if it can stand for a company, "" if it is a free-mail or carrier domain."""
    return _domain(address.rpartition("@")[2])


def corporate_number(text):
    """Thirteen digits that pass the check digit; "" if empty. Raises Unreadable.

    The rule: Ministry of Finance ordinance on corporate numbers, article 2: 9 minus the remainder by 9
    of the digits weighted 1 and 2 from the right.
    """
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).lstrip("'").removeprefix("t").removeprefix("T")
    if not digits:
        return ""
    if not re.fullmatch(r"[0-9]{13}", digits):
        raise Unreadable("corporate_number")
    body = [int(digit) for digit in reversed(digits[1:])]
    total = sum(digit * (1 if place % 2 == 0 else 2) for place, digit in enumerate(body))
    if int(digits[0]) != 9 - total % 9:
        raise Unreadable("corporate_number")
    return digits


def phone(text):
    """A telephone number in half-width characters, otherwise as it was written."""
    if text.isascii():
        return text.strip().lstrip("'")
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DASHES).strip().lstrip("'")
