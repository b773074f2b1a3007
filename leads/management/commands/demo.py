import datetime
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.demo import build


class Command(BaseCommand):
    help = "Builds the fictitious company, the same for the same seed. Never mixes with real data unasked."

    def add_arguments(self, parser):
        parser.add_argument("--people", type=int, default=120)
        parser.add_argument("--leads", type=int, default=3_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--months", type=int, default=12)
        parser.add_argument("--today", type=datetime.date.fromisoformat, help="the day the story ends (default: now)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is data already")

    def handle(self, **options):
        if not build.is_empty():
            if options["if_empty"]:
                return
            raise CommandError(
                _("There is data already. The demo company is built into an empty database only."), returncode=2
            )
        if options["people"] < 30 or options["leads"] < 0 or options["months"] < 1:
            raise CommandError(_("At least 30 people and one month are needed."), returncode=2)
        began = time.monotonic()
        build.build(
            people_count=options["people"],
            leads=options["leads"],
            seed=options["seed"],
            months=options["months"],
            now=_end_of_story(options["today"]),
            tell=lambda done: self.stdout.write(_("%(done)d leads") % {"done": done}),
        )
        seconds = time.monotonic() - began
        self.stdout.write(
            _("The demo company is ready: %(leads)d leads in %(seconds)d seconds.")
            % {"leads": options["leads"], "seconds": seconds}
        )


def _end_of_story(day):
    if day is None:
        return timezone.localtime().replace(second=0, microsecond=0)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10, 24)))
