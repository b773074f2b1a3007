import pytest
from django.db import transaction

from tests.security.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once for all tests of a file: it lives in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
