from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import shell, words


@require_safe
def home(request):
    """Today: who waits for me, whom I wait for, what I promised. Filled by the apps' panels."""
    now = timezone.now()
    columns = {column: _shown(request, column) for column in ("main", "side")}
    return render(
        request,
        "portal/home/page.html",
        {
            **columns,
            "head": _head(request),
            "now": now,
            "iso": words.iso(now),
            "today": words.long_day(timezone.localdate(now)),
            "time": words.clock_time(timezone.localtime(now)),
        },
    )


def _head(request):
    """The first sentence and the first action that a panel has for the page's head."""
    heads = [panel.head(request) or {} for panel in shell.home_panels("main") if panel.head]
    return {key: value for head in reversed(heads) for key, value in head.items()}


def _shown(request, column):
    """Each panel's template with its finished values; a panel with nothing to say is left out."""
    found = ((panel, panel.context(request)) for panel in shell.home_panels(column))
    return [{"template": panel.template, "panel": values} for panel, values in found if values is not None]
