"""The company's leads at a glance: how many stand where, and how much money stands beside them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.home import today
from leads.home.rows import link
from leads.models import ColumnTally, Lead
from portal import words

Column = Lead.Column
ORDER = [Column.TO_HAND_OVER, Column.HANDED_OVER, Column.WORKING, Column.OPPORTUNITY, Column.WON]
WITH_YEN = {Column.OPPORTUNITY, Column.WON}


def flow(request):
    """One row a column of the board, from the maintained counts."""
    totals = _totals(request)
    board = link("leads:board")
    rows = []
    for column in ORDER:
        n, yen = totals.get(column, (0, 0))
        rows.append(
            {
                "label": column.label,
                "n": n,
                "yen": yen,
                "has_yen": column in WITH_YEN,
                "url": board and f"{board}#{column}",
            }
        )
    return {"rows": rows}


def head(request):
    """The page's sentence for those who carry no lead themselves."""
    if request.user.side is not None or today.of(request).waits:
        return None
    totals = _totals(request)
    won, yen = totals.get(Column.WON, (0, 0))
    n, pipeline = totals.get(Column.OPPORTUNITY, (0, 0))
    words_of = {
        "won": ngettext("%(n)d deal won this quarter (%(yen)s)", "%(n)d deals won this quarter (%(yen)s)", won)
        % {"n": won, "yen": words.money(yen)},
        "open": ngettext("%(n)d opportunity open (%(yen)s)", "%(n)d opportunities open (%(yen)s)", n)
        % {"n": n, "yen": words.money(pipeline)},
    }
    return {"sentence": _("%(won)s, %(open)s.") % words_of}


def _totals(request):
    if not hasattr(request, "leads_totals"):
        request.leads_totals = ColumnTally.objects.totals()
    return request.leads_totals
