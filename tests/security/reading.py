"""Reads a page as a browser would, and tells what in it could act."""

from html.parser import HTMLParser

# What acts, and which none of our templates uses.
NEVER = {"iframe", "object", "embed", "base", "marquee", "math", "style", "zq", "video", "source"}
LEADS_SOMEWHERE = {"href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-delete", "xlink:href"}
OURS = ("mailto:", "tel:", "http://testserver/", "data:image/")


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.findings = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in NEVER or (tag == "script" and not given.get("src", "").startswith("/static/")):
            self.findings.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in given:
            self.findings.append("<meta http-equiv>")
        for name, value in attributes:
            self._look_at(tag, name, (value or "").strip())

    handle_startendtag = handle_starttag

    def _look_at(self, tag, name, value):
        if (
            name == "style"
            or name.startswith(("on", "hx-on", "data-hx-"))
            or (name in LEADS_SOMEWHERE and _leaves(value))
        ):
            self.findings.append(f"<{tag} {name}={value!r}>")


def _leaves(address):
    """A word without a scheme is resolved against our own address, so it stays with us."""
    before_path = address.split("?")[0].split("/")[0]
    return (":" in before_path or address.startswith(("//", "/\\", "\\"))) and not address.startswith(OURS)


def findings(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader.findings
