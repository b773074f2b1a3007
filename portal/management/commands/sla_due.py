import json
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal import business_time, calendar_spec, calendar_words
from portal.business_time import Mode, Timeline
from portal.management.plain import CouldNotStart, PlainCommand
from portal.models import BusinessCalendar
from portal.refusals import Refusal


class Command(PlainCommand):
    help = (
        "When a promise is due, and which hours counted. A calendar is a short name from the database or "
        "FILE.json#NAME; A|INSTANT|B exchanges A for B at an instant (B may be a name of A's file). "
        "Instants without an offset are wall-clock time in the calendar's zone."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--start", help="ISO 8601, such as 2026-06-12T18:30:00+09:00")
        parser.add_argument("--minutes", help="counted minutes until it is due")
        parser.add_argument("--mode", default=Mode.BUSINESS, help="business (default) or clock")
        parser.add_argument("--calendar", help="SLUG, FILE.json#NAME or A|INSTANT|B")
        parser.add_argument("--pause", action="append", default=[], metavar="FROM/TO", help="repeatable; no TO: lasts")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *, start, minutes, mode, calendar, pause, **options):
        for name, value in {"--start": start, "--minutes": minutes, "--calendar": calendar}.items():
            if value in (None, ""):
                raise CouldNotStart(_("%(name)s is missing.") % {"name": name})
        if mode not in list(Mode):
            raise CouldNotStart(_("The mode is business or clock, not “%(mode)s”.") % {"mode": mode})
        hours = _calendar(calendar)
        target, begins = _minutes(minutes), _instant(start, hours.tz)
        pauses = [_pause(text, hours.tz) for text in pause]
        try:
            due = business_time.due(begins, target, hours, pauses=pauses, mode=mode)
            pieces = business_time.intervals(begins, target, hours, pauses=pauses, mode=mode)
        except OverflowError as error:
            raise CouldNotStart(_("Not due within a hundred years on this calendar.")) from error
        show = self._show_json if options["json"] else self._show_words
        show(due, pieces, hours)

    def _show_json(self, due, pieces, hours):
        zone = hours.tz
        rows = [
            {
                "from": _iso(piece.start, zone),
                "to": _iso(piece.end, zone),
                "counted": piece.counted,
                "minutes": _count(piece.length),
                "reason": None if piece.counted else str(piece.reason),
            }
            for piece in pieces
        ]
        self.stdout.write(json.dumps({"due": _iso(due, zone), "intervals": rows}, ensure_ascii=False, indent=2))

    def _show_words(self, due, pieces, hours):
        zone = hours.tz
        self.stdout.write(_("Due: %(due)s") % {"due": _iso(due, zone)} if due else _("Not due: it is paused."))
        for piece in pieces:
            what = _("counted") if piece.counted else calendar_words.words(piece.reason)
            minutes = "" if piece.length is None else _("%(n)s min") % {"n": _count(piece.length)}
            self.stdout.write(f"{_iso(piece.start, zone)} / {_iso(piece.end, zone) or ''}  {minutes}  {what}")
        if forecast := calendar_words.forecast(hours, due):
            self.stdout.write(forecast)


def _calendar(text):
    """A, or A|INSTANT|B|…: each calendar holds from its instant on."""
    first, *rest = text.split("|")
    if len(rest) % 2:
        raise CouldNotStart(_("A change of calendars is written A|INSTANT|B."))
    file = first.rpartition("#")[0]
    calendar = _one_calendar(first)
    changes = [
        (_instant(at, calendar.tz), _one_calendar(name, file=file))
        for at, name in zip(rest[::2], rest[1::2], strict=True)
    ]
    if not changes:
        return calendar
    try:
        return Timeline(calendar, changes)
    except ValueError as error:
        raise CouldNotStart(_("The changes of calendars are not in order.")) from error


def _one_calendar(text, file=""):
    """FILE.json#NAME, a name of the file at hand, or a short name from the database."""
    path, _hash, name = text.rpartition("#")
    if path:
        return _from_file(path, name)
    if file and name in _calendars_of(file):
        return _from_file(file, name)
    try:
        return BusinessCalendar.objects.get(slug=name).engine()
    except BusinessCalendar.DoesNotExist as error:
        raise CouldNotStart(_("There is no calendar “%(name)s”.") % {"name": name}) from error
    except Refusal as refusal:
        raise CouldNotStart(str(refusal)) from refusal
    except DatabaseError as error:
        raise CouldNotStart(_("The database cannot be read: %(error)s") % {"error": error}) from error


def _from_file(path, name):
    calendars = _calendars_of(path)
    if name not in calendars:
        raise CouldNotStart(_("There is no calendar “%(name)s” in %(file)s.") % {"name": name, "file": path})
    try:
        return calendar_spec.read(calendars[name])
    except calendar_spec.SpecError as error:
        raise CouldNotStart(f"{path}#{name}: {error}") from error


def _calendars_of(path):
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CouldNotStart(_("%(file)s cannot be read: %(error)s") % {"file": path, "error": error}) from error
    calendars = content.get("calendars", content) if isinstance(content, dict) else None
    return calendars if isinstance(calendars, dict) else {}


def _instant(text, zone):
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise CouldNotStart(_("“%(text)s” is no instant (2026-06-12T18:30:00+09:00).") % {"text": text}) from error
    if at.tzinfo is not None:
        return at
    readings = {at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    if len(readings) > 1:
        raise CouldNotStart(_("“%(text)s” is in a night in which the clocks change: add its offset.") % {"text": text})
    return at.replace(tzinfo=zone)


def _pause(text, zone):
    begins, slash, ends = text.partition("/")
    if not slash:
        raise CouldNotStart(_("“%(text)s” is no pause (FROM/TO, or FROM/ while it lasts).") % {"text": text})
    pause = (_instant(begins, zone), _instant(ends, zone) if ends.strip() else None)
    if pause[1] and pause[1] < pause[0]:
        raise CouldNotStart(_("The pause “%(text)s” ends before it begins.") % {"text": text})
    return pause


def _minutes(text):
    try:
        minutes = int(text)
        if minutes < 0:
            raise ValueError(minutes)
        timedelta(minutes=minutes)
    except (ValueError, OverflowError) as error:
        raise CouldNotStart(_("“%(text)s” is no number of minutes.") % {"text": text}) from error
    return minutes


def _iso(at, zone):
    return at.astimezone(zone).isoformat() if at else None


def _count(length):
    """Whole minutes as a whole number; seconds as its fraction."""
    if length is None:
        return None
    minutes, rest = divmod(length, timedelta(minutes=1))
    return minutes + rest / timedelta(minutes=1) if rest else minutes
