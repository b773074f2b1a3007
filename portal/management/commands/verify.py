import json

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import verifying
from portal.management.plain import DONE_WITH_REFUSALS, CouldNotStart, PlainCommand

LINES = 10


class Command(PlainCommand):
    help = "Checks what always holds on the data. Repairs nothing; exit status 1 where something does not hold."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, **options):
        try:
            found = list(verifying.verify())
        except DatabaseError as error:
            raise CouldNotStart(_("The database cannot be read: %(error)s") % {"error": error}) from error
        if options["json"]:
            self._write_json(found)
        else:
            self._write_words(found)
        if not all(one.holds for one in found):
            raise SystemExit(DONE_WITH_REFUSALS)

    def _write_json(self, found):
        checks = [
            {
                "check": one.check.key,
                "rule": str(one.check.rule),
                "holds": one.holds,
                "count": one.count,
                "faults": [{"where": fault.where, "what": fault.what} for fault in one.faults],
            }
            for one in found
        ]
        shown = {"holds": all(one.holds for one in found), "checks": checks}
        self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))

    def _write_words(self, found):
        for one in found:
            told = _("holds") if one.holds else ngettext("%(n)d does not", "%(n)d do not", one.count) % {"n": one.count}
            self.stdout.write(f"{'✓' if one.holds else '✗'} {one.check.rule} ({one.check.key}: {told})")
            for fault in one.faults[:LINES]:
                self.stdout.write(f"    {fault.where}  {fault.what}".rstrip())
            if one.count > LINES:
                self.stdout.write(f"    {_('and %(n)d more') % {'n': one.count - LINES}}")
