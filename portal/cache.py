import functools
import logging

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _or_nearby(name):
    """Redis answers; while it cannot, this process's own memory does."""

    @functools.wraps(getattr(RedisCache, name))
    def method(self, *args, **kwargs):
        try:
            return getattr(super(Cache, self), name)(*args, **kwargs)
        except RedisError as error:
            logger.warning("cache_unreachable", exc_info=error)
            return getattr(self.nearby, name)(*args, **kwargs)

    return method


class Cache(RedisCache):
    """A cache that is never the reason for a failed page.

    Pages and sessions live in the database, so a lost cache costs time alone. What counts tries at signing in
    goes on counting, in each process by itself.
    """

    def __init__(self, server, params):
        super().__init__(server, {**params, "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1}})
        self.nearby = LocMemCache("nearby", params)

    add = _or_nearby("add")
    get = _or_nearby("get")
    set = _or_nearby("set")
    touch = _or_nearby("touch")
    delete = _or_nearby("delete")
    get_many = _or_nearby("get_many")
    has_key = _or_nearby("has_key")
    incr = _or_nearby("incr")
    set_many = _or_nearby("set_many")
    delete_many = _or_nearby("delete_many")
    clear = _or_nearby("clear")
