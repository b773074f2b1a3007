import json

import pytest
from django.core.management import call_command

from leads.models import Import, Lead
from tests import make

pytestmark = pytest.mark.django_db


def run(path, *arguments, capsys):
    """(exit status, standard output, lines of standard error)"""
    status = 0
    try:
        call_command("import_leads", str(path), *arguments)
    except SystemExit as stopped:
        status = stopped.code
    out = capsys.readouterr()
    return status, out.out, out.err.splitlines()


@pytest.fixture
def leads(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("氏名,メール\nA,a@a.example\nB,b@b.example\n")
    return path


def test_a_file_comes_in(leads, capsys):
    status, out, errors = run(leads, "--json", capsys=capsys)
    told = json.loads(out)
    assert (status, errors) == (0, [])
    assert {name: told[name] for name in ("rows", "created", "updated", "unchanged", "refused")} == {
        "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "refused": 0,
    }  # fmt: skip
    assert Import.objects.get(pk=told["import"]).state == "done"


def test_refused_rows_are_status_1_and_a_line_each(tmp_path, capsys):
    path = tmp_path / "leads.csv"
    path.write_text("氏名,メール\nA,nobody\nB,b@b.example\n")
    status, _out, errors = run(path, "--refused", str(tmp_path / "mend.csv"), capsys=capsys)
    assert status == 1
    assert len(errors) == 1
    assert "メール" in errors[0]
    assert (tmp_path / "mend.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert Lead.objects.count() == 1


def test_a_dry_run_tells_and_leaves_nothing(leads, capsys):
    status, out, _errors = run(leads, "--dry-run", "--json", capsys=capsys)
    assert (status, json.loads(out)["created"], json.loads(out)["import"]) == (0, 2, None)
    assert (Lead.objects.count(), Import.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"", []),
        (b"a,b\n1,2\n", []),
        (b"PK\x03\x04broken", []),
        (b"email\na@a.example\n", ["--mapping", "nothing"]),
        (b"email\na@a.example\n", ["--mapping", "missing.toml"]),
        (b"email\na@a.example\n", ["--encoding", "klingon"]),
        (b"email\na@a.example\n", ["--dates", "x"]),
        (b"email\na@a.example\n", ["--by", "nobody@example.com"]),
        (b"email\n", []),
        ("氏名,email\n山田,a@a.example\n".encode("cp932"), ["--encoding", "utf-8"]),
    ],
)
def test_what_cannot_start_is_status_2_in_one_line_and_leaves_nothing(content, arguments, tmp_path, capsys):
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    status, out, errors = run(path, *arguments, capsys=capsys)
    assert (status, out, len(errors)) == (2, "", 1)
    assert Import.objects.count() == 0


def test_a_missing_file_is_status_2(tmp_path, capsys):
    status, _out, errors = run(tmp_path / "nothing.csv", capsys=capsys)
    assert (status, len(errors)) == (2, 1)


def test_an_own_mapping_and_the_intent_are_taken(leads, tmp_path, capsys):
    mapping = tmp_path / "own.toml"
    mapping.write_text('system = "crm"\n[columns]\n"氏名" = "external_id"\n"メール" = "email"\n')
    by = make.person("marketing")
    status, out, _errors = run(
        leads, "--mapping", str(mapping), "--intent", "append", "--by", by.email, "--json", capsys=capsys
    )
    assert status == 0
    assert json.loads(out)["mapping"] == "own"
    assert Lead.objects.filter(external_key="crm:A").count() == 1
    assert Import.objects.get().by == by


def test_ambiguous_bytes_do_not_start(tmp_path, capsys):
    path = tmp_path / "leads.csv"
    path.write_bytes("city,email\nSão Paulo,a@a.example\n".encode("cp1252"))
    status, _out, errors = run(path, capsys=capsys)
    assert status == 2
    assert "Windows-1252" in errors[0]
    assert run(path, "--encoding", "cp1252", capsys=capsys)[0] == 0
