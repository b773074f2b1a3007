"""Makes .venv and installs a pinned list into it; done already, it returns at once. Standard library only."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def stop(english, japanese):
    print(f"{english} / {japanese}", file=sys.stderr)
    sys.exit(2)


def main(name):
    wanted = fingerprint(name)
    with open(ROOT / name) as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)  # `make run` and `make test` may start together
        stamp = VENV / f".installed-{name}"
        is_working = works(PYTHON)
        if is_working and stamp.exists() and stamp.read_text() == wanted:
            return
        if not os.access(ROOT, os.W_OK):
            stop(f"The folder {ROOT} cannot be written to.", f"フォルダー {ROOT} に書き込めません。")
        if not is_working:
            make_environment()
        install(name)
        stamp.write_text(wanted)


def fingerprint(name):
    """Changes with the list, and with the folder: an environment that was moved does not work."""
    return hashlib.sha256((ROOT / name).read_bytes() + str(VENV).encode()).hexdigest()


def works(python):
    return python.exists() and subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0


def make_environment():
    print("Making .venv … / .venv を作成しています…", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(
            f"Python's venv is missing (Debian: apt-get install python{version}-venv).",
            f"Python の venv がありません（Debian: apt-get install python{version}-venv）。",
        )


def install(name):
    print(f"Installing {name}, about half a minute … / {name} をインストールしています（30 秒ほど）…", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", ROOT / name], capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [done.stderr[-300:]]
        stop(f"Could not install: {errors[-1]}", "インストールできませんでした。")


if __name__ == "__main__":
    main(sys.argv[1])
