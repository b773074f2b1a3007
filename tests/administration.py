"""The administration as a browser uses it: forms are fetched, changed and sent back."""

from html.parser import HTMLParser

from django.urls import reverse

from tests import make


def administrator(client, **fields):
    person = make.person("other", is_staff=True, family_name="月白", **fields)
    client.force_login(person)
    return person


def address(record_or_model, page, *args):
    meta = record_or_model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def change(client, record, *, status=302, **typed):
    """Open the change form, type, save; the answer."""
    url = address(record, "change", record.pk)
    return send(client, url, status=status, **typed)


def send(client, url, *, status=302, **typed):
    values = form_of(client.get(url).text) | {"_save": "Save"} | typed
    answer = client.post(url, {key: value for key, value in values.items() if value is not None})
    assert answer.status_code == status, errors(answer)
    return answer


def errors(answer):
    reader = _Texts("errorlist")
    reader.feed(answer.text)
    return reader.found


def form_of(page):
    """What the form on the page would send untouched."""
    reader = _Form()
    reader.feed(page)
    return reader.values


class _Form(HTMLParser):
    def __init__(self):
        super().__init__()
        self.values, self.select, self.area, self.inside = {}, None, None, False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.inside = given.get("id", "").endswith("_form") or "action" not in given
        if not self.inside:
            return
        name = given.get("name")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = given.get("value", "")
        elif tag == "textarea" and name:
            self.area, self.values[name] = name, ""

    def _input(self, name, given):
        if given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.values.setdefault(name, []).append(given.get("value", "on"))
        elif given.get("type") != "submit":
            self.values[name] = given.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            self.values[self.area] = self.values[self.area].strip("\n")
            self.area = None


class _Texts(HTMLParser):
    def __init__(self, name):
        super().__init__()
        self.name, self.inside, self.found = name, False, []

    def handle_starttag(self, tag, attributes):
        if tag == "ul":
            self.inside = self.name in dict(attributes).get("class", "")

    def handle_data(self, data):
        if self.inside and data.strip():
            self.found.append(data.strip())

    def handle_endtag(self, tag):
        if tag == "ul":
            self.inside = False
