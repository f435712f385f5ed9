"""The audit on both stores: an entry is kept with what it tells of, never changed, and sealed once in one order."""

import json
import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from riskmon.store.audit import GENESIS, Head, Wanted, entries, has_unsealed, head, record, seal
from riskmon.store.audit_chain import examine
from riskmon.store.audit_tables import AUDIT_ENTRIES
from riskmon.store.database import connect, place_of
from riskmon.store.schema import upgrade
from tests.auditing import AT, entry, sealed, written


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    yield opened
    opened.close()


def listed(database, **wanted):
    with database.reading() as connection:
        return entries(connection, Wanted(**wanted), most=100)


def test_what_is_not_kept_leaves_no_entry(database):
    def given_up():
        with database.writing() as connection:
            record(connection, entry("D-1"), AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        given_up()
    written(database, entry("D-2"))
    assert [kept.entry.subject for kept in listed(database)] == ["D-2"]


def test_every_entry_gets_the_next_position_once_and_the_head_is_the_last(database):
    with database.reading() as connection:
        assert head(connection) == Head(0, GENESIS)
    written(database, entry("D-1"), entry("D-2"))
    assert has_unsealed(database)
    assert (seal(database), seal(database)) == (2, 0)
    written(database, entry("D-3"))
    assert seal(database) == 1
    kept = listed(database)
    assert [(each.position, each.entry.subject) for each in kept] == [(1, "D-1"), (2, "D-2"), (3, "D-3")]
    with database.reading() as connection:
        assert head(connection) == Head(3, kept[2].hash)
        assert examine(connection).broken == []


def test_more_entries_than_are_sealed_at_once_make_one_chain(database, monkeypatch):
    monkeypatch.setattr("riskmon.store.audit.MOST_SEALED", 2)
    assert sealed(database, 5).position == 5
    with database.reading() as connection:
        assert examine(connection).broken == []


def test_an_entry_that_was_written_first_and_kept_last_is_sealed_last(postgres_url, tmp_path):
    """On SQLite two transactions never write at once; on PostgreSQL none is left out that ends later."""
    place = place_of(tmp_path, postgres_url)
    upgrade(place)
    database = connect(place)
    with database.writing() as slow:
        record(slow, entry("written first"), AT)
        written(database, entry("written second"))
        assert seal(database) == 1
    assert seal(database) == 1
    found = {each.entry.subject: each.position for each in listed(database)}
    assert found == {"written second": 1, "written first": 2}
    with database.reading() as connection:
        assert examine(connection).broken == []
    database.close()


def test_many_who_seal_at_once_make_one_chain_without_a_hole(database, monkeypatch):
    monkeypatch.setattr("riskmon.store.audit.MOST_SEALED", 3)
    written(database, *(entry(f"D-{n}") for n in range(20)))
    threads = [threading.Thread(target=seal, args=(database,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        found = examine(connection)
    assert (found.sealed, list(found.unsealed), found.broken) == (20, [], [])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET reason = 'other' WHERE position = 1",
        "UPDATE audit_entries SET reason = 'other' WHERE position IS NULL",
        "UPDATE audit_entries SET position = 9 WHERE position = 1",
        "UPDATE audit_entries SET position = NULL, previous_hash = NULL, hash = NULL WHERE position = 1",
        "DELETE FROM audit_entries WHERE position = 1",
        "DELETE FROM audit_entries WHERE position IS NULL",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry_sealed_or_not(database, statement):
    sealed(database, 1)
    written(database, entry("unsealed"))
    with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit_entries (sequence, at, \"by\", action, subject) VALUES (1, '2026', 'X', 'a', 's')",
        'INSERT OR REPLACE INTO audit_entries (at, "by", action, subject, position, previous_hash, hash)'
        " VALUES ('2026', 'X', 'a', 's', 1, '', '')",
        "UPDATE OR REPLACE audit_entries SET position = 1, previous_hash = '', hash = '' WHERE position IS NULL",
    ],
)
def test_sqlite_replaces_no_entry(tmp_path, statement):
    place = place_of(tmp_path)
    upgrade(place)
    database = connect(place)
    sealed(database, 1)
    written(database, entry("unsealed"))
    with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
        connection.execute(text(statement))
    database.close()


def test_postgresql_does_not_empty_the_audit(postgres_url, tmp_path):
    place = place_of(tmp_path, postgres_url)
    upgrade(place)
    database = connect(place)
    with pytest.raises(IntegrityError, match="only ever added"), database.writing() as connection:
        connection.execute(text("TRUNCATE audit_entries"))
    database.close()


def test_nobody_writes_without_a_name_and_half_a_seal_is_none(database):
    with pytest.raises(IntegrityError):
        written(database, entry(by=" "))
    half = {"at": AT, "by": "X", "action": "a", "subject": "s", "position": 1, "hash": "0"}
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(AUDIT_ENTRIES).values(**half))


def test_a_state_is_one_text_whatever_the_order_of_its_words(database):
    said = {"until": date(2026, 9, 30), "amount": "1000000000000.01", "at": AT, "who": "李娜", "hours": 24}
    written(database, entry(after=said), entry(after=dict(reversed(said.items()))))
    with database.reading() as connection:
        texts = list(connection.execute(select(AUDIT_ENTRIES.c.after)).scalars())
    expected = (
        '{"amount":"1000000000000.01","at":"2026-07-01T09:00:00+00:00","hours":24,'
        '"until":"2026-09-30","who":"李娜"}'
    )
    assert texts == [expected, expected]
    assert listed(database)[0].entry.after == json.loads(expected)


@pytest.mark.parametrize("state", [{"amount": 1.5}, {"rows": [{"rate": 0.1}]}, {"what": object()}])
def test_a_state_that_would_read_back_otherwise_is_refused(database, state):
    with pytest.raises(TypeError):
        written(database, entry(after=state))
    assert listed(database) == []


def test_entries_are_listed_by_what_is_asked_and_go_on_where_they_ended(database):
    written(database, entry("D-1"), entry("D-2", "earmark.confirmed", by="Wang Wei"))
    written(database, entry("D-1", "earmarked_by_mistake"), at=AT + timedelta(days=1))
    subjects = {
        "noun": listed(database, action="earmark"),
        "action": listed(database, action="earmark.confirmed"),
        "by": listed(database, by="Li Na", subject="D-1"),
        "since": listed(database, since=AT + timedelta(seconds=1)),
        "until": listed(database, until=AT + timedelta(seconds=1)),
        "after": listed(database, after=listed(database)[1].sequence),
    }
    assert {name: [each.entry.action for each in found] for name, found in subjects.items()} == {
        "noun": ["earmark.placed", "earmark.confirmed"],
        "action": ["earmark.confirmed"],
        "by": ["earmark.placed", "earmarked_by_mistake"],
        "since": ["earmarked_by_mistake"],
        "until": ["earmark.placed", "earmark.confirmed"],
        "after": ["earmarked_by_mistake"],
    }
