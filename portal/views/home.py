from django.shortcuts import render
from django.utils import timezone

from portal import shell, words


def home(request):
    """Today: who waits for me, whom I wait for, what I promised. Filled by the apps' panels."""
    now = timezone.now()
    columns = {column: _shown(request, column) for column in ("main", "side")}
    heads = (panel.head(request) for panel in shell.home_panels("main") if panel.head)
    return render(
        request,
        "portal/home/page.html",
        {
            **columns,
            "head": next(filter(None, heads), None),
            "now": now,
            "iso": words.iso(now),
            "today": words.long_day(timezone.localdate(now)),
            "time": words.clock_time(timezone.localtime(now)),
        },
    )


def _shown(request, column):
    """Each panel's template with its finished values; a panel with nothing to say is left out."""
    found = ((panel, panel.context(request)) for panel in shell.home_panels(column))
    return [{"template": panel.template, "panel": values} for panel, values in found if values is not None]
