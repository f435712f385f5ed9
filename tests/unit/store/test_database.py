"""The two doors of the database on both stores, and what cannot be a database, told in one message."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import text

from riskmon.domain.errors import StoreError
from riskmon.store import sqlite
from riskmon.store.database import connect, place_of
from riskmon.store.schema import open_to_read

HALF_PAST = datetime(2026, 6, 30, 8, 30, tzinfo=UTC)


@pytest.fixture
def database(store_place):
    opened = connect(store_place, clock=lambda: HALF_PAST)
    with opened.writing() as connection:
        connection.execute(text("CREATE TABLE counters (name text PRIMARY KEY, number integer NOT NULL)"))
        connection.execute(text("INSERT INTO counters VALUES ('a', 0)"))
    yield opened
    opened.close()


def number(database):
    with database.reading() as connection:
        return connection.execute(text("SELECT number FROM counters")).scalar_one()


def test_what_fails_half_way_leaves_nothing_behind(database):
    def fail_half_way():
        with database.writing() as connection:
            connection.execute(text("UPDATE counters SET number = 1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert number(database) == 0


def test_no_count_is_lost_among_writers_that_read_first(database):
    # On SQLite the lock is taken before the read; on PostgreSQL the row is locked by it.
    is_sqlite = database.engine.dialect.name == "sqlite"
    read = text("SELECT number FROM counters" if is_sqlite else "SELECT number FROM counters FOR UPDATE")
    together = Barrier(8)

    def add(_):
        together.wait()
        for _ in range(5):
            with database.writing() as connection:
                seen = connection.execute(read).scalar_one()
                connection.execute(text("UPDATE counters SET number = :n"), {"n": seen + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))
    assert number(database) == 40


def test_a_reader_sees_what_was_kept_while_somebody_writes(database):
    with database.writing() as connection:
        connection.execute(text("UPDATE counters SET number = 1"))
        assert number(database) == 0
    assert number(database) == 1


def test_the_clock_is_handed_in(database):
    assert database.clock() == HALF_PAST


def test_sqlite_loses_nothing_when_the_power_fails_and_holds_its_references(tmp_path):
    place = place_of(tmp_path)
    connection = sqlite.connection(tmp_path / "riskmon.sqlite", creates=True)
    settings = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    ]
    connection.close()
    # synchronous 2 is FULL
    assert settings == ["wal", 2, 1, 10_000]
    assert place.url.database == str(tmp_path / "riskmon.sqlite")


@pytest.mark.parametrize(
    "content",
    [b"not a database at all, only some text of a note" * 40, b"SQLite format 3\x00" + b"\xff" * 4080],
)
def test_a_damaged_file_is_told_in_one_message(tmp_path, content):
    (tmp_path / "riskmon.sqlite").write_bytes(content)
    with pytest.raises(StoreError, match="cannot be used") as told:
        open_to_read(place_of(tmp_path))
    assert "riskmon.sqlite" in told.value.what
    assert "backup" in told.value.remedy


def test_a_page_that_was_overwritten_is_told_when_it_is_read(store_place, tmp_path):
    if store_place.url.get_backend_name() != "sqlite":
        pytest.skip("a page of PostgreSQL is its own to guard")
    file = tmp_path / "store" / "riskmon.sqlite"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StoreError, match="malformed"):
        open_to_read(store_place)


def test_a_folder_is_no_database(tmp_path):
    (tmp_path / "riskmon.sqlite").mkdir()
    with pytest.raises(StoreError, match="unable to open database file"):
        open_to_read(place_of(tmp_path))


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "duckdb:///x"]
)
def test_an_address_of_something_else_is_refused(tmp_path, url):
    with pytest.raises(StoreError, match="RISKMON_DATABASE_URL"):
        place_of(tmp_path, url)


def test_no_message_shows_a_password(tmp_path):
    # Port 1 of the own machine answers nobody.
    place = place_of(tmp_path, "postgresql://riskmon:geheim@127.0.0.1:1/risk")
    with pytest.raises(StoreError) as told:
        open_to_read(place)
    assert "geheim" not in str(told.value)
    assert "geheim" not in repr(place)
    assert "127.0.0.1" in told.value.what


MOUNTS = """overlay / overlay rw 0 0
server:/export /mnt/bank\\040data nfs4 rw 0 0
/dev/sda1 /mnt/bank\\040data/local ext4 rw 0 0
"""


def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(tmp_path):
    assert sqlite.file_system(tmp_path / "a", MOUNTS) == "overlay"
    shared = tmp_path.__class__("/mnt/bank data/risk")
    assert sqlite.file_system(shared, MOUNTS) == "nfs4"
    assert sqlite.file_system(shared.parent / "local" / "risk", MOUNTS) == "ext4"
    assert sqlite.file_system(shared, "") is None


def test_a_file_on_a_network_file_system_is_refused(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/export {tmp_path} nfs rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(sqlite, "_MOUNTS", mounts)
    with pytest.raises(StoreError, match=r"network file system \(nfs\)"):
        connect(place_of(tmp_path / "data"))
