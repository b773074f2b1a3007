"""The trail of imports: what its entries say, and who is told."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.intake.reasons import Reason
from leads.models import Import
from portal import words
from portal.entry_words import Line
from portal.models import Person
from portal.notifying import Told

REASONS = {"importer": gettext_lazy("You started this import")}


# -- Who is told -----------------------------------------------------------------------------


def audience(entries):
    """Whoever started it hears how it ended, although it was their doing: they have long gone on to other work."""
    starters = dict(Import.objects.filter(pk__in={entry.subject[1] for entry in entries}).values_list("pk", "by"))
    for entry in entries:
        is_own_news = entry.verb != "import.undone"  # who takes an import back sees it happen
        yield Told(entry, starters.get(entry.subject[1]), "importer", even_own=is_own_news)


# -- What it says ----------------------------------------------------------------------------


def speak(entries):
    """The speaker for streams of imports (`portal.entry_words`)."""
    imports = Import.objects.in_bulk({entry.subject[1] for entry in entries})
    people = Person.objects.in_bulk({entry.by_id for entry in entries} - {None})
    return {
        entry.pk: _line(entry, imports[entry.subject[1]], people.get(entry.by_id))
        for entry in entries
        if entry.verb in VERBS and entry.subject[1] in imports
    }


def _line(entry, imported, by):
    names = {"file": imported.file_name, "who": str(by or _("Tasuki"))}
    headline, detail, icon = VERBS[entry.verb](entry, imported, names)
    return Line(
        entry=entry,
        headline=headline,
        sentence=headline,
        detail=detail,
        url=imported.get_absolute_url(),
        by=by if entry.verb == "import.undone" else None,
        icon=icon,
    )


def _received(entry, imported, names):
    if entry.data.get("stopped"):
        return _("The import of %(file)s was stopped") % names, _counts(entry.data), "pause"
    return _("%(file)s is in") % names, _counts(entry.data), "check"


def _failed(entry, imported, names):
    return _("%(file)s could not be imported") % names, _why(imported), "tri"


def _why(imported):
    failure = imported.failure
    return Reason(failure["code"], failure.get("params", {})).sentence if failure else ""


def _undone(entry, imported, names):
    kept = sum(entry.data.values())
    stays = _("%(rows)s rows stay, because people have built on them") % {"rows": f"{kept:,}"} if kept else ""
    return _("%(who)s took back the import of %(file)s") % names, stays, "back"


def _counts(data):
    said = [
        (_("%(rows)s created"), data.get("created", 0)),
        (_("%(rows)s updated"), data.get("updated", 0)),
        (_("%(rows)s unchanged"), data.get("unchanged", 0)),
        (_("%(rows)s refused"), data.get("refused", 0)),
    ]
    return words.listed(text % {"rows": f"{rows:,}"} for text, rows in said if rows)


VERBS = {"import.received": _received, "import.failed": _failed, "import.undone": _undone}
