"""Namesakes that a file brings: counted before, shown side by side after, never merged."""

import pytest

from leads import duplicates
from leads.models import Lead
from tests import make
from tests.leads.intake.taking import counts, prepared, take_in

pytestmark = pytest.mark.django_db
HEAD = "会社名,氏名,メール,電話番号\n"


def groups(imported):
    return [sorted(lead.email for lead in group) for group in duplicates.brought_by(imported)]


def test_a_namesake_at_the_same_company_is_shown_and_not_merged():
    take_in(HEAD + "㈱くじら化成,髙瀬 澄江,old@kujira.example,\n")
    text = HEAD + "くじら化成株式会社,高瀬 澄江,new@kujira.example,\nみなも,髙瀬 澄江,takase@minamo.example,\n"
    assert prepared(text).survey["forecast"]["alike"] == 1
    imported = take_in(text)
    assert groups(imported) == [["new@kujira.example", "old@kujira.example"]]
    assert counts(imported) == (2, 0, 0, 0)


def test_another_given_name_is_another_person_and_none_is_open():
    take_in(HEAD + "くじら化成,髙瀬 澄江,old@kujira.example,\n")
    assert groups(take_in(HEAD + "くじら化成,髙瀬 圭,other@kujira.example,\n")) == []
    assert groups(take_in(HEAD + "くじら化成,髙瀬,bare@kujira.example,\n")) == [
        ["bare@kujira.example", "old@kujira.example", "other@kujira.example"]
    ]


def test_namesakes_who_were_here_before_and_who_left_do_not_count():
    take_in(HEAD + "くじら化成,髙瀬 澄江,a@kujira.example,\nくじら化成,髙瀬 澄江,b@kujira.example,\n")
    imported = take_in(HEAD + "くじら化成,鳴海 圭,c@kujira.example,\n")
    assert groups(imported) == []
    Lead.objects.filter(email="a@kujira.example").update(removed_at=make.NOON)
    assert groups(take_in(HEAD + "くじら化成,髙瀬 澄江,d@kujira.example,\n")) == [
        ["b@kujira.example", "d@kujira.example"]
    ]


def test_the_report_names_them(client):
    marketer = make.person("marketing")
    client.force_login(marketer)
    take_in(HEAD + "くじら化成,髙瀬 澄江,old@kujira.example,\n")
    imported = take_in(HEAD + "くじら化成,髙瀬 澄江,new@kujira.example,\n", by=marketer)
    page = client.get(imported.get_absolute_url())
    assert page.context["alike_count"] == 1
    for lead in Lead.objects.all():
        assert f'href="{lead.get_absolute_url()}"' in page.text


@pytest.mark.parametrize("rows", [1, 30])
def test_looking_costs_the_same_for_few_rows_as_for_many(rows, django_assert_num_queries):
    take_in(HEAD + "".join(f"架空{n},髙瀬 澄江,o{n}@k{n}.example,\n" for n in range(rows)))
    imported = take_in(HEAD + "".join(f"架空{n},髙瀬 澄江,n{n}@k{n}.example,\n" for n in range(rows)))
    with django_assert_num_queries(2):
        assert len(duplicates.brought_by(imported)) == rows
