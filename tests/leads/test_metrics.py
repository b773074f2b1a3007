"""Figures against small histories that were worked out by hand."""

import datetime

import pytest
from django.utils import timezone

from leads import metrics
from leads.metrics import CannotGroup, ImpossibleFigure, Row, UnknownMetric
from leads.models import Clock, Handoff, Lead, Opportunity
from leads.models.working import Prospect
from portal.models import CompanySettings, Entry
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def hours(n):
    return NOON + datetime.timedelta(hours=n)


def days(n):
    return NOON + datetime.timedelta(days=n)


def figure(name, **how):
    [found] = metrics.compute([name], **how)
    return found


def share(row):
    return row.numerator, row.denominator


def shares(name, by, **how):
    return {row.key: share(row) for row in figure(name, by=by, **how).rows}


def values(name, by, **how):
    return {row.key: row.value for row in figure(name, by=by, **how).rows}


def won(amount=3_000_000, *, at=NOON, on=None, **fields):
    lead = make.opportunity(at=at, amount=amount, **fields)
    lead.win(by=lead.owner, at=days(30), on=on or make.today(), amount=amount)
    return lead


def why(code):
    good_point = make.reason(kind="good_point", code="concrete_need")
    return {"reason": make.reason(code=code), "good_points": [good_point], "line": "時期が決まったら"}


# -- Leads ------------------------------------------------------------------------------------------


def test_a_blank_source_is_not_the_source_called_unknown():
    unknown = make.source("不明", code="unknown")
    make.lead(source=unknown)
    won(source=unknown)
    make.lead(source=None)
    assert shares("lead_to_won", "source") == {"unknown": (1, 2), "": (0, 1)}
    assert share(figure("lead_to_won").total) == (1, 3)


def test_months_begin_at_midnight_in_the_company_s_zone():
    last_minute = datetime.datetime(2026, 5, 31, 14, 59, 59, tzinfo=datetime.UTC)
    make.lead(created_at=last_minute)
    make.lead(created_at=last_minute + datetime.timedelta(seconds=1))
    make.lead(created_at=last_minute + datetime.timedelta(days=70))
    assert values("leads", "month") == {"2026-05": 1, "2026-06": 1, "2026-08": 1}
    assert values("leads", "month", first=datetime.date(2026, 6, 1), last=datetime.date(2026, 8, 31)) == {
        "2026-06": 1,
        "2026-08": 1,
    }


def test_a_period_holds_its_last_day_to_the_end():
    make.lead(created_at=datetime.datetime(2026, 6, 30, 14, 59, tzinfo=datetime.UTC))
    june = {"first": datetime.date(2026, 6, 1), "last": datetime.date(2026, 6, 30)}
    assert figure("leads", **june).total.value == 1
    assert figure("leads", first=datetime.date(2026, 7, 1)).total.value == 0


def test_the_zone_is_a_setting():
    make.lead(created_at=datetime.datetime(2026, 5, 31, 20, tzinfo=datetime.UTC))
    CompanySettings.objects.update_or_create(pk=1, defaults={"time_zone": "UTC"})
    assert values("leads", "month") == {"2026-05": 1}


def test_leads_that_were_removed_do_not_count():
    make.lead(removed_at=NOON)
    assert figure("leads").total.value == 0


def test_a_lead_that_joined_a_colleague_s_opportunity_counts_as_one():
    first = make.opportunity()
    second = make.working(company=first.company)
    second.record_result(by=second.owner, at=hours(1), result="opportunity", join=first.opportunities.get())
    make.lead()
    assert share(figure("lead_to_opportunity").total) == (2, 3)
    first = Lead.objects.get(pk=first.pk)
    first.win(by=first.owner, at=hours(2), on=make.today(), amount=100)
    assert share(figure("lead_to_won").total) == (2, 3)
    assert figure("won_amount").total.value == 100
    assert share(figure("opportunity_rate").total) == (2, 2)


def test_days_to_won_are_counted_from_day_to_day_and_may_be_negative():
    created = datetime.datetime(2026, 6, 9, 15, 30, tzinfo=datetime.UTC)  # 0:30 on the 10th in Tokyo
    for day in (8, 12, 24, 25):
        won(created_at=created, on=datetime.date(2026, 6, day))
    found = figure("time_to_won").total
    assert (found.value, found.n, found.numerator, found.denominator) == (2, 4, None, None)
    assert figure("time_to_won_p90").total.value == 15
    won(created_at=created, on=datetime.date(2026, 6, 1))
    won(created_at=created, on=datetime.date(2026, 6, 2))
    assert figure("time_to_won").total.value == -2


def test_unknown_amounts_are_counted_beside_the_sum():
    won(5_000_000)
    won(None)
    make.opportunity(amount=None)
    make.opportunity(amount=700_000)
    amount, pipeline = figure("won_amount").total, figure("pipeline_amount").total
    assert (amount.value, amount.n, amount.unknown) == (5_000_000, 2, 1)
    assert (pipeline.value, pipeline.n, pipeline.unknown) == (700_000, 2, 1)


def test_won_amounts_belong_to_the_month_they_were_won_in():
    won(100, on=datetime.date(2026, 5, 31))
    won(30, on=datetime.date(2026, 6, 1))
    assert values("won_amount", "month") == {"2026-05": 100, "2026-06": 30}
    assert figure("won_amount", last=datetime.date(2026, 5, 31)).total.value == 100


def test_opportunities_dropped_again_do_not_count():
    lead = make.opportunity()
    lead.recycle(by=lead.owner, at=hours(1), look_again_on=make.today() + datetime.timedelta(days=1))
    assert share(figure("lead_to_opportunity").total) == (0, 1)
    assert figure("pipeline_amount").total.n == 0


# -- Hand-offs ----------------------------------------------------------------------------------------


def test_acceptance_and_returns_are_shares_of_all_hand_offs():
    make.handoff()  # waits
    make.working()
    for code in ("timeline_unclear", "timeline_unclear", "other"):
        offered = make.handoff()
        offered.return_to_sender(by=offered.receiver, at=NOON, **why(code))
    withdrawn = make.handoff()
    withdrawn.withdraw(by=withdrawn.sender, at=NOON, why="宛先ちがい")
    assert figure("handed_over").total.value == 5
    assert share(figure("acceptance_rate").total) == (1, 5)
    assert share(figure("return_rate").total) == (3, 5)
    assert shares("return_rate", "reason") == {"timeline_unclear": (2, 5), "other": (1, 5)}


def test_a_hand_off_that_was_taken_back_does_not_count():
    offered = make.handoff()
    entry = Entry.objects.get(verb="lead.handed_over")
    Lead.objects.get(pk=offered.lead_id).undo(entry, by=offered.sender, at=entry.recorded_at)
    assert figure("handed_over").total.value == 0
    assert figure("answered_in_time").total.n == 0


def test_exceptions_make_a_hand_off_incomplete():
    make.handoff()
    Handoff.objects.filter(pk=make.handoff().pk).update(exception="exhibition")
    assert share(figure("complete_at_hand_over").total) == (1, 2)


def test_what_was_passed_on_counts_where_it_was_passed_to():
    lead = make.working(receiver=make.person("inside_sales"))
    seller = make.person("sales")
    second = lead.hand_over(to=seller, by=lead.owner, at=hours(1), memo="訪問希望")
    second.accept(by=seller, at=hours(2))
    lead = Lead.objects.get(pk=lead.pk)
    assert share(figure("opportunity_rate").total) == (0, 1)
    lead.record_result(by=seller, at=hours(3), result="opportunity", prospect=Prospect(amount=1))
    assert share(figure("opportunity_rate").total) == (1, 1)


def test_hours_to_answer_and_to_contact():
    make.five_promises()
    for wait in (1, 2, 10):
        offered = make.handoff()
        offered.accept(by=offered.receiver, at=hours(wait))
        lead = Lead.objects.get(pk=offered.lead_id)
        lead.record_contact(by=lead.owner, at=hours(2 * wait), channel="call", outcome="reached")
    assert (figure("time_to_answer").total.value, figure("time_to_answer_p90").total.value) == (2.0, 10.0)
    assert (figure("time_to_contact").total.value, figure("time_to_contact").total.n) == (2.0, 3)


def test_definitions_are_named_by_their_revision():
    make.handoff()
    assert shares("acceptance_rate", "definition") == {"hot-lead/1": (0, 1)}


# -- Promises --------------------------------------------------------------------------------------------


def test_a_promise_counts_once_it_is_kept_or_overdue():
    make.five_promises()
    kept, late, ended, running = (make.handoff(at=NOON) for _n in range(4))
    kept.accept(by=kept.receiver, at=hours(1))
    late.accept(by=late.receiver, at=days(2))
    ended.withdraw(by=ended.sender, at=hours(1), why="宛先ちがい")
    Clock.objects.filter(handoff=running).update(due_at=timezone.now() + datetime.timedelta(hours=1))
    total = figure("answered_in_time").total
    assert (share(total), total.n, total.open) == ((1, 2), 4, 2)
    Clock.objects.filter(handoff=running).update(due_at=timezone.now() - datetime.timedelta(hours=1))
    assert share(figure("answered_in_time").total) == (1, 3)


def test_more_time_granted_after_the_due_time_mends_nothing():
    make.five_promises()
    offered = make.handoff()
    clock = offered.clocks.get(commitment__key="answer")
    clock.record_breach(days(1))
    clock.grant(100_000)
    offered.accept(by=offered.receiver, at=hours(30))
    assert Clock.objects.get(pk=clock.pk).stopped_at < Clock.objects.get(pk=clock.pk).due_at
    assert share(figure("answered_in_time").total) == (0, 1)


def test_wins_from_a_file_are_no_promise():
    lead = make.lead(created_at=days(-30))
    Opportunity.objects.create(lead=lead, opened_at=days(-20), state="won", closed_on=make.today(), closed_at=NOON)
    assert share(figure("lead_to_won").total) == (1, 1)
    for name in metrics.METRICS:
        if name.endswith("_in_time") or name in {"handed_over", "acceptance_rate"}:
            assert figure(name).total.n == 0


# -- Units -------------------------------------------------------------------------------------------------


def test_teams_of_fewer_than_three_are_shown_within_their_side():
    big, small, tiny = make.unit("第1グループ"), make.unit("第2グループ"), make.unit("第3グループ")
    receivers = [make.person("sales", unit=big) for _n in range(4)]
    receivers += [make.person("sales", unit=small), make.person("sales", unit=small), make.person("sales", unit=tiny)]
    for receiver in receivers:
        make.handoff(receiver=receiver)
    assert values("acceptance_rate", "unit") == {str(big.pk): 0.0, "side:sales": 0.0}
    assert shares("acceptance_rate", "unit") == {str(big.pk): (0, 4), "side:sales": (0, 3)}


def test_a_small_team_is_not_had_by_subtraction():
    """Alone under its side's name it would stand for two people: the next larger team joins it."""
    big, middle, small = make.unit("第1グループ"), make.unit("第2グループ"), make.unit("第3グループ")
    for unit, n in ((big, 5), (middle, 3), (small, 2)):
        for _n in range(n):
            make.handoff(receiver=make.person("sales", unit=unit))
    assert shares("acceptance_rate", "unit") == {str(big.pk): (0, 5), "side:sales": (0, 5)}


# -- What is refused -------------------------------------------------------------------------------------------


def test_more_than_all_is_refused():
    with pytest.raises(ImpossibleFigure):
        Row.rate("", "", numerator=3, denominator=2, n=2)
    with pytest.raises(ImpossibleFigure):
        Row.rate("", "", numerator=1, denominator=3, n=2)


def test_names_and_groups_that_do_not_exist_are_refused():
    with pytest.raises(UnknownMetric):
        metrics.compute(["roi"])
    with pytest.raises(CannotGroup):
        metrics.compute(["leads"], by="reason")
    with pytest.raises(ValueError):
        metrics.compute(["leads"], first=datetime.date(2026, 6, 2), last=datetime.date(2026, 6, 1))


def test_every_metric_can_be_split_by_all_it_names():
    make.five_promises()
    won(source=make.source(), campaign=make.campaign())
    for metric in metrics.METRICS.values():
        for by in metric.dimensions:
            found = figure(metric.name, by=by)
            if by != "reason":
                assert sum(row.n for row in found.rows) == found.total.n, (metric.name, by)


def test_one_select_serves_all_rates_of_a_cohort(django_assert_num_queries):
    won(source=make.source())
    figure("leads")  # the zone is kept for a minute
    with django_assert_num_queries(2):  # the figures, the names of the sources
        metrics.compute(["leads", "lead_to_opportunity", "lead_to_won"], by="source")


# -- As of an earlier instant -------------------------------------------------------------------------------------


def all_figures(as_of=None, by="source"):
    return [
        (one.metric.name, one.rows, one.total) for one in metrics.compute(list(metrics.METRICS), by=by, as_of=as_of)
    ]


def test_as_of_now_is_what_stands():
    make.five_promises()
    won()
    make.handoff()
    assert all_figures(as_of=timezone.now()) == all_figures()


def test_what_was_recorded_later_was_not_known():
    make.five_promises()
    lead = make.opportunity(amount=2_000_000)
    then, before = timezone.now(), all_figures()
    lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=9_000_000)
    make.handoff()
    assert figure("won_amount").total.value == 9_000_000
    assert all_figures(as_of=then) == before
    assert figure("pipeline_amount", as_of=then).total.value == 2_000_000


def test_what_was_taken_back_later_was_known_in_between():
    make.five_promises()
    lead = make.opportunity(amount=2_000_000)
    entry = lead.win(by=lead.owner, at=hours(1), on=make.today(), amount=9_000_000)
    between, before = timezone.now(), all_figures()
    Lead.objects.get(pk=lead.pk).undo(entry, by=lead.owner, at=entry.recorded_at)
    assert figure("won_amount").total.n == 0
    assert all_figures(as_of=between) == before


def test_a_win_that_a_file_brought_later_was_not_known():
    lead = make.lead()
    then = timezone.now()
    Opportunity.objects.create(lead=lead, opened_at=days(-20), state="won", closed_on=make.today(), closed_at=NOON)
    assert share(figure("lead_to_won").total) == (1, 1)
    assert share(figure("lead_to_won", as_of=then).total) == (0, 1)


def test_leads_of_a_later_file_were_not_known_and_removed_ones_were():
    make.lead(recorded_at=days(0), removed_at=days(2))
    make.lead(recorded_at=days(1))
    assert [figure("leads", as_of=days(n)).total.value for n in (-1, 0, 1, 2, 3)] == [0, 1, 2, 1, 1]


def test_a_clock_that_ran_out_later_still_ran_then():
    make.five_promises()
    offered = make.handoff()
    Lead.objects.update(recorded_at=NOON)
    Clock.objects.filter(handoff=offered).update(
        started_at=timezone.now(), due_at=timezone.now() + datetime.timedelta(days=1)
    )
    soon, later = timezone.now(), timezone.now() + datetime.timedelta(days=2)
    assert share(figure("answered_in_time", as_of=soon).total) == (0, 0)
    assert share(figure("answered_in_time", as_of=later).total) == (0, 1)
