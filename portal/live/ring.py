"""Tells the processes that hold streams that there is news, through Redis where there is one."""

import asyncio

import redis
import redis.asyncio
import structlog
from django.conf import settings

logger = structlog.get_logger(__name__)

# Channels are shared by all numbered databases of a server; the number keeps two portals apart.
CHANNEL = f"tasuki-news-{settings.REDIS_URL.rpartition('/')[2]}"
AFTER_TROUBLE = 2.0

_client: redis.Redis | None = None


def publish():
    """Called on the bell's own thread; may raise when Redis is away."""
    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    _client.publish(CHANNEL, b"")


async def listen(hear):
    """Call `hear` at each ring, for ever; while Redis is away the poller's own interval does."""
    while True:
        try:
            async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
                await pubsub.subscribe(CHANNEL)
                async for _message in pubsub.listen():
                    hear()
        except (redis.RedisError, OSError) as error:
            logger.warning("live_ring_unreachable", exc_info=error)
            await asyncio.sleep(AFTER_TROUBLE)
