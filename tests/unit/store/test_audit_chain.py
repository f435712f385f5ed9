"""Somebody who can write to the database touches the audit: whatever he does is told, with the entry it was done to."""

from itertools import product

import pytest
from sqlalchemy import insert, literal_column, select, text, update

from riskmon.store.audit import GENESIS, Head, entry_hash, head, record
from riskmon.store.audit_chain import Fault, examine
from riskmon.store.audit_tables import AUDIT_ENTRIES, SEAL, WRITTEN
from riskmon.store.database import connect
from tests.auditing import AT, entry, rebuilt, sealed, tampering

COUNT = 5
PLACES = range(1, COUNT + 1)
TABLE = AUDIT_ENTRIES.c


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    opened_head = sealed(opened, COUNT)
    assert opened_head.position == COUNT
    yield opened
    opened.close()


@pytest.fixture
def exported(database):
    with database.reading() as connection:
        return head(connection)


def faults(connection, *heads):
    return [(each.fault, each.first, each.last) for each in examine(connection, heads).broken]


def raw(connection, name, place):
    return connection.execute(
        text(f'SELECT "{name}" FROM audit_entries WHERE position = {place}')  # noqa: S608
    ).scalar_one()


def put(connection, name, place, value):
    """Store bytes as they are, though SQLite would not take them for text."""
    if isinstance(value, bytes) and connection.dialect.name == "sqlite":
        value = literal_column(f"CAST(x'{value.hex()}' AS TEXT)")
    elif isinstance(value, bytes):
        value = value.decode("utf-8", "replace")  # PostgreSQL takes nothing that is no text
    connection.execute(
        update(AUDIT_ENTRIES)
        .where(TABLE.position == place)
        .values({TABLE[name]: value if not isinstance(value, str) else literal_of(value)})
    )


def literal_of(value):
    """Text that no type of the column turns into something else."""
    return text("'" + value.replace("'", "''").replace(":", "\\:") + "'")


def flipped(value):
    """One byte of a value as another; of a number one bit."""
    if isinstance(value, int):
        yield value ^ (1 << 40)
        return
    stored = value.encode()
    for place in {0, len(stored) // 2, len(stored) - 1}:
        # The bits of an ASCII byte that leave it text; of another the whole byte.
        other = stored[place] ^ 1 if stored[place] < 0x80 else ord("?")
        yield stored[:place] + bytes([other]) + stored[place + 1 :]


def test_an_untouched_chain_is_told_so_with_its_head(database, exported):
    with database.reading() as connection:
        found = examine(connection, [exported, Head(0, GENESIS)])
    assert (found.sealed, found.head, found.broken) == (COUNT, exported, [])


def test_a_byte_that_was_flipped_names_its_entry(database):
    for name, place in product([*WRITTEN, "previous_hash", "hash"], PLACES):
        with database.reading() as connection:
            value = raw(connection, name, place)
        for other in flipped(value):
            with tampering(database) as connection:
                put(connection, name, place, other)
                assert faults(connection) == [(Fault.CHANGED, place, place)], (name, place, other)


def test_bytes_that_are_no_text_are_told_like_any_other(tmp_path):
    from riskmon.store.database import place_of
    from riskmon.store.schema import upgrade

    place = place_of(tmp_path)
    upgrade(place)
    database = connect(place)
    sealed(database, 2)
    for name in ("at", "by", "action", "subject", "before", "after", "reason", "hash"):
        with tampering(database) as connection:
            put(connection, name, 1, b"\xff\xfe")
            assert faults(connection)[0] == (Fault.CHANGED, 1, 1)
    database.close()


def test_what_was_emptied_or_filled_names_its_entry(database):
    for place in PLACES:
        for name in ("before", "after", "reason"):
            with tampering(database) as connection:
                put(connection, name, place, None)
                assert faults(connection) == [(Fault.CHANGED, place, place)]


def test_an_entry_that_was_moved_leaves_a_hole_and_is_no_whole_one(database, exported):
    for place in PLACES:
        with tampering(database) as connection:
            put(connection, "position", place, 1_000)
            found = examine(connection, [exported]).broken
            told = {(each.fault, each.first) for each in found}
            assert {(Fault.CHANGED, 1_000)} < told
            assert (Fault.MISSING if place < COUNT else Fault.HEAD_MISSING, place) in told
            assert [each.said for each in found if each.fault is Fault.CHANGED] == [
                f"earmark.placed D-{place}"
            ]
        with tampering(database) as connection:
            put(connection, "position", place, -1)
            assert (Fault.MISPLACED, -1, -1) in faults(connection)


def test_an_entry_that_was_taken_out_leaves_a_hole(database):
    for place in range(1, COUNT):
        with tampering(database) as connection:
            connection.execute(text(f"DELETE FROM audit_entries WHERE position = {place}"))  # noqa: S608
            assert faults(connection) == [(Fault.MISSING, place, place)]


def test_an_end_that_was_taken_off_is_told_by_the_exported_head(database, exported):
    for kept in range(COUNT):
        with tampering(database) as connection:
            connection.execute(text(f"DELETE FROM audit_entries WHERE position > {kept}"))  # noqa: S608
            assert faults(connection) == []
            assert faults(connection, exported) == [(Fault.HEAD_MISSING, COUNT, COUNT)]


def test_an_unsealed_end_is_the_same_to_the_exported_head(database, exported):
    with tampering(database) as connection:
        none = dict.fromkeys(SEAL)
        connection.execute(update(AUDIT_ENTRIES).where(TABLE.position == COUNT).values(**none))
        found = examine(connection, [exported])
        assert (len(found.unsealed), [each.fault for each in found.broken]) == (1, [Fault.HEAD_MISSING])


@pytest.mark.parametrize("names", [("position",), SEAL], ids=["position", "whole seal"])
def test_two_entries_that_changed_places_are_both_named(database, names):
    for one, other in ((1, 2), (2, 4), (1, COUNT), (COUNT - 1, COUNT)):
        with tampering(database) as connection:
            rows = {
                row["position"]: row
                for row in connection.execute(select(*[TABLE[name] for name in SEAL])).mappings()
            }
            first, second = rows[one], rows[other]
            put(connection, "position", one, 999)
            connection.execute(
                update(AUDIT_ENTRIES)
                .where(TABLE.position == other)
                .values({name: first[name] for name in names})
            )
            connection.execute(
                update(AUDIT_ENTRIES)
                .where(TABLE.position == 999)
                .values({name: second[name] for name in names})
            )
            told = {place for fault, place, _ in faults(connection) if fault is Fault.CHANGED}
            assert told == {one, other}


def test_an_entry_that_was_put_in_is_told(database):
    """Those behind it have to move, and are not what was sealed at their places any more."""
    for place in PLACES:
        with tampering(database) as connection:
            connection.execute(
                text("UPDATE audit_entries SET position = -position WHERE position >= :place"),
                {"place": place},
            )
            connection.execute(text("UPDATE audit_entries SET position = 1 - position WHERE position < 0"))
            before = (
                connection.execute(select(TABLE.hash).where(TABLE.position == place - 1)).scalar() or GENESIS
            )
            written = (99, AT.isoformat(timespec="microseconds"), "X", "limit.raised", "L", None, None, None)
            forged = {"position": place, "previous_hash": before, "hash": entry_hash(place, before, written)}
            own = dict(zip(WRITTEN, written, strict=True))
            connection.execute(insert(AUDIT_ENTRIES).values(**{**own, "at": AT}, **forged))
            told = faults(connection)
            assert [at for fault, at, _ in told if fault is Fault.CHANGED] == list(
                range(place + 1, COUNT + 2)
            )


def test_an_entry_made_anew_with_its_own_hash_is_named_by_the_one_behind_it(database, exported):
    for place in range(1, COUNT):
        with tampering(database) as connection:
            put(connection, "reason", place, "never said")
            row = tuple(raw(connection, name, place) for name in WRITTEN)
            put(connection, "hash", place, entry_hash(place, raw(connection, "previous_hash", place), row))
            assert faults(connection) == [(Fault.REWRITTEN, place, place)]


def test_a_chain_made_anew_from_an_entry_on_is_told_by_the_exported_head(database, exported):
    for place in PLACES:
        with tampering(database) as connection:
            put(connection, "reason", place, "never said")
            rebuilt(connection)
            assert faults(connection) == []
            assert faults(connection, exported) == [(Fault.HEAD_DIFFERS, COUNT, COUNT)]


def test_of_two_heads_the_one_before_the_forgery_still_holds(database, exported):
    with database.reading() as connection:
        early = Head(2, connection.execute(select(TABLE.hash).where(TABLE.position == 2)).scalar_one())
    with tampering(database) as connection:
        put(connection, "reason", 3, "never said")
        rebuilt(connection)
        assert faults(connection, early, exported) == [(Fault.HEAD_DIFFERS, COUNT, COUNT)]


def test_entries_that_wait_for_their_seal_are_told_and_are_no_fault(database, exported):
    with database.writing() as connection:
        record(connection, entry("D-9"), AT)
    with database.reading() as connection:
        found = examine(connection, [exported])
    assert (len(found.unsealed), found.sealed, found.broken) == (1, COUNT, [])
