import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leads.demo import build
from leads.models import Clock, ColumnTally, Handoff, Lead, Opportunity
from portal.models import CompanySettings, Entry, Person

NOW = timezone.make_aware(datetime.datetime(2026, 11, 19, 10, 24))


def told_entries():
    return Entry.objects.filter(stream__startswith="lead:")


@pytest.fixture
def company(db):
    build.build(people_count=60, leads=400, seed=7, months=12, now=NOW)


def test_the_same_seed_tells_the_same_story(transactional_db):
    def story():
        build.build(people_count=40, leads=60, seed=3, months=6, now=NOW)
        told = list(Lead.objects.order_by("pk").values_list("stage", "created_at", "email", "owner__email", "line"))
        return told, list(told_entries().order_by("pk").values_list("verb", "at"))

    first = story()
    call_command("flush", interactive=False, verbosity=0)
    assert story() == first


@pytest.mark.django_db
def test_every_lead_stands_where_its_facts_put_it(company):
    for lead in Lead.objects.select_related("handoff"):
        stored = (lead.board_column, lead.attention_at, lead.next_clock_id)
        lead.stand_on_board(NOW)
        assert stored == (lead.board_column, lead.attention_at, lead.next_clock_id), lead.pk


@pytest.mark.django_db
def test_every_column_has_something_to_do(company):
    assert set(ColumnTally.objects.totals()) == set(Lead.Column.values)


@pytest.mark.django_db
def test_nothing_happens_after_the_story_ends(company):
    assert not told_entries().filter(at__gt=NOW).exists()
    assert not Handoff.objects.filter(offered_at__gt=NOW).exists()
    assert not Opportunity.objects.filter(closed_at__gt=NOW).exists()


@pytest.mark.django_db
def test_what_ran_over_is_recorded_as_late(company):
    stopped = Clock.objects.exclude(stopped_at=None)
    assert stopped.filter(outcome="late").exists()
    for clock in stopped:
        assert (clock.outcome == "late") == (clock.stopped_at > clock.due_at) == hasattr(clock, "breach")


@pytest.mark.django_db
def test_it_never_mixes_with_real_data():
    Person.objects.create_user("somebody@example.com", family_name="見本")
    with pytest.raises(CommandError):
        call_command("demo", stdout=StringIO())
    call_command("demo", if_empty=True, stdout=StringIO())
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_the_log_in_page_offers_one_person_a_function_only_in_demo_mode(company, client, settings):
    settings.DEMO = True
    assert "koharu.hiyori@aozora.example" in client.get("/accounts/login/").text
    settings.DEMO = False
    assert "aozora.example" not in client.get("/accounts/login/").text
    assert CompanySettings.load().is_demo
