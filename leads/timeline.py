"""What happened, newest first: entries of the trail and activities as one list, paged by key."""

import dataclasses
import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from leads.models import Activity, Import, ImportRow, Note
from portal import entry_words
from portal.models import Entry
from portal.models.entry import name_of

SIZE = 20
ENTRY, ACTIVITY, IMPORT = 2, 1, 0  # of one instant, an entry stands above an activity, that above the file it came with
ICONS = {
    "page": "eye",
    "pricing": "eye",
    "download": "doc",
    "case": "doc",
    "form": "mail",
    "mail_opened": "mail",
    "mail": "mail",
    "call": "phone",
    "exhibition": "talk",
    "seminar": "talk",
    "visit": "talk",
}


@dataclasses.dataclass(frozen=True, order=True)
class Key:
    """Where a page ends: an instant, which of the two kinds, the record's key."""

    at: datetime.datetime
    kind: int
    pk: int

    def __str__(self):
        return f"{self.at.isoformat()}~{self.kind}~{self.pk}"

    @classmethod
    def read(cls, text):
        """The key of a link; None where the text is none."""
        try:
            at, kind, pk = text.split("~")
            moment = datetime.datetime.fromisoformat(at.replace(" ", "+"))
            return cls(moment, int(kind), int(pk)) if moment.tzinfo else None
        except ValueError:
            return None


@dataclasses.dataclass(frozen=True)
class Item:
    key: Key
    title: str
    detail: str = ""
    is_quote: bool = False
    by: Any = None
    icon: str = "live"
    lead_id: int | None = None
    entry: Entry | None = None
    imported: Import | None = None


@dataclasses.dataclass(frozen=True)
class Page:
    items: list[Item]
    next_key: Key | None


def of(keys, *, company=None, before=None, size=SIZE):
    """One page of what happened to the leads of these keys (and to the company's own data)."""
    entries = _entries(keys, company, before)[: size + 1]
    activities = _activities(keys, before)[: size + 1]
    came = _came_in(keys, before)[: size + 1]
    places = [_key_of(entry, ENTRY) for entry in entries] + [_key_of(activity, ACTIVITY) for activity in activities]
    places += [_key_of_row(row) for row in came]
    places.sort(reverse=True)
    shown, further = set(places[:size]), places[size:]
    lines = {line.entry.pk: line for line in entry_words.describe([e for e in entries if _key_of(e, ENTRY) in shown])}
    items = [_said(entry, lines[entry.pk]) for entry in entries if entry.pk in lines]
    items += [_done(activity) for activity in activities if _key_of(activity, ACTIVITY) in shown]
    items += [_imported(row) for row in came if _key_of_row(row) in shown]
    items.sort(key=lambda item: item.key, reverse=True)
    return Page(items, places[size - 1] if further else None)


def _entries(keys, company, before):
    streams = [f"lead:{key}" for key in keys] + ([name_of(company)] if company is not None else [])
    found = Entry.objects.filter(stream__in=streams).order_by("-at", "-id")
    return found.filter(_older(before, ENTRY)) if before else found


def _activities(keys, before):
    """Without those that a contact's entry already tells."""
    told = Q(external_key="") & ~Q(outcome="")
    found = Activity.objects.filter(lead__in=keys, removed_at=None).exclude(told)
    found = found.select_related("by", "campaign").order_by("-at", "-id")
    return found.filter(_older(before, ACTIVITY)) if before else found


def _came_in(keys, before):
    """The rows of files that brought these leads or said something new about them; what was taken back is gone."""
    said_nothing = Q(outcome=ImportRow.Outcome.UNCHANGED, activity=None, made=None)
    found = ImportRow.objects.filter(lead__in=keys, of__started_at__isnull=False)
    found = found.exclude(said_nothing).exclude(kept=ImportRow.TAKEN_BACK)
    memo = Note.objects.filter(lead=OuterRef("lead"), at=OuterRef("of__started_at"), removed_at=None)
    found = found.annotate(memo=Subquery(memo.order_by("id").values("text")[:1]))
    found = found.select_related("of__by").order_by("-of__started_at", "-id")
    return found.filter(_older(before, IMPORT, at="of__started_at")) if before else found


def _older(before, kind, *, at="at"):
    if kind < before.kind:
        return Q(**{f"{at}__lte": before.at})
    same = Q(**{at: before.at}, id__lt=before.pk) if kind == before.kind else Q(pk=None)
    return Q(**{f"{at}__lt": before.at}) | same


def _key_of(record, kind):
    return Key(record.at, kind, record.pk)


def _key_of_row(row):
    return Key(row.of.started_at, IMPORT, row.pk)


def _said(entry, line):
    return Item(
        key=_key_of(entry, ENTRY),
        title=line.sentence,
        detail=line.detail,
        is_quote=line.is_quote and bool(line.detail),
        by=line.by,
        icon=line.icon or "live",
        lead_id=entry.subject[1] if entry.subject[0] == "lead" else None,
        entry=entry,
    )


def _done(activity):
    outcome = f" {activity.get_outcome_display()}" if activity.outcome else ""
    pieces = [activity.detail, str(activity.campaign) if activity.campaign_id else ""]
    return Item(
        key=_key_of(activity, ACTIVITY),
        title=f"{activity.get_kind_display()}{outcome}",
        detail="・".join(piece for piece in pieces if piece),
        by=activity.by,
        icon=ICONS.get(activity.kind, "live"),
        lead_id=activity.lead_id,
    )


def _imported(row):
    is_new = row.outcome == ImportRow.Outcome.CREATED
    words = _("Came in with the file %(file)s") if is_new else _("The file %(file)s brought something new")
    return Item(
        key=_key_of_row(row),
        title=words % {"file": row.of.file_name},
        detail=row.memo or "",
        is_quote=bool(row.memo),
        by=row.of.by,
        icon="up",
        lead_id=row.lead_id,
        imported=row.of,
    )
