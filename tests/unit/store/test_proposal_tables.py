"""What the database itself refuses of every kind of proposal: one person alone, and a row that is written over."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from riskmon.store.database import connect

AT = "2026-06-30T08:00:00.000000+00:00"
CONTENT = {
    "limit": {"limits": "[]", "run_id": "c0ffee"},
    "waiver": {
        "book_id": "b", "limit_id": "L", "subject_kind": "obligor", "subject_id": "A", "amount_minor": 1, "currency": "CNY",
        "valid_until": "2026-06-30", "groups": "A", "run_id": "c0ffee",
    },
}  # fmt: skip
KINDS = sorted(CONTENT)


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    yield opened
    opened.close()


def add(database, table, row):
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    with database.writing() as connection:
        connection.execute(text(" ".join(("INSERT INTO", table, f"({names}) VALUES ({values})"))), row)


def propose(database, kind, **changes):
    row = CONTENT[kind] | {"proposal_id": "p1", "reason": "board", "proposed_by": "Li Na", "proposed_at": AT}
    add(database, f"{kind}_proposals", row | changes)


def decide(database, kind, **changes):
    row = {
        "proposal_id": "p1", "proposed_by": "Li Na", "decision": "approved", "decided_by": "Wang Wei",
        "decided_at": AT, "note": None,
    }  # fmt: skip
    add(database, f"{kind}_decisions", row | changes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "changes",
    [
        {"decided_by": "Li Na"},
        {"decided_by": " li na "},
        {"decision": "withdrawn"},
        {"proposed_by": "Somebody Else", "decided_by": "Li Na"},
        {"proposal_id": "p2"},
    ],
)
def test_no_person_alone_has_anything_approved(database, kind, changes):
    propose(database, kind)
    with pytest.raises(IntegrityError):
        decide(database, kind, **changes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("changes", [{"reason": " "}, {"proposed_by": ""}])
def test_nothing_is_proposed_without_a_name_and_a_reason(database, kind, changes):
    with pytest.raises(IntegrityError):
        propose(database, kind, **changes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", ["proposals", "decisions"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET proposed_by = 'Somebody Else'"])
def test_what_was_proposed_and_decided_stays_as_it_was_written(database, kind, table, change):
    propose(database, kind)
    decide(database, kind)
    with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
        connection.execute(text(change.format(f"{kind}_{table}")))
