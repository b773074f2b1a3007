"""Why this receiver: the reason that a hand-off recorded when it chose, in words."""

from django.utils.translation import gettext as _


def sentence(handoff) -> str:
    routing = handoff.routing
    why = routing.get("why")
    if why == "named":
        return _("The sender chose them.")
    if why == "stand_in":
        return _("They stand in for the colleague who was chosen and is away.")
    if why == "turn":
        return _turn(handoff, routing)
    if why == "nobody_there":
        return _("Nobody of %(team)s is there today; whoever of the team comes first can accept it.") % {
            "team": handoff.receiving_unit
        }
    if why == "reassigned":
        return _("A manager gave it to them.")
    return ""


def _turn(handoff, routing) -> str:
    said = _("It was their turn among the %(n)d of %(team)s who are there.") % {
        "n": routing.get("of", 1),
        "team": handoff.receiving_unit,
    }
    if routing.get("away"):
        said = f"{said} {_('Whoever is away was skipped (%(n)d).') % {'n': routing['away']}}"
    return said
