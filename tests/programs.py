"""Where the programs are that some tests need and that may not be installed."""

import os
import shutil
from pathlib import Path

PACKAGES = {
    "postgres": "postgresql",
    "initdb": "postgresql",
    "pg_dump": "postgresql-client",
    "redis-server": "redis-server",
    "chromium": "chromium fonts-noto-cjk",
    "xgettext": "gettext",
}


def find(name):
    """The path of a program, or None. PostgreSQL's lie in a folder of their version, off the path."""
    if name == "chromium":
        names = [os.environ.get("CHROMIUM") or "chromium", "chromium-browser", "google-chrome"]
        return next((path for path in map(shutil.which, names) if path), None)
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
    )
    return shutil.which(name) or next((str(folder / name) for folder in folders if (folder / name).exists()), None)


def missing(*names):
    """A sentence for what is not installed among `names`; empty when all is there."""
    absent = [name for name in names if not find(name)]
    if not absent:
        return ""
    packages = " ".join(dict.fromkeys(PACKAGES[name] for name in absent))
    return f"{', '.join(absent)} not installed (Debian: apt-get install {packages})"
