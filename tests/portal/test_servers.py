import os
import time

import httpx
import psycopg
import pytest
import redis

from tests import programs
from tests.servers import Postgres, Redis, environment, manage, scheduler, wait_until, web, worker

pytestmark = [pytest.mark.fault, pytest.mark.once]

needs_servers = pytest.mark.skipif(
    bool(programs.missing("postgres", "redis-server")), reason=programs.missing("postgres", "redis-server")
)


@needs_servers
def test_postgres_survives_being_killed():
    with Postgres(durable=True) as database:
        with psycopg.connect(database.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        database.kill()
        database.start()
        with psycopg.connect(database.url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert not os.path.exists(database.folder)


@needs_servers
def test_the_portal_recovers_from_a_lost_database_and_a_lost_broker(tmp_path, soak):
    with Postgres() as database, Redis() as broker:
        env = environment(tmp_path, DATABASE_URL=database.url, REDIS_URL=broker.url)
        manage("migrate", env=env)
        with web(env) as portal, worker(env) as crew, scheduler(env):

            def says(part):
                return httpx.get(f"{portal.url}/readyz", timeout=15).json()[part]

            wait_until(lambda: says("ready"), what="the first heartbeat")
            broker.kill()
            assert says("broker") == "unreachable"
            assert httpx.get(f"{portal.url}/healthz").status_code == 200
            broker.start()
            assert says("broker") == "ok"
            database.stop()
            assert says("database") == "unreachable"
            time.sleep(60 if soak else 6)
            database.start()
            assert wait_until(lambda: says("database") == "ok", what="the database") < 5
            assert crew.stop() == 0


@needs_servers
def test_redis_keeps_what_it_was_told_a_second_ago():
    with Redis() as broker:
        redis.Redis.from_url(broker.url).set("kept", 1)
        wait_until(lambda: redis.Redis.from_url(broker.url).info("persistence")["aof_pending_bio_fsync"] == 0)
        broker.stop()
        broker.start()
        assert redis.Redis.from_url(broker.url).get("kept") == b"1"
