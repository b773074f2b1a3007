import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from leads import board, cards, directory, promise_strip
from leads.filters import Filters
from leads.models import CardPosition, Lead, SavedView
from tests import make

pytestmark = pytest.mark.django_db
BOARD = "/board/"
AT = timezone.now()


def signed_in(client, person=None):
    person = person or make.person()
    client.force_login(person)
    return person


def ids_on(page):
    return [int(pk) for pk in re.findall(r'<li id="lead-(\d+)"', page)]


def asked(viewer, after="", **params):
    known = directory.load([("people", viewer.pk)])
    return board.Asked(Filters.read(params, viewer, known), viewer, known, AT, after)


def column(viewer, name="working", size=3, after="", **params):
    return board.columns(asked(viewer, after, **params), [name], size)[name]


def working(n, **fields):
    """Leads in the working column, their due times an hour apart."""
    owner = make.person()
    return [
        make.lead(
            stand=False,
            stage="working",
            owner=owner,
            board_column="working",
            attention_at=AT + datetime.timedelta(hours=i),
            **fields,
        )
        for i in range(1, n + 1)
    ]


def overdue(**fields):
    """A hand-off whose answer has been due for days."""
    make.five_promises()
    return make.handoff(at=AT - datetime.timedelta(days=10), **fields)


# -- The page ------------------------------------------------------------------------------


def test_the_board_shows_each_lead_in_its_column(client):
    signed_in(client)
    offered, won, pool = make.handoff().lead, make.opportunity(), make.lead()
    page = client.get(BOARD).text
    assert sorted(ids_on(page)) == sorted([offered.pk, won.pk])
    assert f'href="/leads/{pool.pk}/"' not in page


def test_a_closed_column_costs_nothing_until_it_is_opened(client):
    signed_in(client)
    lead = make.opportunity(at=AT)
    lead.win(by=lead.owner, at=AT, on=timezone.localdate(AT), amount=1_000_000)
    assert ids_on(client.get(BOARD).text) == []
    opened = client.get(BOARD, {"open": "won"}).text
    assert ids_on(opened) == [lead.pk]
    assert "100万円" in opened


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    "query", [{}, {"sort": "score"}, {"sort": "own"}, {"score": "10", "owner": "me"}, {"open": "won"}, {"q": "点検"}]
)
def test_the_board_needs_six_queries(client, rows, query, django_assert_max_num_queries):
    signed_in(client)
    working(rows, score=50)
    overdue()
    SavedView.objects.create(owner=make.person(), name="みんなの", is_shared=True)
    promise_strip.refresh(AT)
    with django_assert_max_num_queries(6):  # with empty caches, too
        client.get(BOARD, query)


def test_the_board_counts_no_leads(client, django_assert_max_num_queries):
    signed_in(client)
    working(3)
    with django_assert_max_num_queries(12) as captured:
        client.get(BOARD)
    counting = [query["sql"] for query in captured if "count(" in query["sql"].lower() and "leads_lead" in query["sql"]]
    assert counting == []


def test_counts_and_amounts_are_the_maintained_ones(client):
    signed_in(client)
    make.opportunity(amount=4_800_000)
    make.opportunity(amount=None)
    page = client.get(BOARD).text
    assert "見込 480万円" in page
    assert re.search(r'data-count="opportunity">2<', page)


def test_filtered_counts_stop(client, monkeypatch):
    monkeypatch.setattr(board, "COUNTED", 2)
    signed_in(client)
    working(3, score=70)
    assert re.search(r'data-count="working">2\+<', client.get(BOARD, {"score": "60"}).text)


def test_nobody_sees_the_board_without_signing_in(client):
    assert client.get(BOARD).status_code == 302


# -- Pages of a column --------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["due", "score", "newest", "own"])
def test_pages_have_no_gaps_and_no_doubles(sort):
    viewer = make.person()
    leads = working(8)
    for n, lead in enumerate(leads):
        Lead.objects.filter(pk=lead.pk).update(
            score=None if n % 3 == 0 else 50 + n % 2, created_at=AT - datetime.timedelta(days=n // 2)
        )
    CardPosition.put(leads[5], person=viewer, above=[leads[6].pk])
    seen, after = [], ""
    for _ in range(5):
        page = column(viewer, size=3, after=after, sort=sort)
        seen += [row.id for row in page.rows]
        after = page.next
        if not after:
            break
    assert sorted(seen) == sorted(lead.pk for lead in leads)
    assert seen == [row.id for row in column(viewer, size=20, sort=sort).rows]


def test_what_comes_in_between_two_pages_shifts_nothing():
    viewer = make.person()
    leads = working(6)
    first = column(viewer)
    make.lead(stand=False, stage="working", owner=leads[0].owner, board_column="working", attention_at=AT)
    Lead.objects.filter(pk=leads[1].pk).update(board_column="", stage="lost")
    second = column(viewer, after=first.next)
    assert [row.id for row in second.rows] == [lead.pk for lead in leads[3:]]


def test_leads_without_a_time_are_paged_too():
    viewer = make.person()
    owner = make.person()
    leads = [make.lead(stand=False, stage="working", owner=owner, board_column="working") for _ in range(5)]
    first = column(viewer)
    assert [row.id for row in column(viewer, after=first.next).rows] == [lead.pk for lead in leads[3:]]


@pytest.mark.parametrize(
    "after", ["x", "1", "_", "9e99_1", "1_x", "99999999999999999999999999_1", "pnan_1", "p_", "r", "-1_1"]
)
@pytest.mark.parametrize("sort", ["due", "score", "own"])
def test_a_broken_token_breaks_nothing(client, after, sort):
    signed_in(client)
    working(2)
    assert client.get(BOARD, {"col": "working", "after": after, "sort": sort}).status_code == 200


def test_more_comes_as_a_piece_and_as_a_page(client, monkeypatch):
    monkeypatch.setattr(board.columns, "__defaults__", (board.COLUMNS, 2))
    signed_in(client)
    early, leads = make.handoff(at=AT - datetime.timedelta(days=9)).lead, working(5)
    page = client.get(BOARD).text
    assert ids_on(page) == [early.pk, *(lead.pk for lead in leads[:2])]
    assert "ほか3件" in page
    address = re.search(r'class="kcol__more" href="([^"]+)"', page)[1].replace("&amp;", "&")
    piece = client.get(BOARD + address, headers={"HX-Request": "true"}).text
    assert ids_on(piece) == [lead.pk for lead in leads[2:4]]
    assert "ほか1件" in piece
    assert "<html" not in piece
    whole = client.get(BOARD + address).text
    assert ids_on(whole) == [early.pk, *(lead.pk for lead in leads[2:4])]
    assert "<html" in whole


# -- Conditions ----------------------------------------------------------------------------


def test_conditions_narrow_the_board(client):
    person = signed_in(client)
    web = make.source("ウェブ")
    mine = make.lead(stand=False, stage="working", owner=person, board_column="working", score=80, source=web)
    other = working(1, score=40)[0]
    blank = working(1, score=60)[0]
    for query, expected in [
        ({"owner": "me"}, [mine]),
        ({"owner": f"u{person.unit_id}"}, [mine, other, blank]),
        ({"source": web.pk}, [mine]),
        ({"source": "none"}, [other, blank]),
        ({"score": "60"}, [mine, blank]),
        ({"owner": "me", "score": "90"}, []),
        ({"owner": "nobody", "source": "x", "score": "-", "due": "y", "sort": "z"}, [mine, other, blank]),
    ]:
        assert sorted(ids_on(client.get(BOARD, query).text)) == sorted(lead.pk for lead in expected), query


def test_words_narrow_the_board(client):
    from portal import relay

    signed_in(client)
    wanted = make.handoff(memo="紙の点検記録をやめたい").lead
    make.handoff()
    relay.hand_on()
    assert ids_on(client.get(BOARD, {"q": "点検"}).text) == [wanted.pk]


def test_what_waits_for_my_answer(client):
    person = signed_in(client)
    mine = make.handoff(receiver=person).lead
    make.handoff(receiver=make.person("customer_success"))
    assert ids_on(client.get(BOARD, {"waiting": "me"}).text) == [mine.pk]


def test_a_handed_over_lead_belongs_to_sender_and_receiver(client):
    signed_in(client)
    offered = make.handoff(at=AT)
    for person in (offered.sender, offered.receiver):
        assert ids_on(client.get(BOARD, {"owner": person.pk}).text) == [offered.lead_id]


def test_each_condition_is_a_chip_that_can_be_taken_out(client):
    signed_in(client)
    page = client.get(BOARD, {"score": "60", "owner": "me"}).text
    assert "点数 60点以上" in page
    assert re.search(r'href="/board/\?owner=\d+"', page)
    assert re.search(r'href="/board/\?score=60"', page)


def test_the_address_survives_a_round():
    viewer = make.person()
    source = make.source()
    given = {
        "owner": str(viewer.pk),
        "source": str(source.pk),
        "due": "week",
        "score": "60",
        "q": "点検 記録",
        "sort": "newest",
    }
    from urllib.parse import parse_qsl

    filters = asked(viewer, **given).filters
    assert dict(parse_qsl(filters.query())) == given
    assert asked(viewer, **dict(parse_qsl(filters.query()))).filters == filters


# -- Rule 9: overdue and a person never stand together ------------------------------------------


@pytest.fixture
def late():
    return overdue(receiver=make.person(family_name="遅井", manager=make.person(is_manager=True)))


def over(page):
    return page.count("sla--over")


def test_another_persons_overdue_cannot_be_asked_for(client, late):
    signed_in(client, make.person("sales"))
    for query in ({"due": "overdue"}, {"due": "today"}, {"sort": "due"}, {}):
        page = client.get(BOARD, {"owner": late.receiver.pk, **query}).text
        assert ids_on(page) == [late.lead_id]
        assert over(page) == 0
        assert "card--over" not in page
        assert not re.search(r"data-clock|datetime=", page)


@pytest.mark.parametrize("who", ["themselves", "their manager"])
def test_oneself_and_ones_manager_may(client, late, who):
    signed_in(client, late.receiver if who == "themselves" else late.receiver.manager)
    page = client.get(BOARD, {"owner": late.receiver.pk, "due": "overdue"}).text
    assert (ids_on(page), over(page)) == ([late.lead_id], 1)
    assert "遅井" in page


def test_a_list_of_what_is_overdue_names_teams(client, late):
    signed_in(client, make.person("marketing"))
    page = client.get(BOARD, {"due": "overdue"}).text
    card = page[page.index(f'<li id="lead-{late.lead_id}"') :]
    assert "遅井" not in card[: card.index("</li>")]
    assert over(page) == 1


def test_one_card_shows_who_carries_it_and_its_clock(client, late):
    signed_in(client, make.person("marketing"))
    card = client.get(reverse("leads:lead-card", args=[late.lead_id])).text
    assert "遅井" in card
    assert "sla--over" in card


def test_a_team_of_two_is_too_small_for_what_is_overdue(client, late):
    signed_in(client, make.person("marketing"))
    page = client.get(BOARD, {"owner": f"u{late.receiver.unit_id}", "due": "overdue"}).text
    assert "3人以上のチーム" in page
    for _ in range(3):
        make.person(unit=late.receiver.unit)
    directory.forget()
    assert over(client.get(BOARD, {"owner": f"u{late.receiver.unit_id}", "due": "overdue"}).text) == 1


def test_the_order_by_due_time_is_not_had_for_another_person(late):
    viewer = make.person("marketing")
    filters = asked(viewer, owner=str(late.receiver.pk), sort="due").filters
    assert (filters.sort, filters.due, filters.hides_clocks) == ("newest", "", True)


# -- One card -------------------------------------------------------------------------------


def test_the_card_is_what_a_reload_would_show(client):
    signed_in(client)
    lead = make.handoff(at=AT).lead
    card = client.get(reverse("leads:lead-card", args=[lead.pk])).text
    assert card in client.get(BOARD).text


def test_a_card_that_left_the_board_or_its_conditions_is_no_content(client):
    signed_in(client)
    assert client.get(reverse("leads:lead-card", args=[make.lead().pk])).status_code == 204
    lead = working(1, score=40)[0]
    address = reverse("leads:lead-card", args=[lead.pk])
    assert client.get(address).status_code == 200
    assert client.get(address, {"score": "60"}).status_code == 204
    assert client.get(reverse("leads:lead-card", args=[0])).status_code == 204


def test_words_of_people_are_escaped_on_a_card(client):
    signed_in(client)
    working(1, line="<script>alert(1)</script>", company=make.company('"><b>x'))
    page = client.get(BOARD).text
    assert "<script>alert(1)" not in page
    assert "&quot;&gt;&lt;b&gt;x" in page


def test_a_drawn_card_is_kept_until_its_values_change():
    viewer = make.person()
    lead = working(1)[0]
    drawing = cards.Drawing(viewer, directory.load(), AT)
    cards._frame.cache_clear()
    for _ in range(3):
        cards.draw(board.card(lead.pk), drawing)
    assert cards._frame.cache_info().misses == 1
    Lead.objects.filter(pk=lead.pk).update(line="新しい一言")
    assert "新しい一言" in cards.draw(board.card(lead.pk), drawing)


def test_an_overdue_clock_counts_business_minutes():
    make.five_promises()
    friday = datetime.datetime(2026, 6, 12, 5, 0, tzinfo=datetime.UTC)  # 14:00 in Tokyo: four hours end at 18:00
    offered = make.handoff(at=friday)
    monday = datetime.datetime(2026, 6, 15, 0, 30, tzinfo=datetime.UTC)  # 9:30
    drawing = cards.Drawing(offered.sender, directory.load([("people", offered.sender_id)]), monday)
    assert cards.clock_of(board.card(offered.lead_id), drawing).over == 30


def test_counts_for_an_open_board(client):
    signed_in(client)
    make.opportunity(amount=1_000_000)
    assert client.get(reverse("leads:board-counts")).json()["opportunity"] == {"count": "1", "sum": "見込 100万円"}


# -- Moving ---------------------------------------------------------------------------------


def test_a_move_is_the_verb_of_the_menu(client):
    offered = make.handoff()
    signed_in(client, offered.receiver)
    move = client.get(reverse("leads:lead-move", args=[offered.lead_id]), {"to": "working"}).json()
    assert (move["url"], move["one_tap"]) == (reverse("leads:handoff-acceptance", args=[offered.pk]), True)
    assert Lead.objects.get(pk=offered.lead_id).stage == "handed_over"


def test_a_move_that_skips_a_step_says_why(client):
    offered = make.handoff()
    signed_in(client, offered.receiver)
    for column_name in ("opportunity", "won", "nothing"):
        assert "why" in client.get(reverse("leads:lead-move", args=[offered.lead_id]), {"to": column_name}).json()


def test_a_move_of_what_is_not_there_is_not_found(client):
    signed_in(client)
    assert client.get(reverse("leads:lead-move", args=[0])).status_code == 404
    assert client.get(reverse("leads:lead-menu", args=[0])).status_code == 404


def test_the_menu_lists_every_verb_with_and_without_script(client):
    offered = make.handoff()
    signed_in(client, offered.receiver)
    address = reverse("leads:lead-menu", args=[offered.lead_id])
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(address, headers=headers).text
        assert reverse("leads:handoff-acceptance", args=[offered.pk]) in page
        assert reverse("leads:handoff-return", args=[offered.pk]) in page


# -- One's own order ------------------------------------------------------------------------


def put(client, lead, above):
    return client.post(reverse("leads:lead-position", args=[lead.pk]), {"above": [one.pk for one in above]})


def test_a_card_stays_where_its_person_put_it(client):
    person = signed_in(client)
    a, b, c, d = working(4)
    assert put(client, d, [a, b]).status_code == 204
    assert [row.id for row in column(person, size=9, sort="own").rows] == [one.pk for one in (a, b, d, c)]
    put(client, c, [])
    assert [row.id for row in column(person, size=9, sort="own").rows] == [one.pk for one in (c, a, b, d)]
    assert [row.id for row in column(make.person(), size=9, sort="own").rows] == [one.pk for one in (a, b, c, d)]


def test_positions_stay_a_strict_order_however_often_cards_are_put(client):
    import random

    person = signed_in(client)
    leads = working(12)
    order = [lead.pk for lead in leads]
    chance = random.Random(7)
    for _ in range(120):
        moved = order.pop(chance.randrange(12))
        place = chance.randrange(12)
        order.insert(place, moved)
        put(client, Lead(pk=moved), [Lead(pk=pk) for pk in order[:place]])
    positions = list(CardPosition.objects.filter(person=person).values_list("position", flat=True))
    assert len(positions) == len(set(positions))
    shown = [row.id for row in column(person, size=20, sort="own").rows]
    put_somewhere = [
        pk for pk in order if pk in set(CardPosition.objects.filter(person=person).values_list("lead", flat=True))
    ]
    assert shown[: len(put_somewhere)] == put_somewhere


def test_squeezing_in_again_and_again_never_runs_out_of_room(client):
    person = signed_in(client)
    a, b, c = working(3)
    put(client, b, [a])
    for _ in range(60):
        put(client, c, [a])
        put(client, b, [a])
    assert [row.id for row in column(person, size=9, sort="own").rows] == [a.pk, b.pk, c.pk]


def test_too_many_cards_above_are_refused(client):
    signed_in(client)
    lead = working(1)[0]
    answer = client.post(reverse("leads:lead-position", args=[lead.pk]), {"above": [str(n) for n in range(201)]})
    assert answer.status_code == 422
    assert client.post(reverse("leads:lead-position", args=[0])).status_code == 404
    assert client.get(reverse("leads:lead-position", args=[lead.pk])).status_code == 405


def test_the_order_holds_one_place_per_person_and_card():
    from django.db import IntegrityError, transaction

    lead, person = working(1)[0], make.person()
    CardPosition.objects.create(lead=lead, person=person, position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        CardPosition.objects.create(lead=lead, person=person, position=2)


# -- Both languages -------------------------------------------------------------------------


def test_the_board_speaks_english(client):
    signed_in(client, make.person(language="en"))
    make.handoff(at=AT)
    page = client.get(BOARD).text
    assert "Lead board" in page
    assert "Waiting for an answer" in page
    assert not re.search(r'class="kcol__who">[^<]*[\u3041-\u30ff]', page)


def test_a_colleague_who_came_a_moment_ago_is_named(client):
    signed_in(client)
    client.get(BOARD)
    new = make.person(family_name="新井")
    make.lead(stand=False, stage="working", owner=new, board_column="working")
    assert "新井" in client.get(BOARD).text


# -- The promises on top ----------------------------------------------------------------------


def test_the_promises_of_both_sides_stand_on_top_once_they_are_counted(client):
    make.five_promises()
    offered = make.handoff(at=AT - datetime.timedelta(days=3))
    offered.accept(by=offered.receiver, at=AT - datetime.timedelta(days=3))
    signed_in(client)
    assert 'class="pledge"' not in client.get(BOARD).text
    promise_strip.refresh(AT)
    directory.forget()
    shown = re.search(r'<dl class="pledge">.*?</dl>', client.get(BOARD).text, re.DOTALL)[0]
    assert shown.count("<dt>") == 3
    assert "100</b>%" in shown
