from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from leads import board, directory, listing, table
from leads import export as exporting
from leads.choices import choices
from leads.filters import Filters
from leads.models import Lead
from leads.views.board import count_words, ways_in

CHOSEN = "lead-columns"


@require_GET
def list_(request):
    """All leads as a table."""
    asked = _asked(request)
    page = listing.page(asked, before=request.GET.get("before", ""))
    columns = _columns(request)
    query = asked.filters.query()
    number, more = listing.total(asked)
    context = {
        "columns": columns,
        "all_columns": [(kind, kind in columns) for kind in listing.COLUMNS.values()],
        "lines": [table.line(line, asked) for line in page.lines],
        "page": page,
        "filters": asked.filters,
        "chips": asked.filters.chips(request.user, asked.directory),
        "choices": choices(asked, listing.SORTS),
        "stages": True,
        "views": asked.directory.views_of(request.user, "list"),
        "number": count_words(number, more),
        "counts": [
            (Lead.Column(name).label, count_words(n, more))
            for name, (n, _yen, more) in board.counts(asked).items()
            if n
        ],
        "now": asked.at,
        "query": query,
        "mine_query": f"owner={request.user.pk}",
        "after_query": asked.filters.query(after=page.after),
        "before_query": asked.filters.query(before=page.before),
        **ways_in(request.user),
        "sort_queries": {sort: asked.filters.query(sort=None if sort == "due" else sort) for sort in listing.SORTS},
    }
    return render(request, "leads/list/page.html", context)


@require_GET
def export(request, kind):
    """What is filtered, as a file; that it was taken out is an entry of the trail."""
    if kind not in exporting.KINDS:
        raise Http404
    return exporting.KINDS[kind](_asked(request))


def _asked(request):
    known = directory.load([("people", request.user.pk)])
    filters = Filters.read(request.GET, request.user, known, sorts=listing.SORTS)
    return board.Asked(filters, request.user, known, timezone.now(), request.GET.get("after", ""))


def _columns(request):
    """Chosen in the address, and remembered for the next time."""
    if "columns" in request.GET:
        request.session[CHOSEN] = [name for name in request.GET.getlist("columns") if name in listing.COLUMNS]
    return listing.chosen_columns(request.session.get(CHOSEN, ()))
