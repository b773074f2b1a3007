"""The marks that every page speaks with. A builtin of the template engine: nothing to load.

A tag returns finished markup; whatever comes from a person is escaped here. None of them asks
the database, so a card may use all of them.
"""

import functools
import uuid

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from portal import shell, words

register = template.Library()

# function → (class suffix, letter on the mark)
MARKS = {
    "marketing": ("mkt", "マ"),
    "inside_sales": ("is", "IS"),
    "sales": ("sales", "営"),
    "customer_success": ("cs", "CS"),
    "executive": ("", "経"),
    "other": ("", "他"),
}
CLOCK_ICONS = {"ok": "clock", "warn": "tri", "over": "dia", "paused": "pause", "done": "check", "next": "cal"}
CLOCK_CLASSES = {"paused": "idle"}
FILLED_ICONS = {"dia"}


# -- Icons ------------------------------------------------------------------------------


@functools.cache
def sprite():
    return static("img/icons.svg")


@register.simple_tag
def icon(name, extra=""):
    """An icon of static/img/icons.svg, hidden from screen readers: the word stands beside it."""
    return _icon(name, extra)


@functools.cache
def _icon(name, extra):
    kind = "ic ic--fill" if name in FILLED_ICONS else "ic"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"></use></svg>',
        f"{kind} {extra}".strip(),
        sprite(),
        name,
    )


@register.simple_tag
def logo():
    return format_html(
        '<svg class="brand__mark" aria-hidden="true" focusable="false"><use href="{}#logo"></use></svg>', sprite()
    )


# -- Teams and people -------------------------------------------------------------------


@register.simple_tag
def team(function, extra="", label=False):
    """A team's mark: shape, letter and colour; its name is read out, or shown with label=True."""
    return _team(function or "other", extra, label, get_language())


@functools.cache
def _team(function, extra, label, language):
    suffix, letter = MARKS.get(function, MARKS["other"])
    classes = " ".join(filter(None, ["tm", suffix and f"tm--{suffix}", extra]))
    name = team_name(function)
    mark = format_html('<span aria-hidden="true" lang="ja">{}</span>', letter)
    if label:
        return format_html('<span class="tml"><span class="{}">{}</span>{}</span>', classes, mark, name)
    return format_html('<span class="{}">{}<span class="vh">{}</span></span>', classes, mark, name)


def team_name(function):
    """The short name on screen, as colleagues say it."""
    return {
        "marketing": pgettext("team", "Marketing"),
        "inside_sales": pgettext("team", "IS"),
        "sales": pgettext("team", "Sales"),
        "customer_success": pgettext("team", "CS"),
        "executive": pgettext("team", "Executive"),
    }.get(function, pgettext("team", "Other"))


@register.simple_tag
def avatar(person, extra=""):
    """The first letter of a name in the shape of the team; the name stands beside it."""
    suffix = MARKS.get(person.function, MARKS["other"])[0]
    classes = " ".join(filter(None, ["av", suffix and f"av--{suffix}", extra]))
    return SafeString(f'<span class="{classes}" aria-hidden="true">{escape(person.family_name[:1])}</span>')


@register.simple_tag
def who(person):
    """Avatar, hidden team and name of one person."""
    name = team_name(person.function)
    return SafeString(
        f'<span class="who">{avatar(person, "av--s")}'
        f'<span><span class="vh">{escape(name)} </span>{escape(person.full_name)}</span></span>'
    )


# -- Clocks ------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def sla(context, state, at=None, minutes=None, text="", warn_at=None, name="", extra="", what=""):
    """A promise's clock as a chip.

    state: ok, warn, over, paused, done, next. at: due instant (ok, warn, over), when it resumes
    (paused), the next date (next). minutes: counted minutes over (over) or taken (done).
    text replaces the words after the state. With warn_at and name the browser turns the chip
    by itself, and says so once, politely. what names the promise where a place shows several.
    """
    now = context.get("now") or timezone.now()
    said = escape(text or _clock_text(state, at, minutes, now))
    head, tail = _chip(state, extra, get_language())
    head += f"<span>{escape(what)}</span>" if what else ""
    if at is not None and not text and state in ("ok", "warn", "over"):
        return SafeString(f"{head}<time{_running(at, minutes, warn_at, name, now)}>{said}</time>{tail}")
    return SafeString(f"{head}<span>{said}</span>{tail}")


@functools.cache
def _chip(state, extra, language):
    classes = " ".join(filter(None, ["sla", f"sla--{CLOCK_CLASSES.get(state, state)}", extra]))
    word = escape(words.for_clocks()[state])
    return f'<span class="{classes}">{_icon(CLOCK_ICONS[state], "ic--s")}<span class="sla__w">{word}</span>', "</span>"


def _clock_text(state, at, minutes, now):
    if state in ("ok", "warn"):
        return words.left(at, now=now)
    if state == "over":
        return words.over(words.whole_minutes(now - at) if minutes is None else minutes)
    if state == "paused":
        return gettext("from %(at)s") % {"at": words.instant(at, now=now, weekday=False)} if at else ""
    if state == "done":
        return words.span(minutes) if minutes is not None else ""
    return words.instant(at, now=now, weekday=False) if at else ""


def _running(at, minutes, warn_at, name, now):
    """What static/js/clocks.js needs to keep the words fresh."""
    data = f' datetime="{words.iso(at)}" data-clock'
    if minutes is not None:
        data += f' data-over="{minutes}" data-as-of="{words.iso(now)}"'
    if warn_at is not None:
        data += f' data-warn="{words.iso(warn_at)}"'
    if name:
        data += f' data-name="{escape(name)}"'
    if timezone.localdate(at) != timezone.localdate(now):
        data += " data-far"
    return data


@register.simple_tag
def baton(sender, receiver, share=0, state="ok", extra=""):
    """The sash between two teams and how much of the time has run (share in percent)."""
    return _baton(sender, receiver, _within(share, 100), state, extra, get_language())


@functools.lru_cache(maxsize=4096)
def _baton(sender, receiver, share, state, extra, language):
    classes = " ".join(filter(None, ["baton", f"baton--{CLOCK_CLASSES.get(state, state)}", extra]))
    return SafeString(f'<span class="{classes}">{team(sender)}{_progress("baton__t", share)}{team(receiver)}</span>')


def _within(share, of):
    return min(of, max(0, round(share or 0)))


def _progress(classes, share, of=100):
    return f'<progress class="{classes}" max="{of}" value="{_within(share, of)}" aria-hidden="true"></progress>'


@register.simple_tag
def bar(share, label, mark=None, kind="", extra=""):
    """A bar with its sentence; mark draws the line of the target or of today's pace.

    kind: ok, warn, mkt, sales, is, cs or nothing.
    """
    classes = " ".join(filter(None, ["bar", kind and f"bar--{kind}", extra]))
    line = ""
    if mark is not None:
        line = f'<svg class="bar__m" aria-hidden="true"><rect x="{round(mark)}%" width="2" height="16"/></svg>'
    return SafeString(
        f'<span class="{classes}" role="img" aria-label="{escape(label)}">{_progress("bar__v", share)}{line}</span>'
    )


# -- Facts about a lead --------------------------------------------------------------------

KNOWN = {"known": "f", "partly": "h"}


@register.simple_tag
def bant(budget, authority, need, timeline):
    """Letter over dot for each part; every argument is known, partly or anything else."""
    return _bant(str(budget), str(authority), str(need), str(timeline), get_language())


@functools.lru_cache(maxsize=512)
def _bant(budget, authority, need, timeline, language):
    names = [gettext("Budget"), gettext("Authority"), gettext("Need"), gettext("Timeline")]
    states = [budget, authority, need, timeline]
    label = words.listed(f"{name} {_known_name(state)}" for name, state in zip(names, states, strict=True))
    marks = "".join(
        f'<span class="{KNOWN.get(state, "n")}" aria-hidden="true">{letter}</span>'
        for letter, state in zip("BANT", states, strict=True)
    )
    return SafeString(f'<span class="bant" role="img" aria-label="BANT: {escape(label)}">{marks}</span>')


def _known_name(state):
    return {"known": pgettext("bant", "known"), "partly": pgettext("bant", "partly known")}.get(
        state, pgettext("bant", "unknown")
    )


@register.simple_tag
def score(points):
    """A score, never without its unit; a dash where nothing was scored yet."""
    name, unit = _score_words(get_language())
    number = "–" if points is None else escape(points)
    return SafeString(f'<span class="score"><span class="vh">{name} </span>{number}<small>{unit}</small></span>')


@functools.cache
def _score_words(language):
    return escape(gettext("Score")), escape(pgettext("score", "pts"))


@register.filter
def money(yen):
    return words.money(yen)


# -- Time ------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def day(context, on, weekday=True, near=False):
    """11/19（木） in a <time>; near=True says きょう and あす."""
    if on is None:
        return ""
    today = timezone.localdate(context.get("now"))
    text = (near and words.near_day(on, today=today)) or words.day(on, today=today, weekday=weekday)
    return _time(on, text)


@register.simple_tag(takes_context=True)
def instant(context, at, near=True, weekday=True):
    """きょう11:50 or 11/19（木） 13:30 in a <time>."""
    if at is None:
        return ""
    now = context.get("now") or timezone.now()
    return _time(at, words.instant(at, now=now, near=near, weekday=weekday))


def _time(value, text):
    return SafeString(f'<time datetime="{words.iso(value)}">{escape(text)}</time>')


@register.filter
def span(minutes):
    return words.span(minutes)


# -- Records and forms -----------------------------------------------------------------------


@register.simple_tag
def dom_id(record, prefix=""):
    """The id of the one element that shows this record: handoff-7, menu-handoff-7."""
    name = f"{record._meta.model_name}-{record.pk}"
    return f"{prefix}-{name}" if prefix else name


@register.simple_tag
def request_id():
    """The one-time id of a form: the same POST twice is carried out once."""
    return SafeString(f'<input type="hidden" name="request_id" value="{uuid.uuid4()}">')


register.filter("undo_url", shell.undo_url)


@register.filter
def described_by(bound_field):
    """The ids of a field's hint and error, for aria-describedby."""
    ids = []
    if bound_field.help_text:
        ids.append(f"{bound_field.auto_id}-hint")
    if bound_field.errors:
        ids.append(f"{bound_field.auto_id}-error")
    return " ".join(ids)


@register.simple_tag
def control(field, **attributes):
    """A form field's control in the portal's clothes, tied to its hint and error."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    attrs = {key.replace("_", "-"): value for key, value in attributes.items()}
    if kind not in ("checkbox", "radio"):
        attrs.setdefault("class", _control_class(widget, kind))
    if described := described_by(field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


def _control_class(widget, kind):
    if kind == "select":
        return "select"
    return "area" if "textarea" in widget.template_name else "input"
