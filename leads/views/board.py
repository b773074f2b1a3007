from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from leads import board as reading
from leads import cards, directory, permissions, promise_strip, verbs
from leads.choices import choices
from leads.filters import Filters
from leads.models import CardPosition, Lead
from portal import words
from portal.refusals import Refusal

Column = Lead.Column
SORTS = ("due", "score", "newest", "own")
# Whose step it is in a column, and what they do there.
AT_WORK = {
    Column.TO_HAND_OVER: (("marketing", "inside_sales"), lambda: pgettext("column", "prepare")),
    Column.HANDED_OVER: (("sales",), lambda: pgettext("column", "to answer")),
    Column.WORKING: (("sales",), lambda: pgettext("column", "in contact")),
    Column.OPPORTUNITY: ((), lambda: ""),
    Column.WON: (("marketing", "inside_sales", "sales"), lambda: ""),
    Column.RETURNED: (("marketing", "inside_sales"), lambda: pgettext("column", "nurture")),
}


@require_GET
def board(request):
    """The board; with `col` and `after` the next page of one column, as a piece or with the others around it."""
    asked, column = _asked(request), _column(request)
    if request.htmx and column and asked.after:
        return render(request, "leads/board/_page.html", {"column": _next_page(asked, column, request)})
    found = reading.columns(asked, _open_columns(request))
    counts = reading.counts(asked)
    context = {
        "columns": [_shown(name, found.get(name), counts[name], asked, request) for name in reading.COLUMNS],
        "current": column or _first_busy(counts),
        "filters": asked.filters,
        "chips": asked.filters.chips(request.user, asked.directory),
        "choices": choices(asked, SORTS),
        "views": asked.directory.views_of(request.user, "board"),
        "total": None if asked.filters.is_narrow else sum(n for n, _yen, _more in counts.values()),
        "query": asked.filters.query(),
        "promises": promise_strip.read(asked.directory),
        "teams": ("marketing", "inside_sales", "sales", "customer_success"),
        **ways_in(request.user),
    }
    return render(request, "leads/board/page.html", context)


@require_GET
def counts(request):
    """The heads of the columns as they stand now, for a board that is open."""
    asked = _asked(request)
    found = reading.counts(asked)
    return JsonResponse(
        {name: {"count": count_words(n, more), "sum": _sum(name, yen)} for name, (n, yen, more) in found.items()}
    )


@require_GET
def card(request, pk):
    """One card as it stands now; 204 where it is not on this board any more."""
    asked, row = _asked(request), reading.card(pk)
    shown = row is not None and row.board_column and reading.matches(asked, pk)
    if not shown:
        return HttpResponse(status=204)
    return HttpResponse(cards.draw_all([row], _drawing(asked, [row])))


@require_GET
def menu(request, pk):
    """What this person can do with the lead now: a menu for htmx, a page without."""
    lead = _lead_or_404(pk)
    context = {"lead": lead, "verbs": verbs.available(lead, request.user)}
    return render(request, "leads/verbs/_menu.html" if request.htmx else "leads/board/menu.html", context)


@require_GET
def move(request, pk):
    """The verb that a move to a column means, or a sentence why there is none. Nothing is done here."""
    verb = verbs.for_move(_lead_or_404(pk), request.user, request.GET.get("to", ""))
    if isinstance(verb, str):
        return JsonResponse({"why": verb})
    return JsonResponse({"url": verb.url, "one_tap": verb.one_tap, "label": str(verb.label)})


@require_POST
def position(request, pk):
    """One's own order: the card stands below those named, in their order."""
    lead = get_object_or_404(Lead.objects.present(), pk=pk)
    above = [int(value) for value in request.POST.getlist("above") if value.isdecimal()]
    if len(above) > CardPosition.MOST:
        raise Refusal(_("Your own order holds %(n)d cards of a column.") % {"n": CardPosition.MOST}, status=422)
    CardPosition.put(lead, person=request.user, above=above)
    return HttpResponse(status=204)


def ways_in(person):
    """How new leads get here, as far as this person may bring them."""
    return {"may_add": permissions.can_add_lead(person), "may_import": permissions.can_import(person)}


# -- What is asked for ----------------------------------------------------------------------


def _asked(request):
    known = directory.load([("people", request.user.pk)])
    filters = Filters.read(request.GET, request.user, known, sorts=SORTS)
    return reading.Asked(filters, request.user, known, timezone.now(), request.GET.get("after", ""), _column(request))


def _column(request):
    name = request.GET.get("col")
    return name if name in reading.COLUMNS else ""


def _open_columns(request):
    """A closed column costs nothing: its cards are read when it is opened."""
    opened = {request.GET.get("open"), request.GET.get("col")}
    return [name for name in reading.COLUMNS if name != reading.COLLAPSED or name in opened]


def _lead_or_404(pk):
    return get_object_or_404(Lead.objects.present().for_page(), pk=pk)


# -- What is shown --------------------------------------------------------------------------


def _drawing(asked, rows):
    """Somebody who came a moment ago is named at once: the directory is read anew where it does not know them."""
    return cards.Drawing(
        asked.viewer,
        directory.knowing(asked.directory, reading.people_of(rows)),
        asked.at,
        hides_clocks=asked.filters.hides_clocks,
        hides_late_names=asked.filters.hides_late_names,
    )


def _shown(name, found, count, asked, request):
    teams, work = AT_WORK[name]
    n, yen, more = count
    return {
        "name": name,
        "label": Column(name).label,
        "count": count_words(n, more),
        "sum": _sum(name, yen),
        "teams": teams,
        "work": work(),
        "is_open": found is not None,
        "open_url": f"?{asked.filters.query(open=name)}",
        **(_cards(found, asked, seen=0, total=n, more=more) if found is not None else {}),
    }


def _cards(found, asked, *, seen, total, more):
    """The cards of a page, and the way to the next."""
    seen += len(found.rows)
    query = asked.filters.query(col=found.name, after=found.next, seen=seen, of=f"{total}+" if more else total)
    left = max(0, total - seen)
    return {
        "name": found.name,
        "cards": cards.draw_all(found.rows, _drawing(asked, found.rows)),
        "next_url": f"?{query}" if found.next else "",
        "left": count_words(left, more) if left else "",
    }


def _next_page(asked, name, request):
    found = reading.columns(asked, [name])[name]
    seen, of = request.GET.get("seen", ""), request.GET.get("of", "")
    total = int(of.rstrip("+")) if of.rstrip("+").isdecimal() else 0
    return _cards(found, asked, seen=int(seen) if seen.isdecimal() else 0, total=total, more=of.endswith("+"))


def count_words(n, more):
    return f"{n:,}+" if more else f"{n:,}"


def _sum(name, yen):
    if yen is None:
        return ""
    if name == Column.OPPORTUNITY:
        return _("Pipeline %(amount)s") % {"amount": words.money(yen)}
    return _("This quarter %(amount)s") % {"amount": words.money(yen)} if name == Column.WON else ""


def _first_busy(counts):
    """Which column a phone shows first: the one that waits for an answer, unless it is empty."""
    order = (Column.HANDED_OVER, Column.WORKING, Column.TO_HAND_OVER, Column.OPPORTUNITY, Column.RETURNED)
    return next((name for name in order if counts[name][0]), Column.HANDED_OVER)
