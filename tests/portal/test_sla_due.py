"""The command that other programs ask for a due time."""

import csv
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.management.commands.sla_due import Command
from portal.management.plain import CouldNotStart
from portal.models import BusinessCalendar
from tests.portal.hours import FILE, ORACLES, SPECS, at

DOCS = Path(__file__).parents[2] / "docs"
CASES = list(csv.DictReader((ORACLES / "sla_oracle.csv").open(encoding="utf-8", newline="")))
ASKED = ["--start", "2026-06-10T10:00:00+09:00", "--minutes", "240"]


def ask(capsys, *arguments):
    call_command("sla_due", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments):
    """Exit status and the lines on standard error, as a program sees them."""
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "sla_due", *arguments])
    said = capsys.readouterr()
    assert said.out == ""
    return ended.value.code, said.err.splitlines()


def in_file(calendars):
    """The oracle's calendar column with the file before each name: FILE#A|T|FILE#B."""
    return "|".join(f"{FILE}#{part}" if part in SPECS else part for part in calendars.split("|"))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_oracle_through_the_command(capsys, case):
    pauses = [f"--pause={pause}" for pause in case["pauses"].split(";") if pause]
    answer = ask(
        capsys,
        *("--start", case["start_iso"], "--minutes", case["target_minutes"], "--mode", case["mode"]),
        *("--calendar", in_file(case["calendar"]), *pauses),
    )
    assert set(answer) == {"due", "intervals"}
    assert all(set(row) == {"from", "to", "counted", "minutes", "reason"} for row in answer["intervals"])
    if not case["expected_due_iso"]:
        assert answer["due"] is None
        return
    assert answer["due"] == case["expected_due_iso"]
    counted = sum(row["minutes"] for row in answer["intervals"] if row["counted"])
    assert counted == pytest.approx(int(case["target_minutes"]), abs=1e-9)


def test_the_second_calendar_may_be_a_name_of_the_same_file(capsys):
    change = "2026-06-11T00:00:00+09:00"
    answer = ask(
        capsys,
        *("--start", "2026-06-10T17:00:00+09:00", "--minutes", "180"),
        *("--calendar", f"{FILE}#JP-STD|{change}|JP-EARLY"),
    )
    assert answer["due"] == "2026-06-11T10:00:00+09:00"


def test_reasons_are_codes_with_the_holiday_s_name(capsys):
    start = ["--start", "2026-05-05T17:00:00+09:00", "--minutes", "60"]
    answer = ask(capsys, *start, "--calendar", f"{FILE}#JP-STD")
    assert [(row["counted"], row["minutes"], row["reason"]) for row in answer["intervals"]] == [
        (False, 420, "holiday: こどもの日"),
        (False, 1440, "holiday: 振替休日"),
        (False, 540, "outside_hours"),
        (True, 60, None),
    ]


def test_an_open_pause_has_no_due_time_and_no_end(capsys):
    answer = ask(capsys, *ASKED, "--calendar", f"{FILE}#JP-STD", "--pause", "2026-06-10T11:00:00+09:00/")
    assert answer == {
        "due": None,
        "intervals": [
            {
                "from": "2026-06-10T10:00:00+09:00",
                "to": "2026-06-10T11:00:00+09:00",
                "counted": True,
                "minutes": 60,
                "reason": None,
            },
            {"from": "2026-06-10T11:00:00+09:00", "to": None, "counted": False, "minutes": None, "reason": "pause"},
        ],
    }


def test_an_instant_without_offset_is_in_the_calendar_s_zone(capsys):
    answer = ask(capsys, "--start", "2026-03-06T17:00", "--minutes", "120", "--calendar", f"{FILE}#US-NY")
    assert answer["due"] == "2026-03-09T10:00:00-04:00"


def test_for_people_it_speaks_their_language(capsys):
    call_command("sla_due", *ASKED, "--calendar", f"{FILE}#JP-LUNCH", "--language", "en")
    assert capsys.readouterr().out.splitlines() == [
        "Due: 2026-06-10T15:00:00+09:00",
        "2026-06-10T10:00:00+09:00 / 2026-06-10T12:00:00+09:00  120 min  counted",
        "2026-06-10T12:00:00+09:00 / 2026-06-10T13:00:00+09:00  60 min  Break",
        "2026-06-10T13:00:00+09:00 / 2026-06-10T15:00:00+09:00  120 min  counted",
    ]


@pytest.mark.parametrize(
    ("calendar", "year", "said"), [("JP-STD", 2027, False), ("JP-STD", 2028, True), ("US-NY", 2028, False)]
)
def test_it_says_when_the_holidays_are_only_computed(capsys, calendar, year, said):
    asked = ["--start", f"{year}-02-28T10:00", "--minutes", "60", "--calendar", f"{FILE}#{calendar}"]
    call_command("sla_due", *asked, "--language", "en")
    sentence = "The holidays from 2028 on are computed; the Cabinet Office has not published them yet."
    assert (sentence in capsys.readouterr().out.splitlines()) is said


@pytest.mark.django_db
def test_a_calendar_of_the_database_goes_by_its_short_name(capsys):
    BusinessCalendar.objects.ship()
    answer = ask(capsys, "--start", "2026-06-12T18:30:00+09:00", "--minutes", "240", "--calendar", "business-hours")
    assert answer["due"] == "2026-06-15T13:00:00+09:00"


@pytest.mark.django_db
def test_a_calendar_of_the_database_may_follow_one_of_a_file(capsys):
    BusinessCalendar.objects.ship()
    calendar = f"{FILE}#JP-LUNCH|2026-06-10T11:00:00+09:00|business-hours"
    assert ask(capsys, *ASKED, "--calendar", calendar)["due"] == "2026-06-10T14:00:00+09:00"


@pytest.mark.django_db
def test_an_unknown_short_name_could_not_start():
    with pytest.raises(CouldNotStart, match="nowhere") as refusal:
        call_command("sla_due", *ASKED, "--calendar", "nowhere")
    assert refusal.value.returncode == 2


@pytest.mark.django_db
def test_a_calendar_that_was_never_published_could_not_start():
    BusinessCalendar.objects.create(slug="draft", name="案")
    with pytest.raises(CouldNotStart, match="案"):
        call_command("sla_due", *ASKED, "--calendar", "draft")


STD = ["--calendar", f"{FILE}#JP-STD"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "--start is missing."),
        (ASKED, "--calendar is missing."),
        (["--start", "2026-06-10T10:00", *STD], "--minutes is missing."),
        ([*ASKED, *STD, "--mode", "wall"], "The mode is business or clock, not “wall”."),
        ([*ASKED, *STD, "--minutes", "ten"], "“ten” is no number of minutes."),
        ([*ASKED, *STD, "--minutes=-5"], "“-5” is no number of minutes."),
        ([*ASKED, *STD, "--minutes", "9" * 30], f"“{'9' * 30}” is no number of minutes."),
        ([*ASKED, *STD, "--minutes", "9999999999"], "Not due within a hundred years on this calendar."),
        ([*ASKED, *STD, "--start", "10 June"], "“10 June” is no instant (2026-06-12T18:30:00+09:00)."),
        ([*ASKED, *STD, "--pause", "2026-06-10"], "“2026-06-10” is no pause (FROM/TO, or FROM/ while it lasts)."),
        (
            [*ASKED, *STD, "--pause", "2026-06-11T00:00/2026-06-10T00:00"],
            "The pause “2026-06-11T00:00/2026-06-10T00:00” ends before it begins.",
        ),
        ([*ASKED, "--calendar", f"{FILE}#NONE"], f"There is no calendar “NONE” in {FILE}."),
        ([*ASKED, "--calendar", f"{FILE}#JP-STD|x"], "A change of calendars is written A|INSTANT|B."),
        (
            [*ASKED, "--calendar", f"{FILE}#JP-STD|2026-06-11|JP-SAT|2026-06-11|JP-STD"],
            "The changes of calendars are not in order.",
        ),
        (
            ["--start", "2026-11-01T01:30", "--minutes", "1", "--calendar", f"{FILE}#US-NY"],
            "“2026-11-01T01:30” is in a night in which the clocks change: add its offset.",
        ),
        (
            [*ASKED, *STD, "--minuts", "1"],
            "The arguments are not right (see --help): unrecognized arguments: --minuts 1",
        ),
    ],
)
def test_what_it_cannot_do_is_one_line_and_status_2(capsys, arguments, sentence):
    assert refused(capsys, *arguments, "--language", "en") == (2, [sentence])


@pytest.mark.parametrize(
    ("content", "name", "detail"),
    [
        ("{", "A", "cannot be read"),
        ("[]", "A", "no calendar"),
        ('{"A": {"tz": "Mars"}}', "A", "“Mars” is no time zone"),
    ],
)
def test_a_file_that_holds_no_such_calendar_is_one_line_and_status_2(capsys, tmp_path, content, name, detail):
    file = tmp_path / "calendars.json"
    file.write_text(content, encoding="utf-8")
    status, lines = refused(capsys, *ASKED, "--calendar", f"{file}#{name}", "--language", "en")
    assert (status, len(lines)) == (2, 1)
    assert detail in lines[0]


def test_errors_are_japanese_unless_asked_otherwise(capsys):
    status, lines = refused(capsys, *ASKED)
    assert (status, lines) == (2, ["--calendar がありません。"])


def test_the_whole_program_answers_with_its_exit_status():
    command = [sys.executable, "manage.py", "sla_due", *ASKED]
    done = subprocess.run([*command, *STD, "--json"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert at(json.loads(done.stdout)["due"]) == at("2026-06-10T14:00:00+09:00")
    missing = subprocess.run([*command, "--calendar", "no.json#A"], capture_output=True, text=True, check=False)
    assert (missing.returncode, missing.stdout, len(missing.stderr.splitlines())) == (2, "", 1)


def documented(language):
    """The commands of docs/clocks with the lines printed under them."""
    text = (DOCS / f"clocks.{language}.md").read_text(encoding="utf-8")
    for block in re.findall(r"```console\n\$ manage\.py sla_due (.*?)\n(.*?)\n```", text, re.DOTALL):
        yield pytest.param(language, *block, id=f"{language} {block[0]}")


EXAMPLES = [*documented("ja"), *documented("en")]


def test_the_documentation_works_three_examples_in_each_language():
    assert len(EXAMPLES) == 6


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "arguments", "printed"), EXAMPLES)
def test_the_documentation_shows_what_is_printed(capsys, language, arguments, printed):
    BusinessCalendar.objects.ship()
    call_command("sla_due", *shlex.split(arguments), "--language", language)
    assert capsys.readouterr().out.strip() == printed
