import collections
import dataclasses
import datetime
import random

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from leads import starter
from leads.demo import campaigns, people, words
from leads.demo.history import Chronicler
from leads.demo.rows import Ledger
from leads.intake import names
from leads.models import Agreement, Company, Lead
from portal import bulk, notifying
from portal.models import BusinessCalendar, CompanySettings, Entry, Notification, Person
from portal.search import indexing

CHUNK = 4_000


@dataclasses.dataclass(frozen=True)
class Agreements:
    """The revisions in force, by what the demo needs of them."""

    definition: object
    sla: object
    commitments: dict
    reasons: dict


def is_empty():
    """Nobody works here and no lead came in yet."""
    return not Person.objects.exists() and not Lead.objects.exists()


def build(*, people_count, leads, seed, months, now, tell=lambda done: None):
    """The company, `leads` leads over `months` months up to `now`; the same for the same arguments."""
    rng = random.Random(seed)
    today = timezone.localdate(now)
    with transaction.atomic():
        everyone = people.build(people_count, rng, today)
        agreements = _agreements()
        running = campaigns.build(everyone, today, months, rng)
        companies = _companies(max(leads // 3, 30), rng, now)
    team = _team(everyone)
    hours = BusinessCalendar.objects.get(slug="business-hours").engine()
    chronicler = Chronicler(rng, hours, now, team)
    ledger = Ledger(agreements, CompanySettings.load().fiscal_year_starts_in, now)
    for number, life in enumerate(_lives(chronicler, running, leads, rng)):
        person = _person(number, rng, rng.choice(companies))
        life.company_id = person["company_id"]
        ledger.write(life, person)
        if (number + 1) % CHUNK == 0:
            ledger.send()
            tell(number + 1)
    ledger.send()
    _make_findable()
    _tell_the_last_days(now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _lives(chronicler, running, leads, rng):
    """The months' lives, then some of these days, so that every column has something to do this morning."""
    fresh = [
        life
        for wanted, n in TODAY
        for _n in range(min(n, leads // 50))
        if (life := chronicler.tell_of_these_days(running, wanted))
    ]
    shares = [run.plan.share for run in running]
    for _number in range(leads - len(fresh)):
        yield chronicler.tell(rng.choices(running, shares)[0])
    yield from fresh


TODAY = [
    (lambda life: life.open_since is not None, 7),
    (lambda life: life.stage == "handed_over", 9),
    (lambda life: life.stage == "working", 12),
]


def _team(everyone):
    """Who warms and who sells; the people of the log-ins have more on their hands than others."""
    warming = [person for person in everyone if person.function == "inside_sales"]
    selling = [person for person in everyone if person.function == "sales" and person.unit.name != "営業部"]
    known = [person for person in warming + selling if person.email.split("@")[0] in people.LOGINS]
    return {
        "inside_sales": warming + [person for person in known if person.function == "inside_sales"] * 5,
        "sales": selling + [person for person in known if person.function == "sales"] * 8,
    }


def _make_findable():
    for kind in indexing.kinds():
        collections.deque(indexing.index_all(kind), maxlen=0)


def _tell_the_last_days(now):
    """The bell knows of the last three days; what is older has been read."""
    recent = list(Entry.objects.filter(at__gte=now - datetime.timedelta(days=3)).order_by("pk").select_related("by"))
    notifying.hear([entry for entry in recent if notifying.wants(entry.verb)], at=now)
    told_when = Entry.objects.filter(pk=OuterRef("entry")).values("at")
    Notification.objects.update(at=Subquery(told_when))
    Notification.objects.filter(at__lt=now - datetime.timedelta(days=1)).read(now)


def _agreements():
    """The shipped proposal with all five promises of the demo company."""
    starter.ensure()
    definition = Agreement.objects.get(slug="hot-lead").revisions.get()
    sla = Agreement.objects.get(slug="hot-lead-sla").revisions.get()
    sla.commitments.all().delete()
    starter.add_promises(sla, starter.FIVE_PROMISES)
    commitments = {commitment.key: commitment for commitment in sla.commitments.select_related("calendar")}
    reasons = {(reason.kind, reason.code): reason for reason in sla.reasons.all()}
    return Agreements(definition, sla, commitments, reasons)


def _companies(count, rng, now):
    """[(key, domain)]: invented names, each once."""
    rows = []
    for number in range(count):
        creature, creature_kana, creature_romaji = words.CREATURES[number % len(words.CREATURES)]
        trade, trade_kana, trade_romaji, industry = words.TRADES[(number // len(words.CREATURES)) % len(words.TRADES)]
        again = number // (len(words.CREATURES) * len(words.TRADES))
        branch = f"第{again + 1}" if again else ""
        name = f"{creature}{branch}{trade}"
        rows.append(
            Company(
                name=f"株式会社{name}" if rng.random() < 0.5 else f"{name}株式会社",
                name_kana=f"{creature_kana}{again + 1 if again else ''}{trade_kana}",
                key=names.company_key(name),
                domain=f"{creature_romaji}-{trade_romaji}{again + 1 if again else ''}.example",
                industry=industry,
                employees=round(rng.lognormvariate(5.0, 0.8)),
                region=rng.choice(words.REGIONS),
                created_at=now - datetime.timedelta(days=366),
            )
        )
    keys = bulk.insert(Company, rows)
    return [(key, row.domain) for key, row in zip(keys, rows, strict=True)]


def _person(number, rng, company):
    company_id, domain = company
    family, family_kana, family_romaji = rng.choice(words.FAMILY)
    given, given_kana, given_romaji = rng.choice(words.GIVEN)
    return {
        "company_id": company_id,
        "family_name": family,
        "given_name": given,
        "kana": f"{family_kana} {given_kana}",
        "email": f"{given_romaji}.{family_romaji}{number}@{domain}",
        "phone": f"00-0000-{number % 10_000:04}",
        "department": rng.choice(words.DEPARTMENTS),
        "title": rng.choice(words.TITLES),
        "score": rng.randrange(35, 96) if rng.random() < 0.8 else None,
        "score_origin": "MA",
    }
