"""Takes a file in the way the screens and the command do, for tests."""

import io

from leads.intake import columns, receive, survey
from leads.models import Import
from tests.make import NOON


def prepared(
    data, *, name="leads.csv", mapping=None, intent="update", by=None, encoding="auto", orders=None, constants=None
):
    """An import ready to start."""
    data = data.encode() if isinstance(data, str) else data
    imported = survey.upload(io.BytesIO(data), name=name, by=by, at=NOON, encoding=encoding)
    if mapping is not None:
        survey.use(imported, columns.load(mapping) if isinstance(mapping, str) else mapping)
    imported.intent = intent
    imported.options = {"asked": orders or {}, "constants": constants or {}}
    survey.check(imported)
    imported.state = Import.State.READY
    imported.save()
    return imported


def take_in(data, **options):
    """A file that has come in."""
    imported = prepared(data, **options)
    receive.start(imported, at=NOON)
    while receive.carry_on(imported.pk):
        pass
    imported.refresh_from_db()
    return imported


def counts(imported):
    return tuple(getattr(imported, name) for name in ("created", "updated", "unchanged", "refused"))


def refusals(imported):
    return [(row.number, row.column, row.code) for row in imported.refused_rows.order_by("number")]
