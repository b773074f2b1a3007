"""The live updates as a process of their own, beside web processes that speak WSGI:

gunicorn portal.live.asgi:application -k portal.live.worker.Worker --workers 1
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from portal.live.app import application  # noqa: E402 - needs the apps

__all__ = ["application"]
