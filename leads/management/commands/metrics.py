import datetime
import json

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from leads import metrics
from portal.management.plain import CouldNotStart, PlainCommand

DIMENSIONS = ("source", "campaign", "month", "unit", "definition", "reason")


class Command(PlainCommand):
    help = "Named figures of a period, as of any instant. Without a name: the list of what there is."

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="*", metavar="NAME", help="such as lead_to_won (docs/metrics.*.md)")
        parser.add_argument("--from", dest="first", metavar="DAY", help="first day, such as 2026-04-01")
        parser.add_argument("--to", dest="last", metavar="DAY", help="last day, included")
        parser.add_argument("--by", metavar="DIMENSION", help=", ".join(DIMENSIONS))
        parser.add_argument("--as-of", metavar="INSTANT", help="as the portal knew at 2026-05-31T23:59:59+09:00")
        parser.add_argument("--json", action="store_true", help="for programs; an array where several are asked for")

    def handle(self, *, name, first, last, by, as_of, **options):
        if not name:
            return self._list(options["json"])
        period = {"first": _day("--from", first), "last": _day("--to", last)}
        try:
            figures = metrics.compute(name, **period, by=by, as_of=_instant(as_of))
        except ValueError as error:
            raise CouldNotStart(str(error)) from error
        except DatabaseError as error:
            raise CouldNotStart(_("The database cannot be read: %(error)s") % {"error": error}) from error
        if options["json"]:
            shown = [one.as_json() for one in figures]
            return self._write_json(shown[0] if len(shown) == 1 else shown)
        for one in figures:
            self._write_table(one)
        return None

    def _list(self, as_json):
        rows = [
            {
                "metric": metric.name,
                "label": str(metric.label),
                "unit": metric.unit,
                "formula": str(metric.formula),
                "cohort": str(metric.cohort_date),
                "direction": metric.direction,
                "by": list(metric.dimensions),
            }
            for metric in metrics.METRICS.values()
        ]
        if as_json:
            return self._write_json(rows)
        for row in rows:
            self.stdout.write(f"{row['metric']:24}{row['label']}: {row['formula']}")
        return None

    def _write_json(self, shown):
        self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))

    def _write_table(self, figures):
        metric = figures.metric
        span = f"{figures.first or ''} – {figures.last or ''}".strip(" –") or _("all there is")
        as_of = timezone.localtime(figures.as_of).isoformat(timespec="seconds")
        self.stdout.write(f"{metric.name}  {metric.label}  [{metric.unit}]  {span}  ({_('as of')} {as_of})")
        for row in [*figures.rows, figures.total]:
            key = _("total") if row is figures.total else row.key or row.label
            self.stdout.write(f"  {key}\t{_shown(row)}")


def _shown(row):
    value = "–" if row.value is None else row.value
    if row.denominator is not None:
        return f"{value}\t{row.numerator}/{row.denominator}\tn={row.n}"
    unknown = f"\t{_('amount not known')}={row.unknown}" if row.unknown else ""
    return f"{value}\tn={row.n}{unknown}"


def _day(name, text):
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError as error:
        raise CouldNotStart(_("%(name)s: “%(text)s” is no day (2026-04-01).") % {"name": name, "text": text}) from error


def _instant(text):
    """An instant; without an offset it is read in the portal's time zone. A day alone means its last moment."""
    if text is None:
        return None
    try:
        at = datetime.datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise CouldNotStart(_("“%(text)s” is no instant (2026-06-12T18:30:00+09:00).") % {"text": text}) from error
    if len(text.strip()) == len("2026-05-31"):
        at = datetime.datetime.combine(at, datetime.time.max)
    return at if at.tzinfo else timezone.make_aware(at)
