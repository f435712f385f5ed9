"""`riskmon audit`: what is printed, what is data, and what each call ends with."""

import json

import pytest
from sqlalchemy import text

from riskmon.store.database import connect, place_of
from riskmon.store.schema import upgrade
from tests.auditing import AT, entry, sealed, written

DATA = ("--data", "data")


@pytest.fixture
def database(riskmon, tmp_path):
    place = place_of(tmp_path / "data")
    upgrade(place)
    opened = connect(place)
    yield opened
    opened.close()


def touch(database, statement):
    with database.writing() as connection:
        for name in ("unchanged", "undeleted"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entries_{name}"))
        connection.execute(text(statement))


def test_an_untouched_audit_with_its_head_ends_with_zero(riskmon, database):
    sealed(database, 2)
    written(database, entry("D-3"))
    # Taking the head seals what was written until then.
    taken = riskmon("audit", "head", "--out", "head.json", *DATA)
    assert (taken.returncode, "head.json: position 3" in taken.stdout) == (0, True)
    written(database, entry("D-4"))
    seen = riskmon("audit", "verify", "--head", "head.json", *DATA)
    assert (seen.returncode, "3 sealed entries: untouched" in seen.stdout) == (0, True)
    assert "1 entries wait for their seal." in seen.stdout
    assert "No head was given" in riskmon("audit", "verify", *DATA).stdout


def test_a_touched_audit_names_the_entry_and_ends_with_three(riskmon, database):
    sealed(database, 3)
    riskmon("audit", "head", "--out", "head.json", *DATA)
    touch(database, "UPDATE audit_entries SET reason = 'never said' WHERE position = 2")
    seen = riskmon("audit", "verify", *DATA)
    assert (seen.returncode, "Position 2 (earmark.placed D-2): was changed" in seen.stdout) == (3, True)
    touch(database, "DELETE FROM audit_entries WHERE position > 1")
    assert riskmon("audit", "verify", *DATA).returncode == 0
    told = riskmon("audit", "verify", "--head", "head.json", *DATA, "--json")
    assert (told.returncode, [each["fault"] for each in json.loads(told.stdout)["broken"]]) == (
        3,
        ["head_missing"],
    )


def test_a_database_that_is_gone_does_not_hold_the_head_that_was_taken_of_it(riskmon, database, tmp_path):
    sealed(database, 1)
    riskmon("audit", "head", "--out", "head.json", *DATA)
    assert riskmon("audit", "verify", "--head", "head.json", "--data", "elsewhere").returncode == 3
    assert riskmon("audit", "verify", "--data", "elsewhere").returncode == 0


def test_a_head_is_never_written_over_and_another_file_is_no_head(riskmon, database, tmp_path):
    riskmon("audit", "head", "--out", "head.json", *DATA)
    again = riskmon("audit", "head", "--out", "head.json", *DATA)
    assert (again.returncode, "cannot be written" in again.stderr) == (2, True)
    (tmp_path / "other.json").write_text('{"position": 3}')
    for name in ("other.json", "missing.json"):
        seen = riskmon("audit", "verify", "--head", name, *DATA)
        assert (seen.returncode, "cannot be read as the head" in seen.stderr) == (2, True)


def test_entries_are_listed_with_what_was_before_and_after(riskmon, database):
    written(database, entry("D-1", before={"state": "open"}, reason="visit"))
    written(database, entry("D-2", by="Wang Wei"))
    said = riskmon("audit", "list", "--subject", "D-1", *DATA).stdout
    assert said.splitlines()[0] == "unsealed  2026-07-01T09:00:00Z  earmark.placed D-1 by Li Na: visit"
    assert 'before: {"state": "open"}' in said
    day = AT.date().isoformat()
    for words, found in {
        ("--by", "Wang Wei"): ["D-2"],
        ("--since", day, "--until", day): ["D-1", "D-2"],
        ("--until", "2026-06-30"): [],
        ("--action", "earmark", "--most", "1"): ["D-1"],
    }.items():
        items = json.loads(riskmon("audit", "list", *words, *DATA, "--json").stdout)["items"]
        assert [each["subject"] for each in items] == found
