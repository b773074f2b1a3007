"""Where the demo's leads come from: good campaigns and bad ones, with their seasons."""

import dataclasses
import datetime

from leads.models import Campaign, Source

SOURCES = [
    ("web", "ウェブ", "Web site"),
    ("search_ad", "検索広告", "Search advertising"),
    ("exhibition", "展示会", "Exhibition"),
    ("seminar", "セミナー", "Seminar"),
    ("mail", "メール", "Mail"),
    ("referral", "紹介", "Referral"),
    ("partner", "販売パートナー", "Sales partner"),
    ("unknown", "不明", "Unknown"),
]


@dataclasses.dataclass(frozen=True)
class Plan:
    """A campaign's rhythm and luck: months ago it ran, days it lasted, its share of leads, and how well they fare."""

    name: str
    name_en: str
    channel: str
    source: str
    months_ago: float
    days: int
    share: int
    warm: float  # the share that comes to meet the definition
    good: float  # how likely each following step is, against the average
    cost: int
    aim: str
    hypothesis: str


PLANS = [
    Plan("製品サイトの資料請求", "Web site inquiries", "web", "web", 12, 366, 26, 0.30, 1.1, 1_200_000, "いま困っている方に見つけてもらう", "料金を見た方は半年以内に動く"),
    Plan("検索広告 点検の電子化", "Search ads: digital inspection", "search_ad", "search_ad", 12, 366, 20, 0.18, 0.8, 4_800_000, "名前を知らない方に届く", "「点検 電子化」で探す方は課題が具体的"),
    Plan("検索広告 指名", "Search ads: our name", "search_ad", "search_ad", 9, 270, 8, 0.26, 1.2, 900_000, "比較中の方を逃さない", "指名で探す方は比較の最後にいる"),
    Plan("設備保全展 春", "Maintenance fair, spring", "exhibition", "exhibition", 8, 4, 14, 0.16, 0.7, 6_500_000, "現場の課長と名刺を交わす", "実機に触れた方は3か月で動く"),
    Plan("工場DX展 秋", "Factory fair, autumn", "exhibition", "exhibition", 1.5, 4, 14, 0.24, 1.0, 7_200_000, "工場長に会う", "小間で課題を聞けた方だけを渡せば商談になる"),
    Plan("ウェビナー 点検記録の電子化", "Webinar: digital inspection records", "seminar", "seminar", 5, 150, 9, 0.34, 1.3, 600_000, "導入の手順を知ってもらう", "質問した方は導入時期が決まっている"),
    Plan("導入事例メール", "Case study mails", "mail", "mail", 10, 300, 6, 0.20, 0.9, 240_000, "眠っているリードを起こす", "同じ業種の事例なら返事が来る"),
    Plan("お客様からの紹介", "Referred by customers", "referral", "referral", 12, 366, 3, 0.55, 1.8, 0, "満足の声を次へ", "紹介は決裁者に直接届く"),
]  # fmt: skip

SEASON = {1: 0.7, 2: 1.0, 3: 1.1, 4: 0.9, 5: 0.8, 6: 1.1, 7: 1.1, 8: 0.6, 9: 1.1, 10: 1.3, 11: 1.2, 12: 0.6}


@dataclasses.dataclass(frozen=True)
class Running:
    """A plan with its rows: who owns it and on which days it ran."""

    plan: Plan
    campaign: Campaign
    source: Source
    days: list


def build(people, today, months, rng):
    """Sources and campaigns; returns what runs, with the days of each by season."""
    sources = {}
    for position, (code, name, name_en) in enumerate(SOURCES):
        sources[code], _created = Source.objects.get_or_create(
            code=code, defaults={"name": name, "name_en": name_en, "position": position}
        )
    owners = [person for person in people if person.function == "marketing"]
    begin = today - datetime.timedelta(days=round(months * 30.4))
    running = []
    for number, plan in enumerate(PLANS):
        first = today - datetime.timedelta(days=round(plan.months_ago * 30.4))
        first = max(first, begin)
        last = min(first + datetime.timedelta(days=plan.days - 1), today)
        campaign = Campaign.objects.create(
            code=f"demo-{number + 1}",
            name=plan.name,
            name_en=plan.name_en,
            channel=plan.channel,
            aim=plan.aim,
            target="従業員50〜300名の製造業・物流業",
            hypothesis=plan.hypothesis,
            cost=plan.cost,
            starts_on=first,
            ends_on=last,
            owner=owners[0] if plan.channel == "exhibition" else rng.choice(owners),
        )
        running.append(Running(plan, campaign, sources[plan.source], _days(first, last)))
    return running


def _days(first, last):
    """[(day, weight)]: weekdays and the busy months count more."""
    count = (last - first).days + 1
    days = [first + datetime.timedelta(days=n) for n in range(count)]
    return [(day, SEASON[day.month] * (0.25 if day.weekday() >= 5 else 1.0)) for day in days]
