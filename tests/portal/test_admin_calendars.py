import pytest
from django.core.exceptions import ValidationError

from portal.models import BusinessCalendar
from tests import administration
from tests.administration import address, change, errors, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(client):
    administration.administrator(client)
    return BusinessCalendar.objects.get(slug="business-hours")


def test_saving_publishes_the_hours(client, calendar):
    change(client, calendar, **{"spans-0-opens": "10:00", "spans-0-closes": "１９：００"})
    calendar.refresh_from_db()
    assert calendar.version == 2
    assert calendar.engine().week[0] == ((600, 1140),)
    assert list(calendar.spans.filter(opens=540).values_list("weekday", flat=True)) == [1, 2, 3, 4]


def test_the_history_tells_of_the_rows_too(client, calendar):
    for opens in ("10:00", "11:00"):
        change(client, calendar, **{"spans-0-opens": opens})
    page = client.get(address(calendar, "history", calendar.pk)).text
    assert "<del>10:00</del> → <ins>11:00</ins>" in page
    assert "変更: 月曜日" in page
    assert "変更: 火曜日" not in page  # saved with the others, and as it was


def test_saving_the_same_rows_publishes_nothing(client, calendar):
    change(client, calendar)
    calendar.refresh_from_db()
    assert calendar.version == 1


def test_a_whole_week_may_be_shifted_at_once(client, calendar):
    """Each row alone would overlap with what is still stored of its neighbour."""
    first, second = calendar.spans.filter(weekday=0).get(), 5
    change(
        client, calendar, **{
            "spans-TOTAL_FORMS": "6", "spans-0-closes": "12:00",
            f"spans-{second}-weekday": "0", f"spans-{second}-opens": "13:00", f"spans-{second}-closes": "18:00",
            f"spans-{second}-calendar": calendar.pk,
        },
    )  # fmt: skip
    change(client, calendar, **{"spans-0-closes": "14:00", "spans-1-opens": "15:00"})
    assert list(calendar.spans.filter(weekday=0).values_list("opens", "closes")) == [(540, 840), (900, 1080)]
    assert first.pk


def test_impossible_hours_are_refused_with_a_sentence_and_change_nothing(client, calendar):
    gone = {f"spans-{n}-DELETE": "on" for n in range(5)}
    answer = change(client, calendar, status=200, **gone)
    with pytest.raises(ValidationError) as refused:
        calendar.check_content(calendar.content() | {"week": {}})
    assert errors(answer) == refused.value.messages
    calendar.refresh_from_db()
    assert (calendar.version, calendar.spans.count()) == (1, 5)


def test_a_closed_day_is_added_with_its_name(client, calendar):
    change(
        client, calendar, **{
            "days-TOTAL_FORMS": "1", "days-0-calendar": calendar.pk, "days-0-kind": "closed",
            "days-0-on": "2026-08-13", "days-0-name": "夏季休業",
        },
    )  # fmt: skip
    calendar.refresh_from_db()
    assert calendar.version == 2
    assert [day.name for day in calendar.days.all()] == ["夏季休業"]


def test_a_new_calendar_is_published_with_its_first_save(client, calendar):
    send(
        client, address(BusinessCalendar, "add"), name="夜勤", slug="night", time_zone="Asia/Tokyo", day_minutes="480",
        **{"spans-TOTAL_FORMS": "1", "spans-0-weekday": "0", "spans-0-opens": "22:00", "spans-0-closes": "30:00"},
    )  # fmt: skip
    assert BusinessCalendar.objects.get(slug="night").version == 1
