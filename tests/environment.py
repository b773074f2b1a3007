"""Loaded by pytest before the settings are: the suite brings its own mode and ignores a developer's .env."""

import atexit
import os
import shutil
import tempfile

UNSET = ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "EMAIL_URL", "OIDC_ISSUER", "CSRF_TRUSTED_ORIGINS", "LOG_FORMAT"]

os.environ |= dict.fromkeys(UNSET, "")
os.environ |= {
    "TASUKI_MODE": "test",
    "DEBUG": "false",
    "DEMO": "false",
    "LOG_FORMAT": "plain",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    # Playwright's driver keeps an event loop running in the thread that the tests run in.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

if "PYTEST_XDIST_WORKER" not in os.environ:
    folder = tempfile.mkdtemp(prefix="tasuki-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.mkdir(f"{folder}/static")
    os.environ["TASUKI_VAR"] = folder
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/tests.sqlite3"
    os.environ.setdefault("REDIS_URL", "")
elif os.environ.get("REDIS_URL"):
    # A numbered database for each worker: one's cleared cache must not be another's.
    server, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{int(os.environ['PYTEST_XDIST_WORKER'].removeprefix('gw')) + 1}"
