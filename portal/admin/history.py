"""The history of a record in words: who changed which field, from what to what."""

import dataclasses
import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from simple_history.models import DeletedObject

from portal.models import Entry

SHOWN = 100


@dataclasses.dataclass(frozen=True)
class Line:
    """One field's old and new value, in words."""

    field: str
    old: str
    new: str

    def __str__(self):
        return _("%(field)s: %(new)s") % {"field": self.field, "new": self.new}


@dataclasses.dataclass(frozen=True)
class Change:
    """One save: of the record itself, or of a row that belongs to it."""

    at: datetime.datetime
    by: Any
    kind: str
    what: str
    lines: list[Line]


def newest(obj):
    """A mark of the record as it stands: the key of its latest line of history, or of the trail where it has none."""
    if obj is None or obj.pk is None:
        return ""
    if not hasattr(obj, "history"):
        return Entry.objects.about(obj).values_list("pk", flat=True).first() or 0
    return obj.history.values_list("history_id", flat=True).order_by("-history_id").first() or 0


def since(obj, seen):
    """What has changed since somebody saw the record: its lines."""
    if not hasattr(obj, "history"):
        return []
    before = obj.history.filter(history_id=seen).first() if str(seen).isdecimal() else None
    now = obj.history.order_by("-history_id").first()
    return _lines(now, before) if before is not None and now is not None else []


def changes(histories, obj):
    """What happened to it, newest first; saves that changed nothing are left out."""
    found = [change for records in histories for change in _of(records, obj)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:SHOWN]


def _of(records, obj):
    records = list(records.select_related("history_user").order_by("-history_date", "-history_id")[: SHOWN * 2])
    earlier: dict[Any, Any] = {}
    for record in reversed(records):
        before = earlier.get(record.id)
        earlier[record.id] = record
        lines = _lines(record, before) if before is not None and record.history_type == "~" else []
        if record.history_type == "~" and before is not None and not lines:
            continue
        what = "" if record.instance_type is type(obj) else str(record.instance)
        yield Change(record.history_date, record.history_user, _kind(record.history_type), what, lines)


def _kind(letter):
    return {
        "+": pgettext("history", "Added"),
        "~": pgettext("history", "Changed"),
        "-": pgettext("history", "Removed"),
    }[letter]


def _lines(record, before):
    delta = record.diff_against(before, foreign_keys_are_objs=True)
    model = record.instance_type._meta
    return [
        Line(capfirst(field.verbose_name), _shown(field, change.old), _shown(field, change.new))
        for change in delta.changes
        for field in [model.get_field(change.field)]
    ]


def _shown(field, value):
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, DeletedObject):
        return _("%(record)s (no longer there)") % {"record": value.pk}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return formats.date_format(value, "DATE_FORMAT")
    if hasattr(field, "as_text"):
        return field.as_text(value)
    return str(value)
