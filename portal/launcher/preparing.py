"""What must be true before the first process starts; a second start finds it done."""

import fcntl
import socket
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands


def could_not_start(english, japanese):
    return CommandError(f"{english} / {japanese}", returncode=2)


def take_folder():
    """Returns a file that holds the lock: two portals on one folder would take each other's messages."""
    try:
        for name in ["queue", "queue-control", "files", "mail", "static"]:
            (settings.VAR_DIR / name).mkdir(parents=True, exist_ok=True)
        settings.VAR_DIR.chmod(0o700)  # the database and the files in it are nobody else's to read
        lock = open(settings.VAR_DIR / "running", "w")  # noqa: SIM115 - held until the process ends
    except OSError as error:
        raise could_not_start(
            f"The folder {settings.VAR_DIR} cannot be written to ({error.strerror}).",
            f"フォルダー {settings.VAR_DIR} に書き込めません。",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise could_not_start("Tasuki is already running here.", "Tasuki はすでに起動しています。") from error
    return lock


def check_port(host, port):
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind((host, port))
    except OSError as error:
        raise could_not_start(
            f"Port {port} is taken; choose another: PORT={port + 1} make run",
            f"ポート {port} は使用中です。別の番号で起動してください: PORT={port + 1} make run",
        ) from error


def compile_messages(folders=None):
    """Writes each .mo that is missing or older than its .po; needs no gettext programs."""
    for folder in folders or settings.LOCALE_PATHS:
        for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                partial = target.with_suffix(".mo-partial")
                polib.pofile(str(source)).save_as_mofile(str(partial))
                partial.replace(target)


def fill_database():
    call_command("migrate", verbosity=0, interactive=False)
    if settings.DEMO and "demo" in get_commands():
        call_command("demo", if_empty=True)
