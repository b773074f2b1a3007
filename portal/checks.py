from celery import current_app
from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import autodiscover_modules


@register
def tasks_end_before_they_are_handed_out_again(app_configs, **_):
    """Redis gives an unacknowledged task to another worker after the visibility timeout, even while it runs."""
    timeout = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get("visibility_timeout")
    if timeout is None:
        return []
    autodiscover_modules("tasks")
    limits = {task.name: task.time_limit or settings.CELERY_TASK_TIME_LIMIT for task in current_app.tasks.values()}
    return [
        Error(
            f"The task {name} may run {limit} s, but is handed out again after {timeout} s.",
            hint="Set VISIBILITY_TIMEOUT above the longest time limit.",
            id="portal.E001",
        )
        for name, limit in sorted(limits.items())
        if limit >= timeout
    ]
