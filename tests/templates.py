"""The content security policy forbids script and style inside a page; this finds them before a browser does."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = [
    (
        "a script inside the page",
        re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)", re.IGNORECASE),
    ),
    ("a style inside the page", re.compile(r"<style\b", re.IGNORECASE)),
    ("a style attribute", re.compile(r"\sstyle\s*=", re.IGNORECASE)),
    ("a handler attribute", re.compile(r"<[^>]*\s(?:hx-)?on[:a-z-]+\s*=", re.IGNORECASE)),
    ("a javascript: address", re.compile(r"javascript:", re.IGNORECASE)),
    (
        "something from another host",
        re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
    ),
]
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)


def breaches(folder=ROOT):
    """A line for each: file, line number, what it is."""
    pages = [path for path in sorted(folder.glob("**/templates/**/*.*")) if path.suffix in {".html", ".svg"}]
    found = []
    for path in pages:
        if {".venv", "var"} & set(path.relative_to(folder).parts):
            continue
        text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), path.read_text())
        for what, pattern in FORBIDDEN:
            for match in pattern.finditer(text):
                found.append(f"{path.relative_to(folder)}:{text.count(chr(10), 0, match.start()) + 1}: {what}")
    return found


if __name__ == "__main__":
    lines = breaches()
    print("\n".join(lines))
    raise SystemExit(bool(lines))
