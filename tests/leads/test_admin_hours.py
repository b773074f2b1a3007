"""Other business hours: running promises move only when that is confirmed, and nothing of the past changes."""

import datetime

import pytest
from django.utils import timezone

from leads import hours_change
from leads.models import Clock, Lead
from portal import business_time
from portal.models import BusinessCalendar, Entry
from tests import administration, make
from tests.administration import address, change, form_of

pytestmark = pytest.mark.django_db
SOON = make.NOON + datetime.timedelta(hours=1)


@pytest.fixture
def calendar():
    """Open from nine to twenty instead of eighteen, published an hour after the promises began."""
    return BusinessCalendar.objects.get(slug="business-hours")


def longer(calendar, closes=20 * 60, at=SOON):
    calendar.spans.update(closes=closes)
    calendar.publish(by=make.person("other"), at=at)
    return calendar


def confirm(calendar, moves, since=SOON, at=SOON):
    listed = {move.clock.pk: move.due_text for move in moves}
    by = make.person("other")
    return hours_change.carry_out(calendar, listed, since=since, by=by, at=at)


def running(lead):
    return lead.clocks.running().select_related("calendar", "commitment").get()


def test_new_hours_alone_move_nothing(calendar):
    clock = running(make.hot_lead())
    longer(calendar)
    again = running(clock.lead)
    assert (again.due_at, again.calendar_version, again.hours()) == (clock.due_at, 1, clock.hours())


def test_what_has_counted_is_kept_and_the_rest_counts_by_the_new_hours(calendar):
    lead = make.hot_lead()
    before = running(lead)
    longer(calendar)
    [move] = hours_change.moves(calendar, SOON)
    # One business day is nine hours: by the old hours 12:00 of the next day, by the new ones the rest of
    # eight hours from 13:00 fits into seven of today and one of tomorrow.
    assert timezone.localtime(before.due_at).isoformat() == "2026-06-11T12:00:00+09:00"
    assert timezone.localtime(move.now).isoformat() == "2026-06-11T10:00:00+09:00"
    assert confirm(calendar, [move]) == (1, 0)
    clock = running(lead)
    assert (clock.due_at, clock.calendar_version) == (move.now, 2)
    counted = sum((piece.length for piece in clock.explanation() if piece.counted), datetime.timedelta())
    assert counted == datetime.timedelta(minutes=clock.minutes)
    elapsed = business_time.elapsed(clock.started_at, SOON, clock.hours())
    assert elapsed == datetime.timedelta(hours=1)


def test_each_move_is_an_entry_of_the_lead_and_moves_its_card(calendar):
    lead = make.hot_lead()
    longer(calendar)
    confirm(calendar, hours_change.moves(calendar, SOON))
    [entry] = Entry.objects.about(lead).filter(verb="clock.moved")
    clock = running(lead)
    assert entry.object == ("clock", clock.pk)
    assert datetime.datetime.fromisoformat(entry.data["due_at"]) == clock.due_at
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.attention_at, lead.next_clock_id) == (clock.due_at, clock.pk)


def test_promises_that_keep_their_due_time_follow_quietly(calendar):
    lead = make.hot_lead()
    calendar.days.create(kind="closed", on="2026-12-28", name="年末休業")
    calendar.publish(by=None, at=SOON)
    [move] = hours_change.moves(calendar, SOON)
    assert not move.is_moved
    assert confirm(calendar, [move]) == (1, 0)
    assert running(lead).calendar_version == 2
    assert not Entry.objects.filter(verb="clock.moved").exists()


def test_no_verdict_of_the_past_changes(calendar):
    kept, late, overdue = make.hot_lead(), make.hot_lead(), make.hot_lead()
    running(kept).stop(SOON)
    clock = running(late)
    clock.record_breach(clock.due_at + datetime.timedelta(minutes=1))
    before = {pk: Clock.objects.filter(pk=pk).values().get() for pk in Clock.objects.values_list("pk", flat=True)}
    after_due = running(overdue).due_at + datetime.timedelta(minutes=1)
    longer(calendar, at=after_due)
    assert hours_change.moves(calendar, after_due) == []
    listed = dict.fromkeys(before, after_due.isoformat())
    assert hours_change.carry_out(calendar, listed, since=after_due, by=None, at=after_due) == (0, 3)
    assert before == {pk: Clock.objects.filter(pk=pk).values().get() for pk in before}


def test_what_stopped_or_got_time_since_the_list_was_made_stays(calendar):
    stopped, granted, still = make.hot_lead(), make.hot_lead(), make.hot_lead()
    longer(calendar)
    moves = hours_change.moves(calendar, SOON)
    running(stopped).stop(SOON)
    running(granted).grant(60)
    due = running(granted).due_at
    assert confirm(calendar, moves) == (1, 2)
    assert running(granted).due_at == due
    assert running(still).calendar_version == 2


def test_nothing_falls_due_the_moment_it_is_moved(calendar):
    lead = make.hot_lead()
    clock = running(lead)
    since = clock.due_at - datetime.timedelta(hours=16)  # 20:00 of the day before: closed by the old hours
    longer(calendar, closes=24 * 60, at=since)
    moves = hours_change.moves(calendar, since)
    [move] = moves
    later = move.now + datetime.timedelta(minutes=1)
    assert confirm(calendar, moves, since=since, at=later) == (0, 1)
    assert running(lead).due_at == clock.due_at


def test_a_paused_promise_goes_on_by_the_new_hours(calendar):
    lead = make.hot_lead()
    running(lead).pause(SOON, by=None, why="連休")
    longer(calendar)
    [move] = hours_change.moves(calendar, SOON)
    assert (move.was, move.now) == (None, None)
    assert confirm(calendar, [move]) == (1, 0)
    clock = running(lead)
    clock.resume(SOON + datetime.timedelta(hours=1))
    assert timezone.localtime(clock.due_at).isoformat() == "2026-06-11T11:00:00+09:00"


def test_hours_may_change_more_than_once(calendar):
    lead = make.hot_lead()
    longer(calendar)
    confirm(calendar, hours_change.moves(calendar, SOON))
    later = SOON + datetime.timedelta(hours=1)
    longer(calendar, closes=15 * 60, at=later)
    confirm(calendar, hours_change.moves(calendar, later), since=later, at=later)
    clock = running(lead)
    assert [version for version, _until in clock.hours_before] == [1, 2]
    # Two hours have counted by 14:00; one until 15:00, six the next day.
    assert timezone.localtime(clock.due_at).isoformat() == "2026-06-11T15:00:00+09:00"


# -- The page ------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client):
    return administration.administrator(client)


def test_saving_other_hours_leads_to_the_list_and_confirming_moves(client, administrator, calendar):
    """At any time of any day: the promise of the test begins now."""
    lead = make.hot_lead(at=timezone.now())
    before = running(lead)
    week = {f"spans-{n}-opens": "10:00" for n in range(5)}
    answer = change(client, calendar, **week)
    assert answer.url == address(Clock, "hours", calendar.pk)
    page = client.get(answer.url)
    assert str(lead.company) in page.text
    assert running(lead).due_at == before.due_at
    client.post(answer.url, form_of(page.text))
    clock = running(lead)
    assert clock.calendar_version == 2
    assert clock.due_at != before.due_at


def test_a_list_for_other_hours_or_from_somebody_else_moves_nothing(client, administrator, calendar):
    lead = make.hot_lead(at=timezone.now())
    longer(calendar, at=timezone.now())
    url = address(Clock, "hours", calendar.pk)
    stale = form_of(client.get(url).text)
    longer(calendar, closes=21 * 60, at=timezone.now())
    client.post(url, stale)
    client.post(url, form_of(client.get(url).text) | {"listed": "made-up"})
    assert running(lead).calendar_version == 1
    client.force_login(make.person("sales"))
    assert client.post(url, stale, follow=True).status_code == 403
    assert running(lead).calendar_version == 1
