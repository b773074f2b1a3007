"""What the pages of an import show, step by step, as finished values."""

import math

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from leads import duplicates
from leads.intake import columns, dates, fields, undo
from leads.intake.reasons import REASONS, Reason, Unreadable
from leads.models import Company, Import, Lead
from leads.views.import_columns import encodings
from portal import words
from portal.formula import rearm

State = Import.State
ORDER_NAMES = {
    "mdy": gettext_lazy("month/day/year"),
    "dmy": gettext_lazy("day/month/year"),
    "ymd": gettext_lazy("year/month/day"),
}
KEPT = {
    "handed_over": gettext_lazy("has been handed over"),
    "worked_on": gettext_lazy("somebody has worked on it"),
    "other_import": gettext_lazy("another import has added to it"),
    "activity": gettext_lazy("has activities of its own"),
    "note": gettext_lazy("somebody has written a note"),
    "opportunity": gettext_lazy("has an opportunity of its own"),
    "changed_since": gettext_lazy("has been edited since; what was edited stays"),
}
MASTER = {
    "company_id": "company_name",
    "source_id": "source",
    "campaign_id": "campaign",
    "owner_id": "owner",
    "custom": "custom",
}
REFUSED_SHOWN = 20
ALIKE_SHOWN = 10


def context(imported):
    mapping = columns.Mapping.from_spec(imported.mapping)
    found = {
        "imported": imported,
        "step": _step(imported),
        "mapping_name": mapping.label(get_language() or "ja"),
        "used_columns": sum(
            1 for code in mapping.fields_of(imported.survey["header"]) if code not in ("", fields.IGNORED)
        ),
    }
    if imported.state == State.READY:
        found |= _check_page(imported, mapping)
    elif imported.is_under_way:
        found |= _progress_page(imported)
    else:
        found |= _report_page(imported)
    return found


def open_questions(imported):
    """What somebody must decide before this file can come in."""
    questions = [
        question
        for question in imported.survey.get("questions", [])
        if not question["answer"] and not question["mixed"]
    ]
    return questions + (["encoding"] if imported.survey["others"] else [])


def why_kept(code):
    return KEPT.get(code, code)


def _step(imported):
    if imported.state in (State.READY, State.CHECKING):
        return 3
    return 4 if imported.is_under_way else 5


# -- 3 check -------------------------------------------------------------------------


def _check_page(imported, mapping):
    survey = imported.survey
    header, forecast = survey["header"], survey["forecast"]
    places = [place for place, code in enumerate(mapping.fields_of(header)) if code not in ("", fields.IGNORED)][:8]
    questions = [_question(question, header) for question in survey["questions"]]
    doubtful = {question["column"] for question in questions if not question["answer"]}
    return {
        "questions": questions,
        "open": len(open_questions(imported)),
        "encodings": encodings(imported),
        "is_ambiguous": bool(survey["others"]),
        "columns": [header[place] for place in places],
        "sample": [
            {
                "number": row["number"],
                "cells": [
                    {
                        "text": row["cells"][place] if place < len(row["cells"]) else "",
                        "is_doubtful": header[place] in doubtful,
                    }
                    for place in places
                ],
            }
            for row in survey["sample"]
        ],
        "forecast": forecast,
        "counts": _counts(forecast),
        "is_partial": survey["rehearsed"] < survey["rows"],
        "fields": [_field(field) for field in forecast["fields"]],
        "existing": forecast["updated"] + forecast["unchanged"],
        "refusals": [_refusal(row) for row in forecast["refusals"][:REFUSED_SHOWN]],
        "people": list(forecast["unknown_people"].items())[:10],
        "new_words": _new_words(forecast),
        "constants": [(fields.label_of(code), text) for code, text in imported.options.get("constants", {}).items()],
        "delimiter_name": _delimiter(survey),
    }


def _question(question, header):
    choices = [
        {"code": code, "name": ORDER_NAMES[code], "meaning": _meaning(question["example"], code)}
        for code in question["choices"]
    ]
    return {**question, "place": header.index(question["column"]), "choices": choices}


def _meaning(example, order):
    try:
        moment = dates.read(example, order)
    except Unreadable:
        return ""
    return words.long_day(moment.day) if moment else ""


def _field(field):
    code = MASTER.get(field["code"], field["code"].removesuffix("_id"))
    examples = [
        {"who": _subject(field["code"], key), "old": _said(field["code"], old), "new": _said(field["code"], new)}
        for key, old, new in field["examples"][:1]
    ]
    return {
        **field,
        "label": _("Further fields") if code == "custom" else fields.label_of(code),
        "example": examples[0] if examples else None,
    }


def _subject(code, key):
    model = Company if code in fields.COMPANY_MASTER else Lead
    record = model.objects.filter(pk=key).select_related(*(["company"] if model is Lead else [])).first()
    if record is None:
        return ""
    return f"{record} {record.person_name}".strip() if model is Lead and record.company_id else str(record)


def _said(code, value):
    """References read as names; a company or source that the rehearsal made is gone again."""
    if not code.endswith("_id"):
        return value
    model = Lead._meta.get_field(code.removesuffix("_id")).related_model
    found = model.objects.filter(pk=value).first() if str(value).isdecimal() else None
    return str(found) if found else _("(new)")


def _refusal(row):
    return {**row, "sentence": Reason(row["code"], row["params"]).sentence, "value": rearm(row["value"])}


def _new_words(forecast):
    found = []
    for kind, label in (("source", _("New sources")), ("campaign", _("New campaigns"))):
        if forecast["new_word_counts"][kind]:
            found.append(
                {"label": label, "count": forecast["new_word_counts"][kind], "words": forecast["new_words"][kind][:5]}
            )
    return found


def _delimiter(survey):
    names = {",": _("comma"), "\t": _("tab"), ";": _("semicolon"), "|": _("vertical bar")}
    return (
        names.get(survey["delimiter"], "")
        if survey["kind"] == "csv"
        else _("Excel workbook, sheet “%(name)s”") % {"name": survey["sheet"]}
    )


def _counts(numbers):
    return {name: numbers[name] for name in ("created", "updated", "unchanged", "refused")}


# -- 4 progress ------------------------------------------------------------------------


def _progress_page(imported):
    done = imported.created + imported.updated + imported.unchanged + imported.refused
    total = max(imported.survey.get("rows", 0), done, 1)
    found = {"done": done, "total": total, "is_running": imported.state == State.RUNNING, "left": ""}
    if imported.state == State.RUNNING and done and imported.started_at:
        passed = (timezone.now() - imported.started_at).total_seconds()
        found["left"] = _left(passed / done * (total - done))
    return found


def _left(seconds):
    if seconds < 60:
        number = max(5, math.ceil(seconds / 5) * 5)
        return ngettext("about %(number)s second left", "about %(number)s seconds left", number) % {"number": number}
    number = math.ceil(seconds / 60)
    return ngettext("about %(number)s minute left", "about %(number)s minutes left", number) % {"number": number}


# -- 5 report ----------------------------------------------------------------------------


def _report_page(imported):
    rows = imported.refused_rows.order_by("number")[:REFUSED_SHOWN]
    failure = imported.failure
    seconds = (
        (imported.ended_at - imported.started_at).total_seconds() if imported.ended_at and imported.started_at else 0
    )
    kept = undo.kept(imported) if imported.state == State.UNDONE else {}
    alike = duplicates.brought_by(imported) if imported.created and imported.state != State.UNDONE else []
    return {
        "failure": Reason(failure["code"], failure.get("params", {})) if failure else None,
        "refusals": [
            {
                "number": row.number,
                "column": row.column,
                "sentence": str(REASONS[row.code]) % row.params,
                "value": row.value,
            }
            for row in rows
        ],
        "seconds": math.ceil(seconds),
        "alike": alike[:ALIKE_SHOWN],
        "alike_count": len(alike),
        "people": list(imported.remarks.get("unknown_people", {}).items())[:10],
        "kept": [{"why": why_kept(code), "count": count} for code, count in kept.items()],
        "kept_count": sum(kept.values()),
        "can_undo": imported.state in (State.DONE, State.STOPPED) and imported.rows_taken,
    }
