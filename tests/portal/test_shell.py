import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path, reverse

from portal import shell
from portal.refusals import Refusal
from portal.urls import handler500, portal, urlpatterns  # noqa: F401 - the views below stand beside the portal's own
from tests import make

pytestmark = pytest.mark.django_db

SAID = "かもめ食品を受領しました。"


def refuse(request):
    raise Refusal("白瀬さんが<先に>答えました。", status=409)


def say(request):
    shell.say(request, SAID, undo="/undo/7/")
    return HttpResponse("<p>piece</p>")


urlpatterns = [path("refuse/", refuse), path("say/", say, name="say"), *urlpatterns]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def person(client):
    person = make.person("sales", family_name="青葉", given_name="湊")
    client.force_login(person)
    return person


@pytest.fixture
def registries(monkeypatch):
    """Empty registries that forget again what a test registers."""
    for name in ("_menu", "_home", "_search", "_slots", "_keys"):
        monkeypatch.setattr(shell, name, {})


def entry(**given):
    defaults = {"order": 20, "key": "board", "label": "リードボード", "icon": "board", "url_name": "portal:account"}
    return shell.MenuEntry(**(defaults | given))


# -- Menu ------------------------------------------------------------------------------


@pytest.mark.usefixtures("registries", "person")
def test_the_menu_keeps_the_order_of_the_day_and_leaves_out_what_does_not_exist(client):
    shell.register_menu(entry(order=30, key="c", label="約束", url_name="usersessions_list"))
    shell.register_menu(entry(order=20, key="b", label="リードボード"))
    shell.register_menu(entry(order=10, key="a", label="会議", url_name="meetings:none"))
    shown = client.get(reverse("portal:account")).context["menu"]()
    assert [str(item["entry"].label) for item in shown] == ["リードボード", "約束"]


@pytest.mark.usefixtures("registries", "person")
def test_the_current_entry_is_marked_also_from_a_page_below_it(client):
    shell.register_menu(entry(key="a", label="設定", url_name="portal:account"))
    shell.register_menu(entry(key="b", label="端末", url_name="account_change_password", covers=("usersessions",)))
    text = client.get(reverse("portal:account")).text
    assert re.findall(r'class="nav__a" href="([^"]+)" aria-current="(\w+)"', text) == [("/account/", "page")]
    below = client.get(reverse("usersessions_list")).text
    assert re.findall(r'class="nav__a" href="([^"]+)" aria-current="(\w+)"', below) == [
        ("/accounts/password/change/", "true")
    ]


@pytest.mark.usefixtures("registries")
def test_a_count_is_shown_for_the_person_and_none_or_zero_is_not(client, person):
    asked = []
    shell.register_menu(entry(key="a", count=lambda who: asked.append(who) or 3))
    shell.register_menu(entry(key="b", url_name="usersessions_list", count=lambda who: 0))
    text = client.get(reverse("portal:account")).text
    assert re.findall(r'class="nav__n">(.*?)<', text) == ["3"]
    assert asked == [person]


@pytest.mark.usefixtures("registries", "person")
def test_registering_a_key_again_replaces(client):
    shell.register_menu(entry(label="古い"))
    shell.register_menu(entry(label="新しい"))
    text = client.get(reverse("portal:account")).text
    assert "新しい" in text
    assert "古い" not in text


@pytest.mark.usefixtures("registries")
def test_home_panels_are_sorted_within_their_column():
    for order, key, column in ((2, "b", "main"), (1, "a", "main"), (0, "s", "side")):
        shell.register_home_panel(shell.HomePanel(order, key, "x.html", lambda request: None, column))
    assert [panel.key for panel in shell.home_panels("main")] == ["a", "b"]
    assert [panel.key for panel in shell.home_panels("side")] == ["s"]


@pytest.mark.usefixtures("registries", "person")
def test_home_leaves_out_panels_with_nothing_to_say(client):
    assert "返事を待っている引き渡しはありません" in client.get("/").text
    shell.register_home_panel(shell.HomePanel(1, "a", "ui/_empty.html", lambda request: None))
    assert "返事を待っている引き渡しはありません" in client.get("/").text
    shell.register_home_panel(shell.HomePanel(2, "b", "ui/_brand.html", lambda request: {}))
    assert "返事を待っている引き渡しはありません" not in client.get("/").text


@pytest.mark.usefixtures("registries")
def test_the_list_of_keys_holds_the_menus_letters_and_what_was_registered():
    shell.register_menu(entry(go="b"))
    shell.register_keys(shell.KeyHelp(500, ("j", "k"), "次／前のカード"))
    assert [line.keys for line in shell.key_help() if line.keys != ("/",)] == [
        ("g", "b"), ("j", "k"), ("Ctrl", "Enter"), ("Esc",), ("?",)
    ]  # fmt: skip


def test_searching_is_listed_only_where_there_is_a_search():
    listed = ("/",) in [line.keys for line in shell.key_help()]
    assert listed == any(getattr(one, "name", None) == "search" for one in portal)


@pytest.mark.usefixtures("person")
def test_the_frame_costs_no_query_of_its_own_beyond_the_companys_name(client, django_assert_num_queries):
    client.get(reverse("account_change_password"))
    with django_assert_num_queries(2):  # session, person; the company's name is in the cache
        client.get(reverse("account_change_password"))


# -- Toasts and refusals ------------------------------------------------------------------


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.usefixtures("person")
def test_what_was_said_is_a_toast_on_the_next_page(client):
    client.get("/say/")
    text = client.get(reverse("portal:account")).text
    toast = re.search(r'id="toasts" role="status".*?</div>\s*</div>', text, re.DOTALL).group()
    assert SAID in toast
    assert 'action="/undo/7/"' in toast
    assert SAID not in client.get(reverse("portal:account")).text


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.usefixtures("person")
def test_for_htmx_what_was_said_travels_as_an_event_beside_the_piece(client):
    response = client.get("/say/", headers=HTMX)
    assert response.text == "<p>piece</p>"
    assert json.loads(response.headers["HX-Trigger"]) == {
        "toasts": {"list": [{"text": SAID, "undo": "/undo/7/", "level": "success"}]}
    }
    assert SAID not in client.get(reverse("portal:account")).text


def test_undo_is_found_among_a_messages_tags():
    assert shell.undo_url(Message(20, "a", extra_tags="wide undo:/undo/7/")) == "/undo/7/"
    assert shell.undo_url(Message(20, "a")) == ""


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.usefixtures("person")
def test_a_refusal_is_a_page_with_a_way_back(client):
    response = client.post("/refuse/", headers={"Referer": "http://testserver/account/"})
    assert response.status_code == 409
    assert "白瀬さんが&lt;先に&gt;答えました。" in response.text
    assert 'href="http://testserver/account/"' in response.text
    assert "<h1>" in response.text


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.usefixtures("person")
def test_a_refusal_offers_no_way_back_to_a_stranger(client):
    response = client.post("/refuse/", headers={"Referer": "http://testserver.evil.example/"})
    assert "evil.example" not in response.text


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.usefixtures("person")
def test_for_htmx_a_refusal_leaves_the_piece_alone_and_goes_to_the_toasts(client):
    response = client.post("/refuse/", headers=HTMX)
    assert response.status_code == 409
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#toasts", "beforeend")
    assert "<html" not in response.text
    assert "白瀬さんが&lt;先に&gt;答えました。" in response.text


def test_a_lost_session_leads_htmx_to_the_log_in_page_and_back(client):
    headers = HTMX | {"HX-Current-URL": "http://testserver/account/?a=1"}
    response = client.get(reverse("portal:account"), headers=headers)
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=%2Faccount%2F%3Fa%3D1"


# -- Pages that went wrong ------------------------------------------------------------------


def test_a_page_that_does_not_exist_keeps_the_frame_for_people_and_hides_it_from_strangers(client):
    assert 'class="login"' in client.get("/nowhere/").text
    client.force_login(make.person("sales"))
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'class="nav"' in response.text


def test_a_form_without_its_token_is_refused_with_a_sentence(person):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    response = strict.post(reverse("portal:account"), {"language": "en"})
    assert response.status_code == 403
    assert "<h1>" in response.text
    person.refresh_from_db()
    assert person.language == "ja"


# -- The files -----------------------------------------------------------------------------------


def test_no_template_carries_script_or_style_of_its_own():
    found = [
        str(file.relative_to(settings.BASE_DIR))
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
        if re.search(
            r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son(?:click|change|submit|input|load|error|key\w+|mouse\w+|focus|blur)=|javascript:",
            file.read_text(),
        )
    ]
    assert found == []


def test_every_icon_that_is_asked_for_is_in_the_file():
    drawn = set(
        re.findall(r'<symbol id="(?:i-)?([a-z]+)"', (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text())
    )
    asked = {
        name
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([a-z]+)"', file.read_text())
    }
    assert asked - drawn == set()


@pytest.mark.parametrize(
    "name", ["tokens", "base", "parts", "print", "board", "lead", "home", "table", "import", "timeline", "company"]
)
def test_style_sheets_use_only_the_tokens_that_exist(name):
    folder = settings.BASE_DIR / "static/css"
    sheet = (folder / f"{name}.css").read_text()
    known = set(re.findall(r"(--[\w-]+)\s*:", (folder / "tokens.css").read_text() + sheet))
    used = set(re.findall(r"var\((--[\w-]+)(?!\s*,)\)", sheet))
    assert used - known == set()
    assert sheet.count("{") == sheet.count("}")
