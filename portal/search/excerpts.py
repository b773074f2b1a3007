"""The line in which words were found, with the words marked. Folding changes lengths, so places are mapped back."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString

from portal.search import tokens

LENGTH = 90
BEFORE = 24
# A character with the marks that belong to it: half-width ｶﾞ is two characters and one sound.
CLUSTER = re.compile("[^\u3099\u309a\uff9e\uff9f][\u3099\u309a\uff9e\uff9f]?|.", re.DOTALL)


def of(body, words):
    """Safe HTML with <mark> around what was found: the line with the most of the words."""
    sought = [term for term in tokens.fold(words).split() if term]
    lines = [line for line in body.splitlines() if line.strip()]
    if not lines:
        return SafeString("")
    found = max(
        ((_spans(line, sought), line) for line in lines), key=lambda pair: len({term for _, _, term in pair[0]})
    )
    return _marked(found[1], _apart(found[0]))


def _spans(line, sought):
    """[(from, to, term)] in the places of the line as it was written."""
    folded, origin = "", []
    for match in CLUSTER.finditer(line):
        piece = tokens.fold(match.group())
        origin += [match.span()] * len(piece)
        folded += piece
    spans = []
    for term in sought:
        spans += [
            (origin[hit.start()][0], origin[hit.end() - 1][1], term) for hit in re.finditer(re.escape(term), folded)
        ]
    return sorted(spans)


def _apart(spans):
    kept: list[tuple[int, int]] = []
    for start, end, _term in spans:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def _marked(line, spans):
    first = spans[0][0] if spans else 0
    start = 0 if first < LENGTH - BEFORE else first - BEFORE
    end = start + LENGTH
    html, at = ["…" if start else ""], start
    for begin, stop in spans:
        if begin >= end:
            break
        html += [escape(line[at:begin]), f"<mark>{escape(line[begin:stop])}</mark>"]
        at = stop
    html += [escape(line[at : max(at, end)]), "…" if len(line) > max(at, end) else ""]
    return SafeString("".join(html))
