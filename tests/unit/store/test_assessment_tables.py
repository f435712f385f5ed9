"""What the database itself refuses, whoever speaks to it: the two-person rule, and that a row stays as it was written."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from riskmon.store.database import connect

PROPOSAL = {
    "proposal_id": "p1", "relationship_id": "R1", "source_party_id": "A", "target_party_id": "B", "kind": "control",
    "basis": None, "assessment": "confirmed", "reason": "visit", "valid_until": None, "run_id": "c0ffee",
    "proposed_by": "Li Na", "proposed_at": "2026-06-30T08:00:00.000000+00:00",
}  # fmt: skip
DECISION = {
    "proposal_id": "p1", "proposed_by": "Li Na", "decision": "approved", "decided_by": "Wang Wei",
    "decided_at": "2026-06-30T09:00:00.000000+00:00", "note": None,
}  # fmt: skip


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    yield opened
    opened.close()


def add(database, table, row, how="INSERT"):
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    with database.writing() as connection:
        connection.execute(text(" ".join((how, "INTO", table, f"({names}) VALUES ({values})"))), row)


def propose(database, **changes):
    add(database, "assessment_proposals", PROPOSAL | changes)


def decide(database, **changes):
    add(database, "assessment_decisions", DECISION | changes)


def rows(database, table):
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(" ".join(("SELECT * FROM", table))))]


@pytest.mark.parametrize(
    "changes",
    [
        {"decided_by": "Li Na"},
        {"decided_by": " li na "},
        {"decided_by": "Li Na", "decision": "declined"},
        {"decision": "withdrawn"},
        {"proposed_by": "Somebody Else", "decided_by": "Li Na"},
        {"proposal_id": "p2"},
        {"decided_by": " "},
        {"decision": "overruled"},
    ],
)
def test_the_two_person_rule_holds_in_the_database(database, changes):
    propose(database)
    with pytest.raises(IntegrityError):
        decide(database, **changes)
    assert rows(database, "assessment_decisions") == []


def test_naming_another_proposer_does_not_help_where_references_are_switched_off(database):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("references of PostgreSQL cannot be switched off by who writes")
    propose(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    with pytest.raises(IntegrityError, match="who made it"):
        decide(database, proposed_by="Somebody Else", decided_by="Li Na")


def test_a_proposal_is_decided_once(database):
    propose(database)
    decide(database)
    with pytest.raises(IntegrityError):
        decide(database, decided_by="Zhao Min", decision="declined")
    assert [row[3] for row in rows(database, "assessment_decisions")] == ["Wang Wei"]


def test_the_proposer_withdraws_and_another_declines(database):
    for number, changes in enumerate(
        ({"decision": "withdrawn", "decided_by": "Li Na"}, {"decision": "declined"})
    ):
        propose(database, proposal_id=f"p{number}")
        decide(database, proposal_id=f"p{number}", **changes)
    assert len(rows(database, "assessment_decisions")) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment_proposals SET reason = 'other'",
        "UPDATE assessment_decisions SET decided_by = 'Zhao Min'",
        "DELETE FROM assessment_decisions",
        "DELETE FROM assessment_proposals",
    ],
)
def test_no_row_is_changed_or_deleted(database, statement):
    propose(database)
    decide(database)
    with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
        connection.execute(text(statement))
    assert len(rows(database, "assessment_proposals")) == len(rows(database, "assessment_decisions")) == 1


def test_no_row_is_replaced_and_no_table_emptied(database):
    propose(database)
    if database.engine.dialect.name == "sqlite":
        with pytest.raises(IntegrityError, match="only ever added"):
            add(database, "assessment_proposals", PROPOSAL | {"reason": "other"}, "INSERT OR REPLACE")
    else:
        with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
            connection.execute(text("TRUNCATE assessment_proposals CASCADE"))
    assert [row[7] for row in rows(database, "assessment_proposals")] == ["visit"]


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "  "},
        {"reason": None},
        {"proposed_by": ""},
        {"assessment": "none"},
        {"valid_until": "2026-06-29"},
        {"relationship_id": None},
        {"proposal_id": None},
    ],
)
def test_a_proposal_says_what_it_must(database, changes):
    with pytest.raises(IntegrityError):
        propose(database, **changes)


def test_a_last_day_may_be_the_day_of_the_proposal(database):
    propose(database, valid_until="2026-06-30")
    assert len(rows(database, "assessment_proposals")) == 1
