import pytest

from tests.faults.drill import Drill, Ground


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    with Ground(tmp_path_factory.mktemp("ground")) as ground:
        yield ground


@pytest.fixture
def drill(ground, tmp_path):
    """`with drill(NAME=value) as portal:` a portal of its own with these settings."""
    return lambda **env: Drill(ground, tmp_path, **env)
