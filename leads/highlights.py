"""What a lead did, in words: the short marks on cards and rows."""

from django.utils.translation import gettext as _

from leads.models import Activity


def marks(highlights) -> list[str]:
    """料金ページ 3回 and Pricing page viewed ×3, the strongest signs first, of `Lead.highlights`."""
    return [mark for mark in map(_mark, highlights or []) if mark]


def _mark(one):
    kind, times = one.get("kind", ""), one.get("n") or 1
    said = one.get("detail") or (str(Activity.Kind(kind).label) if kind in Activity.Kind.values else "")
    return _("%(what)s ×%(n)d") % {"what": said, "n": times} if said and times > 1 else said
