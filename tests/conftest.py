import os

import pytest
from django.conf import settings
from django.core.cache import cache

from tests import migrated


def pytest_configure(config):
    from portal.launcher.preparing import compile_messages

    if "PYTEST_XDIST_WORKER" not in os.environ:
        compile_messages()


def pytest_collection_modifyitems(config, items):
    """Measurements never run beside tests; what this round cannot show is skipped with its reason."""
    asked = config.option.markexpr
    for item in items:
        if item.get_closest_marker("bench") and "bench" not in asked:
            item.add_marker(pytest.mark.skip(reason="measured by make bench"))
        if item.get_closest_marker("soak") and not os.environ.get("SOAK"):
            item.add_marker(pytest.mark.skip(reason="full length only: make soak"))
        if item.get_closest_marker("once") and not settings.ON_SQLITE:
            item.add_marker(pytest.mark.skip(reason="the same on either database, ran on SQLite"))
        if item.get_closest_marker("postgres") and settings.ON_SQLITE:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))


@pytest.fixture(scope="session")
def django_db_keepdb(request, django_db_modify_db_settings):
    if settings.ON_SQLITE:
        return migrated.copy_to(settings.DATABASES["default"]["TEST"]["NAME"])
    return request.config.getvalue("reuse_db")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker):
    if settings.ON_SQLITE and not django_db_keepdb:
        with django_db_blocker.unblock():
            migrated.keep()


@pytest.fixture(autouse=True)
def _fresh_cache():
    """What a test left in the cache (tries at signing in, say) is not the next one's concern."""
    cache.clear()


@pytest.fixture
def soak():
    """Whether to run at full length: `rounds = 100 if soak else 10`."""
    return bool(os.environ.get("SOAK"))
