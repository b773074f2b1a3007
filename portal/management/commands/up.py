import os
import urllib.error
import urllib.request

from django.conf import settings
from django.core.management.base import BaseCommand

from portal import shell
from portal.launcher import preparing
from portal.launcher.children import Child
from portal.launcher.supervisor import Supervisor
from portal.models import Person

WEB = "gunicorn portal.asgi:application -k portal.live.worker.Worker --workers 1 --graceful-timeout 3 --log-level warning --no-control-socket"
WORKER = "celery -q -A portal worker -P threads -c 4 --without-gossip --without-mingle -l WARNING"
SCHEDULER = "celery -q -A portal beat -l WARNING"


class Command(BaseCommand):
    help = "Starts web, worker and scheduler on this machine, with nothing else needed; Ctrl-C ends them all."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--with-parent", action="store_true", help="end when the calling program ends")

    def handle(self, *, host, port, with_parent, **_):
        preparing.check_port(host, port)
        lock = preparing.take_folder()
        preparing.compile_messages()
        preparing.fill_database()
        children = [
            Child("web", [*WEB.split(), "--bind", f"{host}:{port}"]),
            Child("worker", WORKER.split()),
            Child("scheduler", SCHEDULER.split()),
        ]
        supervisor = Supervisor(children, parent=os.getppid() if with_parent else None)
        status = supervisor.run(when_started=lambda: self.greet(f"http://{host}:{port}/"))
        lock.close()
        raise SystemExit(status)

    def greet(self, address):
        """Says where the portal is, once it answers; until then returns False."""
        try:
            urllib.request.urlopen(f"{address}healthz", timeout=2).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            return False
        lines = ["", f"  Tasuki  {address}", ""]
        for login in shell.demo_logins() if settings.DEMO else []:
            lines.append(f"  {login.email:<34} {login.password:<14} {Person.Function(login.function).label}")
        lines += ["", "  Ctrl-C ends it. / Ctrl-C で終了します。", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
        return True
