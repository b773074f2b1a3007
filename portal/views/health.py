"""Two addresses for machines. /healthz: this process is alive. /readyz: everything it stands on is, too."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import schedule
from portal.celery import app

BEAT_IS_LATE = timedelta(seconds=60)


@require_safe
@login_not_required
@never_cache
def alive(request):
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
@never_cache
def ready(request):
    found = {"database": _database()}
    found["broker"] = _broker()
    up = found["database"] == "ok"
    found["migrations"] = _migrations() if up else "unknown"
    found |= _beat() if up else {"beat": "unknown", "beat_age_seconds": None}
    is_ready = all(found[part] == "ok" for part in ["database", "broker", "migrations", "beat"])
    return JsonResponse({"ready": is_ready, **found}, status=200 if is_ready else 503)


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return "ok"


def _broker():
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            if broker.transport.driver_type == "redis":
                broker.default_channel.client.ping()
            else:
                broker.connect()
    except Exception:  # every transport raises its own kinds, and each of them means the same here
        return "unreachable"
    return "ok"


def _migrations():
    executor = MigrationExecutor(connection)
    return "missing" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _beat():
    """The heartbeat goes through scheduler, broker and worker, so its age speaks for all three."""
    last = schedule.last_run("heartbeat")
    if last is None:
        return {"beat": "never", "beat_age_seconds": None}
    age = timezone.now() - last
    return {"beat": "late" if age > BEAT_IS_LATE else "ok", "beat_age_seconds": round(age.total_seconds())}
