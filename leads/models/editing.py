"""Master data that people type: a stale save is refused and loses neither text."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from leads import permissions
from portal.models import Entry
from portal.refusals import Refusal


class Stale(Refusal):
    """Somebody saved other values since these were read; `record` holds theirs."""

    def __init__(self, record, by):
        name = by or _("Somebody")
        super().__init__(
            _("%(name)s changed this while you were writing. Compare both before you save.") % {"name": name}
        )
        self.record = record


class Editing(models.Model):
    """`MASTER` names the fields people edit; every other field belongs to a verb.

    What counts as stale is decided by these fields alone (`seen`), not by the row's version: an
    acceptance between opening the form and saving it changes no telephone number.
    """

    MASTER: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def seen(self):
        """A short mark of the master data as they stand, to be sent back with the form."""
        values = {name: getattr(self, self._meta.get_field(name).attname) for name in self.MASTER}
        said = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @transaction.atomic
    def edit(self, *, by, at, values, seen):
        """Save master data as typed; None where nothing changed.

        Raises Stale where they are not what `seen` saw, Refusal where e-mail or number belong to another record.
        """
        if not permissions.can_edit(by, self):
            raise Refusal(_("Only the four teams can write this."), status=403)
        self.refresh_from_db(from_queryset=type(self).objects.select_for_update(of=("self",)))
        if self.seen() != seen:
            raise Stale(self, self._last_editor())
        unknown = set(values) - set(self.MASTER)
        if unknown:
            raise ValueError(f"not master data: {sorted(unknown)}")
        changed = sorted(name for name, value in values.items() if getattr(self, name) != value)
        if not changed:
            return None
        for name in changed:
            setattr(self, name, values[name])
        self.before_saving(changed, at)
        self.version += 1
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError as error:
            raise Refusal(_("This e-mail address or corporate number already belongs to another record.")) from error
        # Names of fields, not their values: the trail keeps no personal data.
        return Entry.record(self._verb("edited"), self, by=by, at=at, data={"fields": changed})

    def before_saving(self, changed, at):
        """What else follows from these fields."""

    def _last_editor(self):
        last = Entry.objects.about(self).filter(verb=self._verb("edited")).select_related("by").first()
        return last.by if last else None

    def _verb(self, what):
        return f"{self._meta.model_name}.{what}"
