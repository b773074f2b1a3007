from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import bell, bulk, delivering


def name_of(record):
    """The trail's name for a record: "lead:7"."""
    return f"{record._meta.model_name}:{record.pk}"


def key_of(name):
    """("lead", 7) for "lead:7"."""
    kind, _colon, key = name.partition(":")
    return kind, int(key or 0)


class EntryQuerySet(models.QuerySet):
    def about(self, record):
        """The stream of a record, newest first."""
        return self.filter(stream=name_of(record)).order_by("-id")

    def delete(self):
        """Also refused by a trigger, on PostgreSQL; on SQLite that would refuse to empty a test's tables as well."""
        raise IntegrityError("the trail is never updated or deleted")


class Entry(models.Model):
    """A line of the trail: who did what to which record, and when.

    Written in the transaction of the change itself, never updated or deleted (a trigger
    refuses). What must follow is read from here: a `Delivery` a consumer, in the same
    transaction, handed on by `portal.relay`. Personal data stays in its own tables; `data`
    holds references and what an undo needs.
    """

    stream = models.CharField(_("record"), max_length=60)
    verb = models.CharField(_("what happened"), max_length=60)
    about = models.CharField(_("about"), max_length=60, blank=True)
    by = models.ForeignKey(
        "portal.Person", verbose_name=_("who"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("known at"), default=timezone.now)
    data = models.JSONField(_("details"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    undoes = models.OneToOneField(
        "self", verbose_name=_("takes back"), null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail")
        indexes = [
            models.Index(name="entry_of_stream", fields=["stream", "-id"]),
            models.Index(name="entry_recorded", fields=["recorded_at"]),
        ]

    def __str__(self):
        return f"{self.verb} {self.stream}"

    @classmethod
    def record(cls, verb, subject, *, by, at, about=None, data=None, undoes=None):
        """Write one entry with its deliveries; call it inside the transaction of the change."""
        entry = cls(
            stream=name_of(subject),
            verb=verb,
            about=name_of(about) if about is not None else "",
            by=by,
            at=at,
            data=data or {},
            undoes=undoes,
        )
        cls.write([entry])
        return entry

    @classmethod
    def record_many(cls, verb, subjects, *, by, at, about=None, data=None):
        """One entry a subject, in bulk (docs/adr/0002); `about` and `data` run along with the subjects."""
        subjects = list(subjects)
        entries = [
            cls(stream=name_of(subject), verb=verb, about=thing and name_of(thing), by=by, at=at, data=details or {})
            for subject, thing, details in zip(
                subjects, about or [""] * len(subjects), data or [{}] * len(subjects), strict=True
            )
        ]
        return cls.write(entries)

    @classmethod
    def write(cls, entries):
        """Insert entries with their deliveries, in bulk; call it inside the transaction of the change."""
        bulk.insert(cls, entries)
        delivering.post(entries)
        transaction.on_commit(bell.ring, robust=True)
        return entries

    def delete(self, *_args, **_kwargs):
        raise IntegrityError("the trail is never updated or deleted")

    @property
    def subject(self):
        """("lead", 7): kind and key of the record whose stream this is."""
        return key_of(self.stream)

    @property
    def object(self):
        """("handoff", 3): kind and key of what it is about; ("", 0) where that is the subject itself."""
        return key_of(self.about)
