"""Takes a file in the way the screens and the command do, for tests."""

import io
import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

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


def in_another_process(code, *arguments):
    """Runs code with Django set up, on this test's database and files, as a worker beside us."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{given['NAME']}"
    else:
        host = given["HOST"] or "127.0.0.1"
        url = f"postgres://{given['USER']}:{given['PASSWORD']}@{host}:{given['PORT']}/{given['NAME']}"
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "FILES_DIR": str(settings.MEDIA_ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-c", "import django; django.setup()\n" + code, *map(str, arguments)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
