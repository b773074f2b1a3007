"""How days, spans of time and money are said, in the language that is active.

Pure: what is said depends on the arguments and the active language only. The pieces that the
browser needs to keep a clock's words fresh are the same ones that the server speaks with
(`for_clocks`), so that a page and its refreshed clock cannot differ.
"""

import functools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext, pgettext

LONGEST_OVERDUE = timedelta(days=3)
MINUTES_A_DAY = 24 * 60
TEN_THOUSAND = 10_000


def is_japanese():
    return (get_language() or "ja").startswith("ja")


def in_language(ja: str, en: str) -> str:
    """Of a Japanese and an English name the reader's; the Japanese one where there is no other."""
    return ja if is_japanese() or not en else en


def listed(pieces: Iterable[str]) -> str:
    """予算、決裁 and budget, authority; what is empty is left out."""
    return ("、" if is_japanese() else ", ").join(piece for piece in pieces if piece)


# -- Days and instants --------------------------------------------------------------


def day(on: date, *, today: date, weekday: bool = True) -> str:
    """11/19（木）, Thu 19 Nov; with the year when it is not this one."""
    year = on.year != today.year
    name = str(WEEKDAYS_ABBR[on.weekday()])
    if is_japanese():
        text = f"{on.year}/{on.month}/{on.day}" if year else f"{on.month}/{on.day}"
        return f"{text}（{name}）" if weekday else text
    text = f"{on.day} {str(MONTHS_3[on.month]).capitalize()}"
    text = f"{text} {on.year}" if year else text
    return f"{name} {text}" if weekday else text


def long_day(on: date) -> str:
    """2026年11月19日（木）, Thu 19 Nov 2026: for the head of a page."""
    if is_japanese():
        return f"{on.year}年{on.month}月{on.day}日（{WEEKDAYS_ABBR[on.weekday()]}）"
    return f"{WEEKDAYS_ABBR[on.weekday()]} {on.day} {str(MONTHS_3[on.month]).capitalize()} {on.year}"


def near_day(on: date, *, today: date) -> str | None:
    """きのう, きょう, あす; None for any other day."""
    return _near_days(get_language()).get((on - today).days)


@functools.cache
def _near_days(language: str | None) -> dict[int, str]:
    return {
        -1: pgettext("day", "yesterday"),
        0: pgettext("day", "today"),
        1: pgettext("day", "tomorrow"),
    }


def clock_time(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"


def instant(at: datetime, *, now: datetime, near: bool = True, weekday: bool = True) -> str:
    """きょう11:50, 11/19（木） 13:30: a moment in the reader's time zone."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    word = near_day(local.date(), today=today) if near else None
    if word:
        return _join(word, clock_time(local))
    text = day(local.date(), today=today, weekday=weekday)
    return f"{text} {clock_time(local)}"


def _join(word: str, time: str) -> str:
    return f"{word}{time}" if is_japanese() else f"{word} {time}"


# -- Spans ------------------------------------------------------------------------------


def span(minutes: int) -> str:
    """3時間10分, 2日4時間, 1 h 36 min: whole minutes, the two largest units that are not zero."""
    pieces = for_clocks()
    days, rest = divmod(max(0, int(minutes)), MINUTES_A_DAY)
    hours, minutes = divmod(rest, 60)
    if days:
        said = [(days, "day"), (hours, "hour")]
    elif hours:
        said = [(hours, "hour"), (minutes, "minute")]
    else:
        said = [(minutes, "minute")]
    kept = [pieces[unit].replace("#", str(number)) for number, unit in said if number] or [
        pieces["minute"].replace("#", "0")
    ]
    return pieces["between"].join(kept)


def left(due: datetime, *, now: datetime) -> str:
    """What a running clock says: あと1時間36分 on its last day, あす9:30 before that."""
    if timezone.localdate(due) == timezone.localdate(now):
        return for_clocks()["left"].replace("#", span(whole_minutes(due - now)))
    return instant(due, now=now, weekday=False)


def over(minutes: int) -> str:
    """What an overdue clock says; it stops counting after three days, lateness is no score."""
    if minutes >= LONGEST_OVERDUE / timedelta(minutes=1):
        return for_clocks()["longest"]
    return span(minutes)


def whole_minutes(length: timedelta) -> int:
    return max(0, int(length / timedelta(minutes=1)))


def for_clocks() -> dict[str, str]:
    """The words of a clock as patterns; # stands for the number or the time.

    Kept per language: a board asks for them some thousand times a page.
    """
    return _clock_words(get_language())


@functools.cache
def _clock_words(language: str | None) -> dict[str, str]:
    return {
        "day": pgettext("span", "# d"),
        "hour": pgettext("span", "# h"),
        "minute": pgettext("span", "# min"),
        "between": "" if is_japanese() else " ",
        "left": pgettext("clock", "# left"),
        "longest": pgettext("clock", "3 days or more"),
        "ok": pgettext("clock", "On time"),
        "warn": pgettext("clock", "Soon"),
        "over": pgettext("clock", "Overdue"),
        "paused": pgettext("clock", "Paused"),
        "done": pgettext("clock", "Kept"),
        "next": pgettext("clock", "Next"),
    }


# -- Money ------------------------------------------------------------------------------


def money(yen: int | None) -> str:
    """4,280万円 and ¥42,800,000: nothing is rounded away, so a sum on screen can be checked by hand."""
    if yen is None:
        return gettext("Amount not known")
    if not is_japanese():
        return f"-¥{-yen:,}" if yen < 0 else f"¥{yen:,}"
    if yen and yen % TEN_THOUSAND == 0:
        return f"{yen // TEN_THOUSAND:,}万円"
    return f"{yen:,}円"


def iso(at: date | datetime) -> str:
    """What <time datetime> carries: an instant in UTC, a day as it is."""
    if isinstance(at, datetime):
        return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return at.isoformat()
