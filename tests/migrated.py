"""The migrated SQLite database, kept for as long as no migration changes: a test run starts with a copy of it.

Migrating takes ten seconds, which somebody who runs one test again and again should not wait for each time.
"""

import hashlib
import os
import shutil
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".pytest_cache" / "migrated"
KEPT = 4


def _path():
    parts = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        parts.update(file.name.encode() + file.read_bytes())
    return FOLDER / f"{parts.hexdigest()[:20]}.sqlite3"


def copy_to(target):
    """Whether there was one to copy. Django then finds every migration applied."""
    try:
        shutil.copyfile(_path(), target)
    except FileNotFoundError:
        return False
    return True


def keep():
    """Keeps the database that was just migrated, and forgets the oldest ones."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(partial)])
    partial.replace(path)
    for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)
