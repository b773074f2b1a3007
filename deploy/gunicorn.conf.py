"""The pages. Threads, because a page waits for the database; live updates have a process of their own."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Loaded once and shared: the workers together take little more memory than one.
preload_app = True
timeout = 60
graceful_timeout = 25
keepalive = 15
# The log of requests is the portal's own (portal/logs.py): no address, no query string.
accesslog = None
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def when_ready(_server):
    """Before the workers part: what they all need, once."""
    from portal import warming

    warming.warm()
