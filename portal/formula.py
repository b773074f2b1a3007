"""Cells that a spreadsheet would run: disarmed on the way out, as they were on the way back in.

A program that opens a CSV file takes a text beginning with = + - @, or with a control character
before one, for a formula. An apostrophe in front makes it text (OWASP ASVS 1.2.10); plain numbers
stay numbers.
"""

import re

NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")
ARMED = re.compile(r"[\s\x00\u00a0\u200b\ufeff\"';,]*[=+\-@＝＋－＠\t\r\n|%\x00]")


def disarm(text):
    """The text so that no spreadsheet evaluates it."""
    if not text or text[0].isalnum() or NUMBER.fullmatch(text):
        return text
    return f"'{text}" if ARMED.match(text) else text


def rearm(text):
    """What was disarmed, as it was."""
    if text[:1] == "'" and disarm(text[1:]) == text:
        return text[1:]
    return text
