import json

import pytest
from django.core.management import call_command

from portal.management.plain import CouldNotStart
from tests import make

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    call_command("metrics", *arguments)
    return capsys.readouterr().out


def refused(*arguments):
    with pytest.raises(CouldNotStart) as refusal:
        call_command("metrics", *arguments)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def test_one_name_gives_one_object(capsys):
    lead = make.opportunity(source=make.source("検索広告", code="paid_search"))
    lead.win(by=lead.owner, at=make.NOON, on=make.today(), amount=1)
    make.lead()
    shown = json.loads(
        run(capsys, "lead_to_won", "--by", "source", "--from", "2026-06-01", "--to", "2026-06-30", "--json")
    )
    as_of = shown.pop("as_of")
    assert as_of.endswith("+00:00")
    assert shown == {
        "metric": "lead_to_won",
        "label": "リードからの受注率",
        "unit": "percent",
        "by": "source",
        "from": "2026-06-01",
        "to": "2026-06-30",
        "rows": [
            {"key": "paid_search", "label": "検索広告", "numerator": 1, "denominator": 1, "n": 1, "value": 100.0},
            {"key": "", "label": "（空欄）", "numerator": 0, "denominator": 1, "n": 1, "value": 0.0},
        ],
        "total": {"key": "", "label": "", "numerator": 1, "denominator": 2, "n": 2, "value": 50.0},
    }


def test_several_names_give_an_array(capsys):
    shown = json.loads(run(capsys, "leads", "won_amount", "--json"))
    assert [one["metric"] for one in shown] == ["leads", "won_amount"]
    assert shown[1]["total"] == {
        "key": "",
        "label": "",
        "numerator": None,
        "denominator": None,
        "n": 0,
        "value": 0,
        "unknown": 0,
    }


def test_a_share_of_nothing_has_no_value(capsys):
    shown = json.loads(run(capsys, "lead_to_won", "--json"))
    assert (shown["total"]["value"], shown["total"]["denominator"]) == (None, 0)


def test_a_day_as_of_means_its_end(capsys):
    make.lead(recorded_at=make.NOON)
    on_the_day = json.loads(run(capsys, "leads", "--as-of", "2026-06-10", "--json"))
    before = json.loads(run(capsys, "leads", "--as-of", "2026-06-10T11:59:00+09:00", "--json"))
    assert (on_the_day["total"]["n"], before["total"]["n"]) == (1, 0)
    assert on_the_day["as_of"] == "2026-06-10T23:59:59.999999+09:00"


def test_the_table_names_the_parts_of_each_share(capsys):
    make.handoff()
    shown = run(capsys, "acceptance_rate", "--by", "month", "--language", "en")
    assert "2026-06\t0.0\t0/1\tn=1" in shown
    assert "total\t0.0\t0/1\tn=1" in shown


def test_without_a_name_the_figures_are_listed(capsys):
    from leads import metrics

    listed = json.loads(run(capsys, "--json"))
    assert [one["metric"] for one in listed] == list(metrics.METRICS)
    assert all(one["formula"] and one["label"] and one["cohort"] for one in listed)


def test_what_cannot_be_answered_is_one_sentence_in_the_chosen_language():
    assert refused("roi") == "「roi」という指標はありません。"
    assert refused("roi", "--language", "en") == "There is no figure “roi”."
    assert "reason" in refused("leads", "--by", "reason")
    assert "2026-02-30" in refused("leads", "--from", "2026-02-30")
    assert "soon" in refused("leads", "--as-of", "soon")
    assert refused("leads", "--from", "2026-06-02", "--to", "2026-06-01") == "期間の終わりが始まりより前です。"


def test_everything_is_said_in_japanese():
    from django.utils import translation

    from leads import metrics

    for metric in metrics.METRICS.values():
        with translation.override("en"):
            english = [str(metric.label), str(metric.formula), str(metric.cohort_date)]
        with translation.override("ja"):
            japanese = [str(metric.label), str(metric.formula), str(metric.cohort_date)]
        assert not set(english) & set(japanese), metric.name
