"""One tokeniser for both databases and both languages. Pure.

Text is folded (NFKC, small letters, katakana to hiragana), then cut into runs. Japanese has no spaces, so
a Japanese run becomes overlapping pairs of characters and its last character alone: 点検表 → 点検 検表 表.
A word of two characters is then one token, a longer one a phrase of pairs, a single character the
beginning of a token. Anything else is words of letters and digits.
"""

import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Iterator

JAPANESE = (
    "々〆〇ーゝゞ\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003ffff"
)
RUN = re.compile(rf"([{JAPANESE}]+)|([^\W_{JAPANESE}]+)")
LONGEST = 60  # characters of a word that count
TERMS = 8  # terms of a query that count
HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}


@dataclasses.dataclass(frozen=True)
class Term:
    """What was typed between two spaces: tokens that follow each other; is_open means the last may go on."""

    tokens: tuple[str, ...]
    is_open: bool


def fold(text: str) -> str:
    """Full and half width, small and capital letters, hiragana and katakana are the same."""
    return unicodedata.normalize("NFKC", text).lower().translate(HIRAGANA)


def tokenise(text: str) -> list[str]:
    """The tokens of a document, in order."""
    return [token for run in _runs(fold(text)) for token in (*run.pairs, *run.rest)]


def terms(words: str) -> list[Term]:
    """What must be found for these words: every term, each as a phrase."""
    found = []
    for word in fold(words).split():
        runs = list(_runs(word))
        if runs:
            found.append(_term(runs))
    return found[:TERMS]


@dataclasses.dataclass(frozen=True)
class _Run:
    pairs: tuple[str, ...]  # of a Japanese run
    rest: tuple[str, ...]  # its last character; or a word


def _runs(folded: str) -> Iterator[_Run]:
    for match in RUN.finditer(folded):
        japanese, word = match.groups()
        if japanese:
            yield _Run(tuple(map("".join, itertools.pairwise(japanese))), (japanese[-1],))
        else:
            yield _Run((), (word[:LONGEST],))


def _term(runs: list[_Run]) -> Term:
    *before, last = runs
    tokens = [token for run in before for token in (*run.pairs, *run.rest)]
    if last.pairs:
        return Term((*tokens, *last.pairs), is_open=False)
    return Term((*tokens, *last.rest), is_open=True)
