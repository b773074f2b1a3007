import pytest

from portal.cache import Cache


@pytest.fixture
def cache():
    """Where nobody listens: what a lost Redis looks like."""
    cache = Cache("redis://127.0.0.1:1/0", {})
    cache.nearby.clear()
    return cache


def test_without_redis_the_cache_goes_on_in_memory(cache):
    assert cache.get("absent", "default") == "default"
    cache.set("key", 1)
    assert cache.get("key") == 1
    assert cache.get_many(["key", "absent"]) == {"key": 1}
    assert cache.delete("key")
    assert not cache.has_key("key")


def test_without_redis_tries_at_signing_in_are_still_counted(cache):
    assert cache.add("tries", 1)
    assert not cache.add("tries", 1)
    assert cache.incr("tries") == 2
