"""What rows refer to by a word: people, sources, campaigns. Few, so a run remembers them all."""

import functools
import hashlib
import re
import unicodedata
from collections import Counter

from leads.intake import names
from leads.models import Activity, Campaign, Source
from portal.models import Person

# Names for the channels that the shipped mappings speak of; an administrator can change them.
SOURCES = {
    "organic_search": ("自然検索", "Organic search"),
    "paid_search": ("検索広告", "Paid search"),
    "social": ("SNS", "Social media"),
    "social_media": ("SNS", "Social media"),
    "paid_social": ("SNS広告", "Paid social"),
    "email": ("メール", "E-mail"),
    "email_marketing": ("メール配信", "E-mail marketing"),
    "referral": ("紹介", "Referral"),
    "referrals": ("紹介", "Referrals"),
    "direct_traffic": ("直接アクセス", "Direct traffic"),
    "display": ("ディスプレイ広告", "Display advertising"),
    "other_publicities": ("その他の広告", "Other publicity"),
    "other": ("その他", "Other"),
    "unknown": ("不明（unknown）", "Unknown"),
    "offline": ("オフライン", "Offline"),
    "web": ("ウェブ", "Web"),
    "webinar": ("ウェビナー", "Webinar"),
    "tradeshow": ("展示会", "Trade show"),
    "partner_referral": ("パートナー紹介", "Partner referral"),
    "phone_inquiry": ("電話での問い合わせ", "Phone inquiry"),
}


class Directory:
    """Looks words up, and makes the sources and campaigns it does not know."""

    def __init__(self):
        self.unknown_people = Counter()
        self.new_words = {"source": Counter(), "campaign": Counter()}
        self._people = _people()
        self.forget()

    def forget(self):
        """Read sources and campaigns anew: what a rolled-back chunk made is gone."""
        self._sources = _known(Source, 60)
        self._campaigns = _known(Campaign, 100)
        self._kinds = {}

    def person(self, text, *, counts=True):
        """The id of the one person with this address or name; None if there is none or more than one."""
        if not text:
            return None
        found = self._people.get(text.strip().lower()) or self._people.get(names.person_key(text))
        if not found and counts:
            self.unknown_people[text] += 1
        return found or None

    def source(self, text):
        code = _code(text, 60)
        if code not in self._sources:
            self.new_words["source"][text] += 1
            japanese, english = SOURCES.get(code, (text[:100], ""))
            self._sources[code] = _made(Source, code, name=japanese, name_en=english)
        return self._sources[code]

    def campaign(self, text):
        code = _code(text, 100)
        if code not in self._campaigns:
            self.new_words["campaign"][text] += 1
            self._campaigns[code] = _made(Campaign, code, name=text[:100])
        return self._campaigns[code]

    def activity_kind(self, text):
        """A kind by its code or by either of its names; other words become "other"."""
        if not self._kinds:
            self._kinds = {value: value for value in Activity.Kind.values}
            self._kinds |= {
                "電話": "call",
                "訪問": "visit",
                "メール": "mail",
                "展示会": "exhibition",
                "セミナー": "seminar",
            }
        return self._kinds.get(text.strip().lower(), Activity.Kind.OTHER.value)


def _known(model, limit):
    """{code: key}; a row is also known by either of its names, where no other row has that name or code."""
    rows = list(model.objects.values_list("pk", "code", "name", "name_en"))
    named: dict[str, set[int]] = {}
    for pk, _given, *spoken in rows:
        for name in filter(None, spoken):
            named.setdefault(_code(name, limit), set()).add(pk)
    return {name: keys.pop() for name, keys in named.items() if len(keys) == 1} | {
        code: pk for pk, code, *_rest in rows
    }


def _made(model, code, **names_given):
    return model.objects.get_or_create(code=code, defaults=names_given)[0].pk


def _people():
    found = {}
    for pk, email, family, given in Person.objects.filter(is_active=True, left_on=None).values_list(
        "pk", "email", "family_name", "given_name"
    ):
        found[email.lower()] = pk
        for key in {names.person_key(f"{family}{given}"), names.person_key(f"{given}{family}")}:
            if key:
                found[key] = None if key in found else pk  # two of the same name: neither is meant for sure
    return found


@functools.lru_cache(maxsize=10_000)
def _code(text, limit):
    """One code for all ways to write a word: "Paid search" and paid_search are the same source."""
    plain = re.sub(r"[\s_]+", "_", unicodedata.normalize("NFKC", text).strip()).casefold()
    if len(plain) <= limit:
        return plain
    return plain[: limit - 9] + "-" + hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()[:8]
