from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import shell

A_FEW = 5
MANY = 30


@require_GET
def search(request):
    """What holds the words, a group for each kind; `kind` shows one of them at length."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    kinds, chosen = shell.search_kinds(), request.GET.get("kind", "")
    if chosen and chosen not in {kind.key for kind in kinds}:
        raise Http404
    groups = [(kind, _found(kind, words, request, chosen)) for kind in kinds] if words else []
    context = {
        "search_words": words,
        "chosen": chosen,
        "groups": groups,
        "shown": [(kind, found) for kind, found in groups if found.hits and chosen in ("", kind.key)],
        "total": sum(found.total for _kind, found in groups),
        "more": any(found.more for _kind, found in groups),
    }
    return render(request, "portal/search/page.html", context)


def _found(kind, words, request, chosen):
    return kind.find(words, by=request.user, limit=MANY if chosen == kind.key else A_FEW)
