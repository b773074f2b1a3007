import json

import pytest
from django.core.management import call_command
from django.db import connection

from portal import verifying

pytestmark = pytest.mark.django_db


def test_a_fresh_portal_holds(capsys):
    call_command("verify", "--json")
    shown = json.loads(capsys.readouterr().out)
    assert shown["holds"]
    assert [one["check"] for one in shown["checks"] if not one["holds"]] == []


def test_what_does_not_hold_is_named_and_left_alone(capsys, monkeypatch):
    faults = [verifying.Fault(f"lead:{n}", "×2") for n in range(1, 151)]
    check = verifying.Check("everything", "All is well.", lambda: faults)
    monkeypatch.setattr(verifying, "_checks", {"everything": check})
    with pytest.raises(SystemExit) as end:
        call_command("verify", "--json")
    assert end.value.code == 1
    [shown] = json.loads(capsys.readouterr().out)["checks"]
    assert (shown["count"], len(shown["faults"]), shown["faults"][0]) == (150, 100, {"where": "lead:1", "what": "×2"})
    with pytest.raises(SystemExit):
        call_command("verify", "--language", "en")
    assert "and 140 more" in capsys.readouterr().out


def test_a_lost_trigger_is_found():
    assert list(verifying.missing_trigger("portal_entry", "trail")) == []
    with connection.cursor() as cursor:
        on = " ON portal_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER portal_trail_is_append_only{on}")
    assert list(verifying.missing_trigger("portal_entry", "trail")) == [verifying.Fault("portal_entry", "trail")]
