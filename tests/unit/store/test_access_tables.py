"""What the database itself refuses of keys, whoever speaks to it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from riskmon.store.database import connect

KEY = {
    "key_id": "k1", "secret_sha256": "0" * 64, "holder": "Wu Fang", "roles": "administrator", "branches": None,
    "created_by": "Li Na", "created_at": "2026-06-30T08:00:00.000000+00:00",
    "expires_at": "2026-07-30T08:00:00.000000+00:00", "needs_approval": 1,
}  # fmt: skip
APPROVAL = {
    "key_id": "k1", "created_by": "Li Na", "approved_by": "Wang Wei",
    "approved_at": "2026-06-30T09:00:00.000000+00:00",
}  # fmt: skip
REVOCATION = {
    "key_id": "k1", "revoked_by": "Li Na", "revoked_at": "2026-07-01T08:00:00.000000+00:00", "reason": "lost",
}  # fmt: skip


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    yield opened
    opened.close()


def add(database, table, row):
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    with database.writing() as connection:
        connection.execute(text(" ".join(("INSERT INTO", table, f"({names}) VALUES ({values})"))), row)


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": "Li Na"},
        {"approved_by": " LI NA "},
        {"created_by": "Somebody Else", "approved_by": "Li Na"},
        {"approved_by": " "},
        {"key_id": "k2"},
    ],
)
def test_nobody_approves_a_key_that_he_made(database, changes):
    add(database, "access_keys", KEY)
    with pytest.raises(IntegrityError):
        add(database, "access_key_approvals", APPROVAL | changes)


def test_naming_another_maker_does_not_help_where_references_are_switched_off(database):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("references of PostgreSQL cannot be switched off by who writes")
    add(database, "access_keys", KEY)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    with pytest.raises(IntegrityError, match="who made that"):
        add(database, "access_key_approvals", APPROVAL | {"created_by": "Nobody", "approved_by": "Li Na"})


@pytest.mark.parametrize(
    "changes",
    [
        {"secret_sha256": "rkm"},
        {"expires_at": KEY["created_at"]},
        {"needs_approval": 2},
        {"holder": " "},
        {"roles": ""},
    ],
)
def test_a_key_that_makes_no_sense_is_not_kept(database, changes):
    with pytest.raises(IntegrityError):
        add(database, "access_keys", KEY | changes)


@pytest.mark.parametrize("table", ["access_keys", "access_key_approvals", "access_key_revocations"])
@pytest.mark.parametrize("change", ["UPDATE {} SET key_id = 'k9'", "DELETE FROM {}"])
def test_what_was_done_stays_so_that_a_revoked_key_never_comes_back(database, table, change):
    add(database, "access_keys", KEY)
    add(database, "access_key_approvals", APPROVAL)
    add(database, "access_key_revocations", REVOCATION)
    with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
        connection.execute(text(change.format(table)))
