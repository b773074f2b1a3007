import pytest
from django.urls import reverse

from portal import relay
from portal.models import Notification
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:notifications")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def reader(client):
    person = make.person("sales")
    client.force_login(person)
    return person


def tell(reader, n=1):
    """The reader is handed n leads."""
    sender = make.person("inside_sales")
    for _n in range(n):
        make.handoff(sender=sender, receiver=reader)
    relay.hand_on()


def test_the_page_says_what_happened_and_why_it_concerns_the_reader(client, reader):
    tell(reader)
    page = client.get(PAGE).text
    lead = Notification.objects.get().entry.subject[1]
    assert f'href="/leads/{lead}/"' in page
    for words in ["引き渡されました", "「来春の更新に合わせたい」", "あなたが受け手です"]:
        assert words in page


def test_it_speaks_the_readers_language(client, reader):
    tell(reader)
    reader.language = "en"
    reader.save()
    assert "handed over" in client.get(PAGE).text


def test_the_popover_shows_the_latest_only(client, reader):
    tell(reader, 8)
    popover = client.get(PAGE, headers=HTMX).text
    assert popover.count("data-reading=") == 6
    assert "<html" not in popover


def test_an_empty_list_says_what_will_come(client, reader):
    assert "お知らせはまだありません" in client.get(PAGE).text


def test_the_bell_counts_what_is_unread(client, reader):
    tell(reader, 2)
    assert "2" in client.get(reverse("portal:bell")).text
    client.post(reverse("portal:notifications-reading"))
    assert "bdg__n" not in client.get(reverse("portal:bell")).text


def test_one_is_read_and_the_others_stay_new(client, reader):
    tell(reader, 2)
    one, other = Notification.objects.order_by("pk")
    answer = client.post(reverse("portal:notification-reading", args=[one.pk]), headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "bell, notifications")
    assert list(Notification.objects.unread()) == [other]


def test_reading_all_spares_what_came_in_after_the_page(client, reader):
    tell(reader)
    until = Notification.objects.get().at
    tell(reader)
    client.post(reverse("portal:notifications-reading"), {"until": until.isoformat()})
    assert Notification.objects.unread().get().at > until


def test_nobody_reads_for_somebody_else(client, reader):
    tell(make.person("sales"))
    someone_elses = Notification.objects.get()
    assert client.post(reverse("portal:notification-reading", args=[someone_elses.pk])).status_code == 404
    client.post(reverse("portal:notifications-reading"))
    assert Notification.objects.unread().get() == someone_elses


def test_nothing_is_read_by_looking(client, reader):
    tell(reader)
    client.get(PAGE)
    assert client.get(reverse("portal:notifications-reading")).status_code == 405
    assert Notification.objects.unread().count() == 1


def test_older_ones_follow_by_key(client, reader):
    tell(reader, 3)
    entries = [one.entry for one in Notification.objects.order_by("pk")]
    Notification.objects.all().delete()
    made = Notification.objects.bulk_create(
        Notification(person=make.person() if n else reader, entry=entries[n], why="receiver", at=NOON) for n in range(3)
    )
    first = Notification.objects.told_to(reader)
    assert list(first.before(NOON, made[0].pk)) == []
    assert list(first.before(NOON, made[0].pk + 1)) == [made[0]]
    assert client.get(f"{PAGE}?before=nonsense").status_code == 200


def test_the_second_page_begins_where_the_first_ends(client, reader, monkeypatch):
    monkeypatch.setattr("portal.views.notifications.A_PAGE", 2)
    tell(reader, 3)
    first = client.get(PAGE)
    assert first.text.count("data-reading=") == 2
    second = client.get(f"{PAGE}?before={first.context['more']}".replace("+", "%2B"))
    assert second.text.count("data-reading=") == 1
    assert second.context["more"] in ([], "")


@pytest.mark.parametrize("n", [1, 12])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "popover"])
def test_query_count(client, reader, n, headers, django_assert_max_num_queries):
    tell(reader, n)
    client.get(PAGE, headers=headers)
    with django_assert_max_num_queries(8):
        client.get(PAGE, headers=headers)
