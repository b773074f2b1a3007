import io
import json
import logging
import logging.config

import pytest
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory
from django.urls import resolve

from portal import logs
from portal.views import health
from tests import make

CANARY = "kanaria@example.co.jp"


@pytest.fixture
def lines(settings):
    """What a production process writes, line by line."""
    written = io.StringIO()
    configuration = logs.configuration("json")
    configuration["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(configuration)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)


def test_a_request_is_one_line_with_path_status_and_person_but_no_query(client, db, lines):
    person = make.person()
    client.force_login(person)
    client.get("/account/", {"q": CANARY}, headers={"User-Agent": CANARY, "X-Forwarded-For": "203.0.113.9"})
    [line] = lines()
    assert line["request"] == "GET /account/"
    assert (line["code"], line["person"], line["level"]) == (200, person.pk, "info")
    assert set(line) == {"timestamp", "level", "event", "request_id", "request", "code", "person", "ms"}


def test_an_error_is_one_line_without_its_words(client, db, lines, monkeypatch):
    def collide(*_):
        raise IntegrityError(f"Key (email)=({CANARY}) already exists.") from ValueError(CANARY)

    monkeypatch.setattr(health.schedule, "last_run", collide)
    client.raise_request_exception = False
    assert client.get(f"/readyz?q={CANARY}").status_code == 500
    [line] = lines()
    assert (line["request"], line["code"], line["broke"]) == ("GET /readyz", 500, "IntegrityError < ValueError")
    assert line["at"].startswith("tests/portal/test_logs.py:")
    assert CANARY not in json.dumps(line)


def test_a_lost_database_is_logged_as_what_was_answered(client, db, lines, monkeypatch):
    def fail(*_):
        raise OperationalError

    monkeypatch.setattr(health.schedule, "last_run", fail)
    client.raise_request_exception = False
    client.get("/readyz")
    assert [line["code"] for line in lines()] == [503]


def test_errors_in_words_of_other_libraries_lose_them_too(lines):
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception("It broke")
    [line] = lines()
    assert (line["event"], line["broke"]) == ("It broke", "ValueError")
    assert CANARY not in json.dumps(line)


def test_a_link_that_signs_in_is_logged_as_its_pattern():
    request = RequestFactory().get("/accounts/password/reset/key/3-c9xyz-secret/")
    request.resolver_match = resolve(request.path)
    assert "secret" not in logs.RequestLine.format_request(request)
