import datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from portal.models import Person

NOW = datetime.datetime(2026, 11, 19, 1, 24, tzinfo=datetime.UTC)  # 10:24 in Tokyo


@pytest.fixture(autouse=True)
def _in_japanese():
    with translation.override("ja"), timezone.override("Asia/Tokyo"):
        yield


def drawn(source, **context):
    return Template(source).render(Context({"now": NOW} | context))


def test_an_icon_is_hidden_and_comes_from_the_portals_own_file():
    assert drawn('{% icon "clock" %}') == (
        '<svg class="ic" aria-hidden="true" focusable="false"><use href="/static/img/icons.svg#i-clock"></use></svg>'
    )


@pytest.mark.parametrize(
    ("function", "shape", "letter", "name"),
    [
        ("sales", "tm--sales", "営", "営業"),
        ("marketing", "tm--mkt", "マ", "マーケ"),
        ("inside_sales", "tm--is", "IS", "IS"),
        ("customer_success", "tm--cs", "CS", "CS"),
    ],
)
def test_a_team_is_shape_and_letter_and_a_name_that_is_read_out(function, shape, letter, name):
    mark = drawn("{% team function %}", function=function)
    assert f'class="tm {shape}"' in mark
    assert f'<span aria-hidden="true" lang="ja">{letter}</span>' in mark
    assert f'<span class="vh">{name}</span>' in mark


def test_a_teams_name_follows_the_language():
    assert "営業" in drawn('{% team "sales" %}')
    with translation.override("en"):
        assert '<span class="vh">Sales</span>' in drawn('{% team "sales" %}')


def test_a_running_clock_carries_what_the_browser_needs():
    due = NOW + datetime.timedelta(minutes=96)
    chip = drawn('{% sla "warn" at=due name="くじら<化成>" warn_at=due %}', due=due)
    assert 'class="sla sla--warn"' in chip
    assert "#i-tri" in chip
    assert '<span class="sla__w">注意</span>' in chip
    assert 'datetime="2026-11-19T03:00:00Z" data-clock' in chip
    assert 'data-name="くじら&lt;化成&gt;"' in chip
    assert "data-far" not in chip
    assert ">あと1時間36分</time>" in chip


@pytest.mark.parametrize(
    ("tag", "icon", "word", "text"),
    [
        ('{% sla "over" at=late %}', "i-dia", "超過", "25分"),
        ('{% sla "over" at=late minutes=4320 %}', "i-dia", "超過", "3日以上"),
        ('{% sla "paused" at=later %}', "i-pause", "停止中", "11/24 9:00から"),
        ('{% sla "done" minutes=72 %}', "i-check", "達成", "1時間12分"),
        ('{% sla "next" text="商談 11/25 14:00" %}', "i-cal", "次", "商談 11/25 14:00"),
    ],
)
def test_every_state_of_a_clock_has_its_icon_and_word(tag, icon, word, text):
    late = NOW - datetime.timedelta(minutes=25)
    later = datetime.datetime(2026, 11, 24, 0, 0, tzinfo=datetime.UTC)
    chip = drawn(tag, late=late, later=later)
    assert f"#{icon}" in chip
    assert f'<span class="sla__w">{word}</span>' in chip
    assert f">{text}</" in chip


def test_lengths_stand_in_attributes_never_in_a_style():
    sash = drawn('{% baton "marketing" "sales" 60 "warn" %}')
    assert 'class="baton baton--warn"' in sash
    assert '<progress class="baton__t" max="100" value="60" aria-hidden="true"></progress>' in sash
    bar = drawn('{% bar 53 "進み53%、目安70%" mark=70 kind="warn" %}')
    assert 'role="img" aria-label="進み53%、目安70%"' in bar
    assert '<rect x="70%"' in bar
    assert "style=" not in sash + bar


@pytest.mark.parametrize(("share", "value"), [(-5, 0), (None, 0), (150, 100), (33.6, 34)])
def test_a_length_stays_within_its_bar(share, value):
    assert f'value="{value}"' in drawn("{% baton 'sales' 'marketing' share %}", share=share)


def test_bant_says_each_part_in_words():
    mark = drawn('{% bant "known" "partly" "known" "unknown" %}')
    assert 'aria-label="BANT: 予算 確認ずみ、決裁 一部、課題 確認ずみ、時期 未確認"' in mark
    assert [piece[:1] for piece in mark.split('<span class="')[2:]] == ["f", "h", "f", "n"]


def test_a_score_has_its_unit_and_a_dash_where_there_is_none():
    assert ">点数 </span>82<small>点</small>" in drawn("{% score 82 %}")
    assert ">点数 </span>–<small>点</small>" in drawn("{% score None %}")


def test_a_persons_name_cannot_be_markup():
    person = Person(family_name="<b>青葉", given_name="<i>", function="sales")
    shown = drawn("{% who person %}", person=person)
    assert "&lt;b&gt;青葉 &lt;i&gt;" in shown
    assert "<b>" not in shown


def test_dom_id_names_the_record():
    assert drawn("{% dom_id person %} {% dom_id person 'menu' %}", person=Person(pk=7)) == "person-7 menu-person-7"


def test_request_ids_differ():
    first, second = drawn("{% request_id %}"), drawn("{% request_id %}")
    assert first.startswith('<input type="hidden" name="request_id" value="')
    assert first != second
