import datetime
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.models import Person
from tests import make

pytestmark = pytest.mark.django_db

PASSWORD = "tasuki-relay-1"


@pytest.fixture
def aoba():
    return make.person("sales", email="aoba@aozora.example", password=PASSWORD, family_name="青葉", given_name="湊")


def sign_in(client, email="aoba@aozora.example", password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password} | more)


def settings_form(**changes):
    return {
        "language": "ja",
        "time_zone": "Asia/Tokyo",
        "single_keys": "on",
        "theme": "",
        "away_from": "",
        "away_to": "",
        "stand_in": "",
    } | changes


def test_signing_in_leads_home(client, aoba):
    assert sign_in(client).url == reverse("portal:home")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client, aoba):
    asked = client.get(reverse("portal:account"))
    assert asked.url == f"{reverse('account_login')}?next={reverse('portal:account')}"
    assert sign_in(client, next=reverse("portal:account")).url == reverse("portal:account")


def test_signing_in_never_leads_out_of_the_portal(client, aoba):
    assert sign_in(client, next="https://elsewhere.example/").url == reverse("portal:home")


def test_the_e_mail_is_taken_in_any_case(client, aoba):
    assert sign_in(client, email="Aoba@Aozora.Example").status_code == 302


def test_a_wrong_password_is_said_in_japanese_without_telling_which(client, aoba):
    wrong, nobody = sign_in(client, password="wrong"), sign_in(client, email="nobody@aozora.example")
    said = re.search(r'role="alert".*?<span>(.*?)</span>', wrong.text, re.DOTALL).group(1)
    assert said in nobody.text
    assert re.search(r"[ぁ-ん]", said)


def test_what_is_missing_is_asked_for_beside_its_field(client):
    text = sign_in(client, email="", password="").text
    assert re.findall(r'id="id_(\w+)-error">.*?<span>(.*?)</span>', text) == [
        ("login", "メールアドレスを入力してください。"),
        ("password", "パスワードを入力してください。貼り付けもできます。"),
    ]
    assert text.count('aria-invalid="true"') == 2


def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait(client, aoba):
    for _ in range(10):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_who_left_cannot_sign_in(client, aoba):
    Person.objects.filter(pk=aoba.pk).update(is_active=False)
    sign_in(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
    ],
)
def test_the_pages_before_sign_in_are_open(client, name):
    response = client.get(reverse(name))
    assert response.status_code == (401 if name == "socialaccount_login_error" else 200)
    assert 'class="login"' in response.text


def test_nobody_signs_themselves_up(client):
    response = client.post(reverse("account_signup"), {"email": "new@aozora.example", "password1": PASSWORD})
    assert response.url == reverse("account_login")
    assert not Person.objects.filter(email="new@aozora.example").exists()


def test_the_admin_signs_in_on_the_same_page(client):
    assert client.get(reverse("admin:index"), follow=True).request["PATH_INFO"] == reverse("account_login")


def test_a_forgotten_password_is_replaced_by_mail(client, aoba):
    client.post(reverse("account_reset_password"), {"email": aoba.email})
    [sent] = mail.outbox
    assert sent.subject.endswith("新しいパスワードを決めるためのリンク")
    link = re.search(r"https?://\S+", sent.body).group()
    form = client.get(link, follow=True)
    new = {"password1": "asagiri-no-umi-7", "password2": "asagiri-no-umi-7"}
    done = client.post(form.request["PATH_INFO"], new, follow=True)
    assert done.request["PATH_INFO"] == reverse("account_reset_password_from_key_done")
    assert sign_in(client, password="asagiri-no-umi-7").status_code == 302
    assert "もう使えません" in client.get(link, follow=True).text


def test_a_password_reset_does_not_tell_who_works_here(client, aoba):
    known = client.post(reverse("account_reset_password"), {"email": aoba.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@aozora.example"})
    assert known.url == unknown.url
    assert len(mail.outbox) == 1


def test_a_changed_password_signs_out_everywhere(client, aoba):
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "asagiri-no-umi-7", "password2": "asagiri-no-umi-7"}
    client.post(reverse("account_change_password"), new)
    assert client.get(reverse("portal:account")).status_code == 302


def test_signing_out_everywhere_else_keeps_this_session(aoba, client):
    from django.test import Client

    other = Client()
    sign_in(other)
    sign_in(client)
    page = client.get(reverse("usersessions_list"))
    assert page.text.count("この端末</span>") == 1
    client.post(reverse("usersessions_list"))
    assert other.get(reverse("portal:account")).status_code == 302
    assert client.get(reverse("portal:account")).status_code == 200


def test_my_settings_are_saved_and_the_page_speaks_the_new_language(client, aoba):
    stand_in = make.person("sales")
    client.force_login(aoba)
    given = settings_form(
        language="en",
        time_zone="Europe/Berlin",
        theme="dark",
        away_from="2026-12-28",
        away_to="2027-01-04",
        stand_in=stand_in.pk,
    )
    del given["single_keys"]
    page = client.post(reverse("portal:account"), given, follow=True)
    aoba.refresh_from_db()
    assert (aoba.language, aoba.time_zone, aoba.single_keys) == ("en", "Europe/Berlin", False)
    assert (aoba.away_from, aoba.away_to) == (datetime.date(2026, 12, 28), datetime.date(2027, 1, 4))
    assert aoba.stand_in == stand_in
    assert "Your settings are saved." in page.text
    assert '<html lang="en" data-theme="dark">' in page.text
    assert "data-no-single-keys" in page.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"away_to": "2026-12-28"}, "away_from"),
        ({"away_from": "2026-12-28", "away_to": "2026-12-27"}, "away_to"),
        ({"time_zone": "Moon/Base"}, "time_zone"),
        ({"language": "xx"}, "language"),
    ],
)
def test_settings_that_cannot_be_come_back_with_the_field_marked(client, aoba, changes, field):
    client.force_login(aoba)
    response = client.post(reverse("portal:account"), settings_form(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'id="id_{field}-error"' in response.text
    assert response.context["user"].away_to is None


def test_nobody_away_or_gone_can_stand_in(client, aoba):
    today = timezone.localdate()
    away = make.person("sales", away_from=today)
    left = make.person("sales", left_on=today, is_active=False)
    client.force_login(aoba)
    for person in (away, left, aoba):
        response = client.post(reverse("portal:account"), settings_form(stand_in=person.pk))
        assert response.status_code == 422


def test_settings_cannot_carry_a_function_or_a_right(client, aoba):
    client.force_login(aoba)
    client.post(reverse("portal:account"), settings_form(is_staff="on", is_superuser="on", function="executive"))
    aoba.refresh_from_db()
    assert (aoba.is_staff, aoba.is_superuser, aoba.function) == (False, False, "sales")


def test_the_language_switch_works_before_and_after_sign_in(client, aoba):
    login = reverse("account_login")
    back = client.post(reverse("portal:language"), {"language": "en", "next": login})
    assert back.url == login
    assert '<html lang="en">' in client.get(login).text
    client.force_login(aoba)
    client.post(reverse("portal:language"), {"language": "en"})
    aoba.refresh_from_db()
    assert aoba.language == "en"


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_switches_never_lead_out_of_the_portal(client, there):
    for name, chosen in (("portal:language", {"language": "en"}), ("portal:theme", {"theme": "dark"})):
        assert client.post(reverse(name), chosen | {"next": there}, headers={"Referer": there}).url == "/"


def test_an_unknown_language_or_theme_changes_nothing(client, aoba):
    client.force_login(aoba)
    client.post(reverse("portal:language"), {"language": "xx"})
    aoba.refresh_from_db()
    assert aoba.language == "ja"
    client.post(reverse("portal:theme"), {"theme": '"><script>'})
    assert "data-theme=" not in client.get(reverse("portal:account")).text


def test_a_damaged_language_cookie_does_no_harm(client):
    client.cookies["django_language"] = "xx-nonsense"
    assert '<html lang="ja">' in client.get(reverse("account_login")).text
