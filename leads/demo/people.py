"""The people of あおぞら計装: those with log-ins first, then as many more as asked for."""

import datetime

from django.contrib.auth.hashers import make_password

from leads.demo import words
from portal.models import CompanySettings, OrgUnit, Person

PASSWORD = "tasuki-demo"  # noqa: S105 - printed on the demo's log-in page
DOMAIN = "aozora.example"
F = Person.Function

UNITS = [
    # key, name, English name, parent
    ("company", "あおぞら計装株式会社", "Aozora Instruments", None),
    ("marketing", "マーケティング部", "Marketing", "company"),
    ("web", "ウェブグループ", "Web group", "marketing"),
    ("events", "イベントグループ", "Events group", "marketing"),
    ("inside", "インサイドセールス部", "Inside sales", "company"),
    ("sales", "営業部", "Sales", "company"),
    ("sales1", "第1グループ", "Group 1", "sales"),
    ("sales2", "第2グループ", "Group 2", "sales"),
    ("west", "西日本グループ", "West Japan group", "sales"),
    ("success", "カスタマーサクセス部", "Customer success", "company"),
    ("back", "管理部", "Administration", "company"),
    ("works", "技術部", "Engineering", "company"),
]

KNOWN = [
    # family, given, kana, kana, romaji, function, unit, title, manages
    ("小春", "ひより", "コハル", "ヒヨリ", "koharu.hiyori", F.MARKETING, "events", "", False),
    ("若竹", "光", "ワカタケ", "ヒカル", "wakatake.hikaru", F.INSIDE_SALES, "inside", "", False),
    ("青葉", "湊", "アオバ", "ミナト", "aoba.minato", F.SALES, "sales1", "", False),
    ("茜", "こよみ", "アカネ", "コヨミ", "akane.koyomi", F.CUSTOMER_SUCCESS, "success", "", False),
    ("山吹", "奏", "ヤマブキ", "カナデ", "yamabuki.kanade", F.MARKETING, "marketing", "部長", True),
    ("藍沢", "岳", "アイザワ", "ガク", "aizawa.gaku", F.SALES, "sales", "部長", True),
    ("常盤", "文", "トキワ", "フミ", "tokiwa.fumi", F.EXECUTIVE, "company", "社長", True),
    ("月白", "梓", "ゲッパク", "アズサ", "geppaku.azusa", F.OTHER, "back", "システム担当", False),
    ("朝霧", "蓮", "アサギリ", "レン", "asagiri.ren", F.INSIDE_SALES, "inside", "課長", True),
    ("萌黄", "圭", "モエギ", "ケイ", "moegi.kei", F.CUSTOMER_SUCCESS, "success", "部長", True),
    ("花園", "つむぎ", "ハナゾノ", "ツムギ", "hanazono.tsumugi", F.INSIDE_SALES, "inside", "", False),
    ("白瀬", "凪", "シラセ", "ナギ", "shirase.nagi", F.SALES, "sales1", "グループ長", True),
    ("紅葉", "あきら", "モミジ", "アキラ", "momiji.akira", F.SALES, "sales1", "", False),
    ("鈍色", "諒", "ニビイロ", "リョウ", "nibiiro.ryo", F.SALES, "sales2", "グループ長", True),
    ("桔梗", "実", "キキョウ", "ミノル", "kikyo.minoru", F.SALES, "west", "グループ長", True),
    ("若葉", "希", "ワカバ", "ノゾミ", "wakaba.nozomi", F.MARKETING, "web", "グループ長", True),
    ("瑠璃川", "直", "ルリカワ", "ナオ", "rurikawa.nao", F.MARKETING, "events", "グループ長", True),
]

# One log-in a function, in the order the log-in page shows them.
LOGINS = ["koharu.hiyori", "wakatake.hikaru", "aoba.minato", "akane.koyomi", "yamabuki.kanade", "aizawa.gaku",
          "tokiwa.fumi", "geppaku.azusa"]  # fmt: skip

SHARES = [("web", F.MARKETING, 5), ("events", F.MARKETING, 5), ("inside", F.INSIDE_SALES, 12), ("sales1", F.SALES, 12),
          ("sales2", F.SALES, 12), ("west", F.SALES, 10), ("success", F.CUSTOMER_SUCCESS, 12), ("back", F.OTHER, 14),
          ("works", F.OTHER, 21)]  # fmt: skip


def build(count, rng, today):
    """Units and people; returns the people in a stable order."""
    settings = CompanySettings.load()
    settings.name, settings.is_demo = "あおぞら計装株式会社", True
    settings.save()
    units = _units()
    secret = make_password(PASSWORD)
    rows = [_person(known, units, secret) for known in KNOWN]
    rows += _more(max(count - len(rows), 0), rng, units, secret)
    Person.objects.bulk_create(rows)
    people = list(Person.objects.order_by("pk").select_related("unit"))
    _set_managers(people)
    _send_some_away(people, rng, today)
    return people


def _units():
    units = {}
    for position, (key, name, name_en, parent) in enumerate(UNITS):
        units[key] = OrgUnit.objects.create(name=name, name_en=name_en, parent=units.get(parent), position=position)
    return units


def _person(known, units, secret):
    family, given, family_kana, given_kana, romaji, function, unit, title, manages = known
    return Person(
        email=f"{romaji}@{DOMAIN}",
        password=secret,
        family_name=family,
        given_name=given,
        family_kana=family_kana,
        given_kana=given_kana,
        function=function,
        unit=units[unit],
        title=title,
        is_manager=manages,
        is_staff=romaji == "geppaku.azusa",
        is_superuser=romaji == "geppaku.azusa",
    )


def _more(count, rng, units, secret):
    names = [(family, given) for family in words.FAMILY for given in words.GIVEN]
    rng.shuffle(names)
    weights = [share for _unit, _function, share in SHARES]
    rows = []
    for n in range(count):
        (family, family_kana, family_romaji), (given, given_kana, given_romaji) = names[n % len(names)]
        unit, function, _share = rng.choices(SHARES, weights)[0]
        suffix = str(n // len(names) + 2) if n >= len(names) else ""
        known = (
            family,
            given,
            family_kana,
            given_kana,
            f"{family_romaji}.{given_romaji}{suffix}",
            function,
            unit,
            "",
            False,
        )
        rows.append(_person(known, units, secret))
    return rows


def _set_managers(people):
    heads = {person.unit_id: person for person in people if person.is_manager}
    chief = next(person for person in people if person.function == F.EXECUTIVE)
    for person in people:
        head = heads.get(person.unit_id)
        if head is None or head is person:
            head = heads.get(person.unit.parent_id, chief)
        person.manager = head if head is not person else None
    Person.objects.bulk_update(people, ["manager"])


def _send_some_away(people, rng, today):
    """A few are away these days, with somebody of their team standing in."""
    for unit in {person.unit_id for person in people}:
        team = [person for person in people if person.unit_id == unit and not person.is_manager]
        team = [person for person in team if person.email.split("@")[0] not in LOGINS]
        if len(team) < 4:
            continue
        away, stand_in = rng.sample(team, 2)
        away.away_from = today - datetime.timedelta(days=rng.randrange(4))
        away.away_to = today + datetime.timedelta(days=rng.randrange(1, 6))
        away.stand_in = stand_in
        away.save(update_fields=["away_from", "away_to", "stand_in"])
