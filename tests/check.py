"""What `make check` runs: everything that can be said of the code without running it, in half a minute."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
UNREACHABLE = 3
PRODUCTION = {
    "TASUKI_MODE": "production",
    "SECRET_KEY": "only-for-this-check-" * 4 + "0123456789abcdefghij",
    "ALLOWED_HOSTS": "tasuki.example.com",
    "DATABASE_URL": "postgres://tasuki@127.0.0.1:1/tasuki",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}
TESTING = {"TASUKI_MODE": "test", "DATABASE_URL": "", "REDIS_URL": ""}


def templates():
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html"))


def steps():
    python = sys.executable
    yield "format", [BIN / "ruff", "format", "--check", "--quiet", "."], {}
    yield "lint", [BIN / "ruff", "check", "--quiet", "."], {}
    yield "format of templates", [BIN / "djade", "--check", "--target-version", "5.2", *templates()], {}
    yield "types", [BIN / "mypy"], TESTING
    yield "import directions", [BIN / "lint-imports", "--no-logo"], {}
    yield "missing migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"], TESTING
    yield "translations", [python, "-m", "tests.translations"], TESTING
    yield "templates keep to the policy", [python, "-m", "tests.templates"], {}
    yield "check --deploy", [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION
    yield "pinned packages without known flaws", [python, "-m", "tests.audit"], {}


def take(step):
    name, command, env = step
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    return name, done.returncode, said, time.monotonic() - began


def main():
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, status, said, seconds in pool.map(take, steps()):
            verdict = {0: "ok", UNREACHABLE: "NOT DONE"}.get(status, "FAILED")
            print(f"{verdict:<9} {name} ({seconds:.1f} s)", flush=True)
            if status and said:
                print("  " + "\n  ".join(said.splitlines()[-40:]), flush=True)
            if verdict == "FAILED":
                failed.append(name)
    if os.environ.get("CI") == "true" and not shutil.which("xgettext"):
        failed.append("translations need gettext")
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
