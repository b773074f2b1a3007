"""Whether every word on screen has its Japanese: what the code asks for is compared with what is committed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ["portal", "leads", "okr", "meetings", "templates", "static", "locale", "manage.py"]


def key(entry):
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def incomplete(catalogue):
    """Entries without a translation, or with a guessed one."""
    return [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()]


def asked_for():
    """The entries that the code of today asks for, collected in a copy so that nothing here changes."""
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCES:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, Path(copy) / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
            elif source.exists():
                shutil.copy(source, copy)
        subprocess.run(
            [sys.executable, "manage.py", "makemessages", "-l", "ja", "--no-location", "--no-obsolete", "-v0"],
            cwd=copy,
            env=os.environ | {"TASUKI_MODE": "test"},
            check=True,
        )
        return {key(entry) for entry in polib.pofile(f"{copy}/locale/ja/LC_MESSAGES/django.po")}


def problems():
    found = []
    for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(path))
        found += [f"{path.relative_to(ROOT)}: not translated: {text}" for text in incomplete(catalogue)]
    if not shutil.which("xgettext"):
        print("gettext is not installed: new words were not looked for (Debian: apt-get install gettext)")
        return found
    committed = {
        key(entry) for entry in polib.pofile(str(ROOT / "locale/ja/LC_MESSAGES/django.po")) if not entry.obsolete
    }
    wanted = asked_for()
    found += [f"missing in the catalogue: {entry[1]}" for entry in sorted(wanted - committed, key=str)]
    found += [f"in the catalogue, but nobody asks for it: {entry[1]}" for entry in sorted(committed - wanted, key=str)]
    return found


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines))
    raise SystemExit(bool(lines))
