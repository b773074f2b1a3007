import pytest
from django.db import connection
from django.urls import reverse

from portal.models import SearchDocument
from portal.search import excerpts, finding, indexing, notation
from portal.search.tokens import Term, fold, terms, tokenise
from tests import make

pytestmark = pytest.mark.django_db


def write(*bodies):
    """Documents of a kind of their own, in this order; their object ids count from 1."""
    texts = dict(enumerate(bodies, start=1))
    source = indexing.Source("page", lambda ids: [(pk, texts[pk]) for pk in ids if pk in texts], lambda: iter(texts))
    indexing.register(source)
    indexing.index("page", list(texts))
    return texts


@pytest.fixture(autouse=True)
def _forget():
    yield
    indexing._sources.pop("page", None)


def found(words, limit=30):
    return [document.object_id for document in finding.find(words, ["page"], limit).documents]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("点検表", ["点検", "検表", "表"]),
        ("表", ["表"]),
        ("Kamome 食品", ["kamome", "食品", "品"]),
        ("ＡＢＣ", ["abc"]),
        ("a.b@c-d.example", ["a", "b", "c", "d", "example"]),
        ("㈱", ["株"]),
        ("", []),
        ("'; DROP TABLE--", ["drop", "table"]),
    ],
)
def test_text_becomes_tokens(text, tokens):
    assert tokenise(text) == tokens


def test_a_query_is_a_phrase_for_each_word():
    assert terms("点検表 ka") == [Term(("点検", "検表"), is_open=False), Term(("ka",), is_open=True)]


@pytest.mark.parametrize("written", ["データ", "ﾃﾞｰﾀ", "でーた", "デ\u3099ータ".replace("デ\u3099", "テ\u3099")])
def test_width_kana_and_marks_are_folded(written):
    assert fold(written) == "でーた"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("商談を進める", "商談"),
        ("連携の定例", "連携"),
        ("カモメ食品", "かもめ"),
        ("かもめ食品", "ｶﾓﾒ"),
        ("ＡＢＣ商事", "abc"),
        ("abc商事", "ＡＢＣ"),
        ("㈱くじら", "株"),
        ("東京都の在庫", "京都の在"),
        ("hamabe@kamome.example", "kamome"),
        ("hamabe@kamome.example", "HAMABE@kamome"),
        ("電話 不在のため", "不在 電話"),
        ("点検表ABCを配る", "表ABC"),
        ("セキュリティ要件", "セキュ"),
    ],
)
def test_what_is_written_is_found(text, words):
    write("ほかの話", text, "さらに別の話")
    assert found(words) == [2]


@pytest.mark.parametrize("words", ["商検", "点談", "電化", "kamomes", "検 表談"])
def test_pairs_that_do_not_stand_together_are_not_found(words):
    write("商談と点検", "電子化", "kamome")
    assert found(words) == []


def test_every_word_must_be_there():
    write("点検の電子化", "点検の記録", "電子化の予算")
    assert found("点検 電子化") == [1]


def test_the_newest_comes_first_and_a_rewritten_one_is_new():
    write("点検 一", "点検 二", "点検 三")
    indexing.index("page", [1])
    assert found("点検") == [1, 3, 2]


def test_a_record_that_is_gone_loses_its_document():
    texts = write("点検", "記録")
    del texts[1]
    indexing.index("page", [1])
    assert found("点検") == []
    assert SearchDocument.objects.filter(kind="page").count() == 1


def test_an_old_word_is_forgotten():
    texts = write("点検")
    texts[1] = "記録"
    indexing.index("page", [1])
    assert (found("点検"), found("記録")) == ([], [1])


def test_a_common_word_is_answered_from_the_newest(monkeypatch):
    monkeypatch.setattr(finding, "COMMON", 4)
    monkeypatch.setattr(finding, "MOST", 6)
    write(*(["点検"] * 9))
    result = finding.find("点検", ["page"], 30)
    assert [document.object_id for document in result.documents] == [9, 8, 7, 6]
    assert result.more


@pytest.mark.postgres
def test_a_word_that_was_common_once_is_found_from_the_newest(monkeypatch):
    for name, value in {"RECENT": 3, "FURTHER": 6, "COMMON": 4, "MOST": 5}.items():
        monkeypatch.setattr(finding, name, value)
    write(*(["点検"] * 8), "記録", "記録", "記録", "記録")
    result = finding.find("点検", ["page"], 30)
    assert [document.object_id for document in result.documents][:2] == [8, 7]
    assert (result.total, result.more) == (5, True)


@pytest.mark.parametrize("words", ["", "   ", "!?", "'", "“", "* NEAR(", "a:b", '"', "\\"])
def test_no_query_breaks_the_database(words):
    write("点検")
    assert found(words) == []


def test_a_tsvector_is_written_with_its_positions():
    assert notation.document(["点検", "検表", "点検"], "postgresql") == "'点検':1,3 '検表':2"
    assert notation.query(terms("点検表 a"), "postgresql") == "('点検' <-> '検表') & ('a':*)"


def test_a_long_document_can_be_written():
    write("点検" * 4000 + "終")
    assert len(SearchDocument.objects.get(kind="page").body) == 8000


def test_an_excerpt_marks_what_was_found_and_escapes_the_rest():
    text = "件名\n<b>紙の</b>ﾃﾞｰﾀ点検"
    assert excerpts.of(text, "データ") == "&lt;b&gt;紙の&lt;/b&gt;<mark>ﾃﾞｰﾀ</mark>点検"


def test_an_excerpt_of_a_long_line_begins_near_the_word():
    html = excerpts.of("あ" * 200 + "点検" + "い" * 200, "点検")
    assert html.startswith("…あ")
    assert html.endswith("い…")
    assert "<mark>点検</mark>" in html


def test_the_command_writes_all_documents_anew(capsys):
    from django.core.management import call_command

    write("点検", "記録")
    SearchDocument.objects.all().delete()
    call_command("reindex_search", "page")
    assert capsys.readouterr().out == "page 2\n"
    assert found("記録") == [2]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the triggers are SQLite's")
def test_the_index_follows_whatever_deletes_documents():
    write("点検")
    SearchDocument.objects.all().delete()
    write("記録")
    assert found("点検") == []


# -- The page ------------------------------------------------------------------------------


def test_the_page_shows_groups_with_marks(client):
    lead = make.lead(company=make.company("かもめ食品"), family_name="浜辺")
    indexing.index("lead", [lead.pk])
    client.force_login(make.person())
    page = client.get(reverse("portal:search"), {"q": "カモメ"}).text
    assert "<mark>かもめ</mark>" in page
    assert lead.get_absolute_url() in page


def test_nothing_found_says_so(client):
    client.force_login(make.person())
    assert "見つかりませんでした" in client.get(reverse("portal:search"), {"q": "無い言葉"}).text


def test_an_unknown_kind_is_not_found(client):
    client.force_login(make.person())
    assert client.get(reverse("portal:search"), {"q": "点検", "kind": "nothing"}).status_code == 404


@pytest.mark.parametrize("leads", [1, 25])
def test_the_page_needs_few_queries(client, leads, django_assert_max_num_queries):
    made = [make.lead(company=make.company("かもめ食品")) for _ in range(leads)]
    indexing.index("lead", [lead.pk for lead in made])
    client.force_login(make.person())
    with django_assert_max_num_queries(12):
        client.get(reverse("portal:search"), {"q": "かもめ"})
