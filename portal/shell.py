"""The frame around every page, and what the apps hang into it.

Each app registers its part in AppConfig.ready, so that imports point one way only and nothing is
shown whose part does not exist. Registering again under the same key replaces.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from portal import words

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
TABS = 4


@dataclass(frozen=True)
class MenuEntry:
    """A line of the main menu. `covers` are view names, or their beginnings, that belong to it."""

    order: int
    key: str
    label: Any
    icon: str
    url_name: str
    short: Any = ""  # for the tab bar of a phone
    covers: tuple[str, ...] = ()
    go: str = ""  # the letter after g
    count: Callable[[Any], int | None] | None = None  # given the person; must not cost a query of its own


@dataclass(frozen=True)
class HomePanel:
    """A part of the home page; `context(request)` gives what its template shows, None hides it."""

    order: int
    key: str
    template: str
    context: Callable[[Any], dict | None]
    column: str = "main"  # or "side"
    head: Callable[[Any], dict | None] | None = None  # summary sentence and action of the page's head


@dataclass(frozen=True)
class SearchKind:
    """Something that can be found. `find(words, by, limit)` returns a SearchHits."""

    order: int
    key: str
    label: Any
    find: Callable[..., "SearchHits"]


@dataclass(frozen=True)
class SearchHit:
    title: str
    url: str
    excerpt: Any = ""  # safe HTML with <mark> where the words were found
    function: str = ""  # the team's mark
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchHits:
    hits: list[SearchHit] = field(default_factory=list)
    total: int = 0
    more: bool = False  # there are more than total says


@dataclass(frozen=True)
class KeyHelp:
    """A line of the list under ?. The handling is in keys.js, by data-key attributes."""

    order: int
    keys: tuple[str, ...]
    label: Any


@dataclass(frozen=True)
class TopSlot:
    """What stands in the middle of the top bar, such as the period's one number."""

    key: str
    template: str
    context: Callable[[Any], dict | None]


@dataclass(frozen=True)
class DemoLogin:
    email: str
    password: str
    name: str
    function: str


_menu: dict[str, MenuEntry] = {}
_home: dict[str, HomePanel] = {}
_search: dict[str, SearchKind] = {}
_slots: dict[str, TopSlot] = {}
_keys: dict[tuple[str, ...], KeyHelp] = {}

# Replaced by the demo company: who may be tried on the log-in page. Nobody outside of demo mode.
demo_logins: Callable[[], list[DemoLogin]] = list


def register_menu(entry):
    _menu[entry.key] = entry


def register_home_panel(panel):
    _home[panel.key] = panel


def register_search_kind(kind):
    _search[kind.key] = kind


def register_top_slot(slot):
    _slots[slot.key] = slot


def register_keys(*lines):
    _keys.update({line.keys: line for line in lines})


def register_demo_logins(function):
    global demo_logins
    demo_logins = function


def home_panels(column):
    return sorted((panel for panel in _home.values() if panel.column == column), key=lambda panel: panel.order)


def search_kinds():
    return sorted(_search.values(), key=lambda kind: kind.order)


def say(request, text, *, undo="", level=messages.SUCCESS):
    """A sentence about what was just done, as a toast: on this page for htmx, else on the next."""
    messages.add_message(request, level, text, extra_tags=f"undo:{undo}" if undo else "")


def undo_url(message):
    """Where a toast's 取り消す goes; say() put it among the message's tags."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:")), "")


# -- What base.html shows ----------------------------------------------------------------


def context(request):
    """What every page's frame shows. Nothing here is computed unless the template asks for it."""
    person = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    entries = functools.cache(lambda: menu(request) if signed_in else [])  # shown three times, counted once
    return {
        "company_name": company_name,
        "theme": theme(request),
        "menu": entries,
        "tabs": lambda: entries()[:TABS],
        "top_slots": lambda: _top_slots(request) if signed_in else [],
        "key_help": key_help,
        "single_keys": not signed_in or getattr(person, "single_keys", True),
        "search_url": _url("portal:search") if signed_in else None,
        "bell_url": _url("portal:notifications") if signed_in else None,
        "clock_words": words.for_clocks,
        "other_language": other_language,
        "demo_logins": lambda: [] if signed_in else demo_logins(),
    }


def company_name():
    """Kept for a minute: it stands on every page and changes once in years."""
    return cache.get_or_set("company-name", _stored_company_name, timeout=60)


def _stored_company_name():
    from portal.models import CompanySettings  # the models need the apps, this module is imported by them

    return CompanySettings.load().name


def theme(request):
    """light, dark, or nothing: then the system decides. Read here so that no page flashes."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def other_language():
    """The language the switch leads to, called by its own name."""
    code = "en" if words.is_japanese() else "ja"
    return {"code": code, "name": get_language_info(code)["name_local"]}


def menu(request):
    """The entries whose part exists, in the order of a working day, with the current one marked."""
    here = getattr(request.resolver_match, "view_name", "") or ""
    return [
        {
            "entry": entry,
            "url": url,
            "current": _current(entry, here),
            "count": entry.count and entry.count(request.user),
        }
        for entry in sorted(_menu.values(), key=lambda entry: entry.order)
        if (url := _url(entry.url_name))
    ]


def _current(entry, here):
    if here == entry.url_name:
        return "page"
    return "true" if entry.covers and here.startswith(entry.covers) else ""


def key_help():
    """The keyboard's list: the general keys, the menu's g-keys, and what the apps added."""
    go = [
        KeyHelp(20 + entry.order, ("g", entry.go), _("Go to “%(page)s”") % {"page": entry.label})
        for entry in _menu.values()
        if entry.go and _url(entry.url_name)
    ]
    search = [KeyHelp(10, ("/",), _("Search"))] if _url("portal:search") else []
    return sorted([*search, *GENERAL_KEYS, *go, *_keys.values()], key=lambda line: line.order)


GENERAL_KEYS = [
    KeyHelp(1010, ("Ctrl", "Enter"), _("Send (never while converting)")),
    KeyHelp(1020, ("Esc",), _("Close (never while converting)")),
    KeyHelp(1030, ("?",), _("This list")),
]


def _top_slots(request):
    shown = ((slot, slot.context(request)) for slot in _slots.values())
    return [{"template": slot.template, "context": found} for slot, found in shown if found is not None]


def _url(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
