"""Taking a verb back within ten minutes, while nothing has followed."""

import datetime

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from leads import permissions
from leads.models.verb import Step
from portal.models import Entry
from portal.refusals import Refusal

WITHIN = datetime.timedelta(minutes=10)


class Undoing(models.Model):
    class Meta:
        abstract = True

    def undoable(self, by, at):
        """The entry this person can still take back, or None."""
        last = Entry.objects.about(self).select_related("undone_by").first()
        return last if last is not None and _can_undo(last, by, at) else None

    @transaction.atomic
    def undo(self, entry, *, by, at):
        """A compensating entry: records stand as before, clocks run on with their old due times."""
        step = Step(self)
        last = Entry.objects.about(self).first()
        if last is None or last.pk != entry.pk:
            raise Refusal(_("Something has followed since; this can no longer be taken back."))
        if not _can_undo(entry, by, at):
            raise Refusal(_("This can be taken back by the person who did it, within ten minutes."), status=403)
        for name, values in entry.data["undo"].items():
            step.before |= _stands(name, values)
            _put_back(name, values, by=by, at=at)
        self.refresh_from_db()
        return step.end("lead.undone", by=by, at=at, data={"verb": entry.verb}, undo=False, undoes=entry)


def _can_undo(entry, by, at):
    fresh = at - entry.recorded_at <= WITHIN
    taken_back = getattr(entry, "undone_by", None) is not None
    return fresh and permissions.can_undo(by, entry) and "undo" in entry.data and not taken_back


STAND = {"breached_at"}  # a due time that has passed stays so, also where the verb that found it is taken back
UNMADE_BY = {
    "clock": ("stopped_at", "outcome"),
    "handoff": ("state", "answered_by_id", "answered_at", "undone_at"),
    "opportunity": ("removed_at",),
    "activity": ("removed_at",),
}


def _stands(name, values):
    """The fields that putting back will change, as they stand."""
    kind, pk = name.split(":")
    fields = UNMADE_BY.get(kind, ()) if values is None else [field for field in values if not field.endswith("[]")]
    row = apps.get_model("leads", kind).objects.filter(pk=pk).values(*fields).first() if fields else None
    return {name: row} if row else {}


def _put_back(name, values, *, by, at):
    kind, pk = name.split(":")
    model = apps.get_model("leads", kind)
    if values is None:
        _unmake(model, pk, by=by, at=at)
        return
    sets = {field: value for field, value in values.items() if field.endswith("[]")}
    fields = {
        field: model._meta.get_field(field.removesuffix("_id")).to_python(value)
        for field, value in values.items()
        if field not in sets and field not in STAND
    }
    model.objects.filter(pk=pk).update(**fields)
    for field, held in sets.items():
        getattr(model.objects.get(pk=pk), field.removesuffix("[]")).set(held)


def _unmake(model, pk, *, by, at):
    """What the verb made leaves: marked where others may refer to it, deleted where nothing can."""
    made = model.objects.filter(pk=pk)
    kind = model._meta.model_name
    if kind == "clock":
        made.update(stopped_at=at, outcome="undone")
    elif kind == "handoff":
        made.update(state="withdrawn", answered_by=by, answered_at=at, undone_at=at)
    elif kind in {"opportunity", "activity"}:
        made.update(removed_at=at)
    else:
        made.delete()
