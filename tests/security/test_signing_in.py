"""Guessing passwords (RELIABILITY H04): ten tries in a quarter of an hour, and nothing to learn from them."""

import datetime

import pytest
import time_machine
from django.contrib.auth import hashers
from django.urls import reverse

from tests import make
from tests.security.world import PASSWORD

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 6, 10, 3, 0, tzinfo=datetime.UTC)


@pytest.fixture
def person():
    return make.person("sales", email="aoba@aozora.example", password=PASSWORD)


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed, which is what guessing costs and what timing tells."""
    count = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):
        count.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return count


def sign_in(client, email="aoba@aozora.example", password="wrong", **headers):
    return client.post(reverse("account_login"), {"login": email, "password": password}, headers=headers)


def is_in(client):
    return client.get(reverse("portal:home")).status_code == 200


def test_a_thousand_guesses_are_ten(client, person, hashed):
    with time_machine.travel(NOW, tick=False):
        for n in range(100):
            sign_in(client, email=["aoba@aozora.example", "AOBA@aozora.example", " aoba@aozora.example "][n % 3])
        assert len(hashed) <= 10
        sign_in(client, password=PASSWORD)
        assert not is_in(client)


def test_a_forged_address_buys_no_more_guesses(client, person, hashed):
    with time_machine.travel(NOW, tick=False):
        for n in range(40):
            sign_in(client, **{"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"})
    assert len(hashed) <= 10


def test_the_owner_gets_in_again_after_a_quarter_of_an_hour(client, person):
    with time_machine.travel(NOW, tick=False) as clock:
        for _n in range(30):
            sign_in(client)
        clock.shift(datetime.timedelta(minutes=15, seconds=1))
        sign_in(client, password=PASSWORD)
        assert is_in(client)


def test_one_locked_account_locks_no_other(client, person):
    other = make.person("sales", password=PASSWORD)
    for _n in range(12):
        sign_in(client)
    sign_in(client, email=other.email, password=PASSWORD)
    assert is_in(client)


def test_a_known_and_an_unknown_address_cost_the_same(client, person, hashed):
    sign_in(client)
    known = len(hashed)
    sign_in(client, email="nobody@aozora.example")
    assert (known, len(hashed) - known) == (1, 1)


def test_whoever_left_costs_and_reads_the_same(client, person, hashed):
    left = make.person("sales", password=PASSWORD, is_active=False)
    hashed.clear()
    answers = [
        sign_in(client, email=email, password=PASSWORD + "x").text for email in (left.email, "nobody@aozora.example")
    ]
    said = [answer.partition('role="alert"')[2].partition("</")[0] for answer in answers]
    assert len(hashed) == 2
    assert said[0] == said[1] != ""
