"""Builds the least that is valid; what a test is about stands in the test."""

import datetime
import itertools

from django.utils import timezone

from leads import starter
from leads.models import Activity, Agreement, Bant, Campaign, Company, Lead, Reason, Source
from leads.models.working import Prospect
from portal.models import OrgUnit, Person

NOON = datetime.datetime(2026, 6, 10, 3, 0, tzinfo=datetime.UTC)  # a Wednesday, 12:00 in Tokyo
_number = itertools.count(1)


def unit(name="営業部", **fields):
    return OrgUnit.objects.create(name=name, **fields)


def person(function="sales", **fields):
    n = next(_number)
    given = {"family_name": f"見本{n}", "family_kana": f"ミホン{n:04}", "email": f"person{n}@example.com"} | fields
    password = given.pop("password", None)
    given.setdefault("unit", None)
    if given["unit"] is None:
        given["unit"], _created = OrgUnit.objects.get_or_create(name=f"{function}部")
    return Person.objects.create_user(password=password, function=function, **given)


def company(name="かもめ食品", **fields):
    n = next(_number)
    return Company.objects.create(name=name, key=f"{name}{n}", **({"created_at": NOON} | fields))


def source(name="ウェブ", **fields):
    return Source.objects.create(name=name, **({"code": f"source{next(_number)}"} | fields))


def campaign(name="春の展示会", **fields):
    return Campaign.objects.create(name=name, **({"code": f"campaign{next(_number)}"} | fields))


def lead(*, stand=True, **fields):
    n = next(_number)
    given = {"family_name": "浜辺", "email": f"lead{n}@example.com", "created_at": NOON} | fields
    if "company" not in given:
        given["company"] = company(f"架空{n}工業")
    made = Lead.objects.create(**given)
    if stand:
        made.stand_on_board(NOON)
        made.save()
    return made


def hot_lead(*, by=None, at=NOON, **fields):
    """A lead that meets the definition in force: timeline and need known, a note written."""
    by = by or person("inside_sales")
    made = lead(owner=by, **fields)
    made.learn(by=by, at=at, part=Bant.Part.TIMELINE, state="known", note="4月")
    made.learn(by=by, at=at, part=Bant.Part.NEED, state="known", note="紙をやめたい")
    made.write_note(by=by, at=at, text="来春の更新に合わせたい")
    return made


def five_promises():
    """All five promises instead of the starter's two; both provisional."""
    revision = sla().revisions.get()
    revision.commitments.all().delete()
    starter.add_promises(revision, starter.FIVE_PROMISES)
    return revision


def definition():
    return Agreement.objects.get(kind=Agreement.Kind.DEFINITION)


def sla():
    return Agreement.objects.get(kind=Agreement.Kind.SLA)


def reason(kind="return", code="timeline_unclear"):
    return Reason.objects.get(kind=kind, code=code)


def handoff(*, sender=None, receiver=None, at=NOON, memo="来春の更新に合わせたい", **fields):
    """An offered hand-off of a hot lead from inside sales to a sales rep."""
    sender = sender or person("inside_sales")
    receiver = receiver or person("sales")
    return hot_lead(by=sender, at=at, **fields).hand_over(to=receiver, by=sender, at=at, memo=memo)


def working(*, at=NOON, **fields):
    """A lead that its receiver has accepted."""
    offered = handoff(at=at, **fields)
    offered.accept(by=offered.receiver, at=at)
    return Lead.objects.get(pk=offered.lead_id)


def opportunity(*, at=NOON, amount=3_000_000, **fields):
    """A lead with an open opportunity."""
    made = working(at=at, **fields)
    made.record_result(by=made.owner, at=at, result="opportunity", prospect=Prospect(amount=amount))
    return made


def activity(of, kind=Activity.Kind.DOWNLOAD, at=NOON, **fields):
    return Activity.objects.create(lead=of, kind=kind, at=at, **fields)


def today():
    return timezone.localdate(NOON)
