import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.models import Entry, OrgUnit, Person
from tests import administration, make
from tests.administration import address, change, errors, send

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.fixture
def administrator(client):
    return administration.administrator(client)


def new_person(client, *, status=302, **typed):
    given = {
        "family_name": "若竹", "given_name": "光", "family_kana": "わかたけ", "given_kana": "ﾋｶﾘ",
        "email": "wakatake@example.com", "function": "inside_sales",
    }  # fmt: skip
    return send(client, address(Person, "add"), status=status, **(given | typed))


def verbs(person):
    return [entry.verb for entry in Entry.objects.about(person)]


def test_a_new_person_signs_in_with_the_password_that_was_typed(client, administrator):
    new_person(client, password_typed="kazaguruma-2026")
    person = Person.objects.get(email="wakatake@example.com")
    assert person.check_password("kazaguruma-2026")
    assert (person.family_kana, person.given_kana) == ("ワカタケ", "ヒカリ")
    assert mail.outbox == []


def test_without_a_password_the_new_person_gets_a_link_to_choose_one(client, administrator):
    new_person(client)
    person = Person.objects.get(email="wakatake@example.com")
    assert not person.has_usable_password()
    [sent] = mail.outbox
    assert sent.to == ["wakatake@example.com"]
    link = next(word for word in sent.body.split() if "/password/reset/key/" in word)
    client.logout()
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "kazaguruma-2026", "password2": "kazaguruma-2026"})
    person.refresh_from_db()
    assert person.check_password("kazaguruma-2026")


def test_a_weak_password_and_a_known_address_are_refused(client, administrator):
    make.person(email="Wakatake@example.com")
    answer = new_person(client, status=200, password_typed="12345")
    assert "このアドレスはほかの社員が使っています。" in errors(answer)
    assert len(errors(answer)) > 1
    assert Person.objects.count() == 2


def test_the_list_is_sorted_by_kana_and_found_in_every_script(client, administrator):
    make.person(family_name="青葉", family_kana="アオバ")
    make.person(family_name="若竹", family_kana="ワカタケ")
    make.person(family_name="小春", family_kana="コハル")
    people = client.get(address(Person, "changelist")).context["cl"].result_list
    assert [person.family_name for person in people][:2] == ["青葉", "小春"]
    for words in ["あおば", "アオバ", "ｱｵﾊﾞ", "青葉"]:
        found = client.get(address(Person, "changelist"), {"q": words}).context["cl"].result_list
        assert [person.family_name for person in found] == ["青葉"], words


@pytest.mark.parametrize(("chosen", "names"), [("away", ["不在"]), ("left", ["退職"]), ("barred", ["停止"])])
def test_people_are_filtered_by_whether_they_are_there(client, administrator, chosen, names):
    make.person(family_name="在席")
    make.person(family_name="不在", away_from=YESTERDAY)
    make.person(family_name="退職", left_on=YESTERDAY)
    make.person(family_name="停止", is_active=False)
    found = client.get(address(Person, "changelist"), {"presence": chosen}).context["cl"].result_list
    assert [person.family_name for person in found] == names


def test_away_and_back_leave_entries_and_a_history(client, administrator):
    person, stand_in = make.person(manager=administrator), make.person(family_name="代理")
    change(client, person, away_from="2026-08-10", away_to="2026-08-14", stand_in=stand_in.pk)
    change(client, person, away_from="", away_to="", stand_in="")
    assert verbs(person) == ["person.back", "person.away"]
    away = Entry.objects.about(person).last()
    assert (away.by, away.data["from"], away.data["stand_in"]) == (administrator, "2026-08-10", stand_in.pk)
    page = client.get(address(person, "history", person.pk)).text
    assert "不在（から）" in page
    assert "代理" in page


def test_a_change_of_title_alone_is_no_matter_of_the_trail(client, administrator):
    person = make.person()
    change(client, person, title="課長")
    assert verbs(person) == []
    page = client.get(address(person, "history", person.pk)).text
    assert "<del>–</del> → <ins>課長</ins>" in page


def test_whoever_left_is_signed_out_and_given_no_work(client, administrator):
    person = make.person(password="kazaguruma-2026")
    theirs = type(client)()
    theirs.force_login(person)
    assert theirs.get(reverse("portal:home")).status_code == 200
    answer = change(client, person, left_on=str(timezone.localdate()))
    assert "上長がいません" in client.get(answer.url).text
    assert verbs(person) == ["person.left"]
    assert theirs.get(reverse("portal:home")).status_code == 302
    assert not Person.objects.working(timezone.localdate()).filter(pk=person.pk).exists()


def test_the_old_address_opens_nothing_after_a_change(client, administrator):
    person = make.person(email="old@example.com", password="kazaguruma-2026")
    EmailAddress.objects.create(user=person, email="old@example.com", primary=True, verified=True)
    change(client, person, email="new@example.com")
    client.logout()
    client.post(reverse("account_login"), {"login": "old@example.com", "password": "kazaguruma-2026"})
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": "new@example.com", "password": "kazaguruma-2026"})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_nobody_takes_the_administration_from_themselves(client, administrator):
    for typed in [{"is_staff": None}, {"is_active": None}, {"left_on": "2026-01-01"}]:
        answer = change(client, administrator, status=200, **typed)
        assert "自分から管理者の権限を外すことはできません。ほかの管理者に頼んでください。" in errors(answer)
    administrator.refresh_from_db()
    assert administrator.is_staff
    assert administrator.is_active


def test_managers_do_not_report_in_a_circle(client, administrator):
    chief = make.person(family_name="部長")
    person = make.person(manager=chief)
    answer = change(client, chief, status=200, manager=person.pk)
    assert any("部下です" in error for error in errors(answer))


def test_a_stale_save_shows_what_the_other_saved_and_keeps_what_was_typed(client, administrator):
    person = make.person(title="主任")
    url = address(person, "change", person.pk)
    mine = administration.form_of(client.get(url).text)
    change(client, person, title="課長")
    answer = client.post(url, mine | {"title": "係長", "_save": "Save"})
    assert answer.status_code == 409
    assert any("課長" in error for error in errors(answer))
    again = administration.form_of(answer.text)
    assert again["title"] == "係長"
    assert client.post(url, again | {"_save": "Save"}).status_code == 302
    person.refresh_from_db()
    assert person.title == "係長"


def test_a_double_tap_adds_one_unit(client, administrator):
    url = address(OrgUnit, "add")
    form = administration.form_of(client.get(url).text) | {"name": "西日本営業部", "_save": "Save"}
    client.post(url, form)
    client.post(url, form)
    assert OrgUnit.objects.filter(name="西日本営業部").count() == 1


def test_units_stand_as_a_tree_and_never_in_a_circle(client, administrator):
    top = make.unit("本社")
    below = make.unit("営業本部", parent=top)
    team = make.unit("営業一部", parent=below)
    rows = client.get(address(OrgUnit, "changelist")).context["cl"].result_list
    depths = {unit.name: unit.depth for unit in rows}
    assert (depths["本社"], depths["営業本部"], depths["営業一部"]) == (0, 1, 2)
    answer = change(client, top, status=200, parent=team.pk)
    assert errors(answer) == ["自分自身や、その下の組織には所属できません。"]


def test_a_mail_to_choose_a_password_goes_only_to_those_who_may_sign_in(client, administrator):
    here, gone = make.person(email="here@example.com"), make.person(email="gone@example.com", left_on=YESTERDAY)
    client.post(
        address(Person, "changelist"),
        {"action": "send_password_mail", "_selected_action": [here.pk, gone.pk]},
    )
    assert [sent.to for sent in mail.outbox] == [["here@example.com"]]
