import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.intake import columns, encoding, receive, refused, survey
from leads.intake.dates import ORDERS
from leads.intake.reasons import REASONS, Unfit
from leads.intake.sheets import open_sheet
from leads.models import Import, SavedMapping
from portal.models import Person

COUNTS = ("created", "updated", "unchanged", "refused")
SHOWN = 20


class Command(BaseCommand):
    """Takes a file of leads or deals in. Exit status: 0 done, 1 done with refused rows, 2 could not start."""

    help = "Imports leads, companies, activities and deals from a CSV or XLSX file."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping",
            metavar="NAME|FILE.toml",
            help="shipped, saved, or one's own; recognized by the header if left out",
        )
        parser.add_argument("--intent", choices=Import.Intent.values, default=Import.Intent.UPDATE.value)
        parser.add_argument("--encoding", default="auto")
        parser.add_argument(
            "--dates",
            action="append",
            default=[],
            metavar="COLUMN=mdy|dmy|ymd",
            help="the order of an ambiguous date column",
        )
        parser.add_argument("--by", metavar="EMAIL", help="the person in whose name it is done")
        parser.add_argument(
            "--refused", type=Path, metavar="FILE.csv", help="write the refused rows here, to be mended"
        )
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        try:
            result, refusals = self._run(options)
        except (Unfit, ValueError, OSError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._tell(result)
        for row in refusals:
            self.stderr.write(_line(row))
        if result["refused"] > len(refusals):
            self.stderr.write(_("… and %(count)s more refused rows") % {"count": result["refused"] - len(refusals)})
        if result["refused"]:
            sys.exit(1)

    def _run(self, options):
        imported = self._prepared(options)
        if options["dry_run"]:
            return self._rehearsed(imported)
        receive.start(imported, at=timezone.now())
        while receive.carry_on(imported.pk):
            pass
        imported.refresh_from_db()
        if imported.state == Import.State.FAILED:
            raise Unfit(imported.failure["code"], **imported.failure["params"])
        if options["refused"] and imported.refused:
            options["refused"].write_bytes(b"".join(refused.lines(imported)))
        return _result(imported, dry_run=False), list(imported.refused_rows.order_by("number")[:SHOWN])

    def _prepared(self, options):
        path = options["file"]
        by = _person(options["by"])
        orders = dict(_order(text) for text in options["dates"])
        with path.open("rb") as file:
            imported = survey.upload(file, name=path.name, by=by, at=timezone.now(), encoding=options["encoding"])
        try:
            self._decide(imported, options, orders)
        except (Unfit, ValueError):
            imported.file.delete(save=False)
            imported.delete()
            raise
        return imported

    def _decide(self, imported, options, orders):
        if imported.survey["others"]:
            labels = [imported.survey["encoding_label"], *(encoding.label(name) for name in imported.survey["others"])]
            raise Unfit("file_encoding_ambiguous", encodings=" / ".join(labels))
        if options["mapping"]:
            survey.use(imported, _mapping(options["mapping"]))
        imported.intent = options["intent"]
        imported.options = {"asked": orders}
        survey.check(imported, most=1_000)
        imported.state = Import.State.READY
        imported.save()

    def _rehearsed(self, imported):
        try:
            with imported.local_file() as path:
                sheet = open_sheet(path, encoding=imported.encoding, limits=receive.limits())
                _run, would_be = receive.rehearse(imported, sheet)
            return _result(would_be, dry_run=True), would_be.refusals[:SHOWN]
        finally:
            imported.file.delete(save=False)
            with transaction.atomic():
                imported.delete()

    def _tell(self, result):
        self.stdout.write(
            _("Created %(created)s, updated %(updated)s, unchanged %(unchanged)s, refused %(refused)s.")
            % {name: result[name] for name in COUNTS}
        )
        for name, count in result["unknown_owners"].items():
            self.stdout.write(_("Nobody here is called “%(name)s” (%(count)s rows).") % {"name": name, "count": count})


def _result(imported, *, dry_run):
    return {
        "import": None if dry_run else imported.pk,
        "file": imported.file_name,
        "mapping": imported.mapping["code"],
        "encoding": imported.survey["encoding"],
        "intent": imported.intent,
        "dry_run": dry_run,
        "rows": sum(getattr(imported, name) for name in COUNTS),
        **{name: getattr(imported, name) for name in COUNTS},
        "activities": imported.activities,
        "left_out": imported.left_out,
        "unknown_owners": imported.remarks.get("unknown_people", {}),
    }


def _line(row):
    return _("Row %(number)s, %(column)s: %(reason)s") % {
        "number": row.number,
        "column": row.column or "-",
        "reason": str(REASONS[row.code]) % row.params,
    }


def _mapping(name):
    saved = SavedMapping.objects.filter(name=name).first()
    return columns.Mapping.from_spec(saved.spec) if saved else columns.load(name)


def _person(email):
    if not email:
        return None
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise ValueError(_("Nobody signs in with %(email)s.") % {"email": email})
    return person


def _order(text):
    column, _equals, order = text.rpartition("=")
    if not column or order not in ORDERS:
        raise ValueError(_("--dates wants COLUMN=mdy, dmy or ymd, not “%(text)s”.") % {"text": text})
    return column, order
