"""What the leads put on the home page: who waits for me, whom I wait for, what I promised; and what became of it."""

from django.utils.translation import gettext as _

from leads import promises
from leads.home import company, managing, morning, today
from leads.home.rows import link
from portal import shell


def register():
    panels = [
        shell.HomePanel(10, "leads-flow", "leads/home/_flow.html", _flow_first, head=company.head),
        shell.HomePanel(20, "leads-waiting", "leads/home/_waiting.html", _waiting, head=today.head),
        shell.HomePanel(30, "leads-lines", "leads/home/_lines.html", _lines),
        shell.HomePanel(40, "leads-morning", "leads/home/_morning.html", morning.panel, head=morning.head),
        shell.HomePanel(50, "leads-managing", "leads/home/_managing.html", managing.panel),
        shell.HomePanel(10, "leads-promises", "leads/home/_promises.html", _promises, column="side"),
        shell.HomePanel(30, "leads-thanks", "leads/home/_thanks.html", morning.thanks, column="side"),
    ]
    for panel in panels:
        shell.register_home_panel(panel)


def _waiting(request):
    mine = today.of(request)
    if not mine.waits and request.user.side is None:
        return None
    shown = mine.waits[: today.SHOWN]
    return {"rows": shown, "count": len(mine.waits), "team": mine.for_team, "board": link("leads:board")}


def _lines(request):
    mine = today.of(request)
    if request.user.side is None and not mine.promised and not mine.waited_for:
        return None
    return {
        "waited_for": mine.waited_for[: today.SHOWN],
        "waited_for_count": len(mine.waited_for),
        "promised": mine.promised,
        "promised_count": mine.promised_count,
    }


def _flow_first(request):
    """For those who carry no lead themselves the company's figures come first."""
    return company.flow(request) if request.user.side is None else None


def _promises(request):
    mirror = promises.mirror(today.of(request).at)
    return mirror and {"mirror": mirror, "days": promises.DAYS, "title": _("What both sides promised")}
