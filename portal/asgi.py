import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
pages = get_asgi_application()

from portal import bell  # noqa: E402 - needs the apps
from portal.live import app as live  # noqa: E402
from portal.live.hub import hub  # noqa: E402

bell.ringers.insert(0, hub.wake)  # what this very process wrote is told at once


async def application(scope, receive, send):
    """Pages and live updates in one process."""
    is_live = scope["type"] == "http" and scope["path"] == live.PATH
    await (live.application if is_live else pages)(scope, receive, send)
