"""The schema on both stores: made once, recognised, and the same as the tables that the program speaks to."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import riskmon.store
import riskmon.store.access_tables
import riskmon.store.audit_tables
import riskmon.store.ledger_tables
import riskmon.store.limits
import riskmon.store.outbox_tables
import riskmon.store.waivers  # their tables are part of the schema
from riskmon.domain.errors import StoreError
from riskmon.store.database import connect, place_of
from riskmon.store.schema import SCHEMA_VERSION, open_to_read, open_to_write, upgrade
from riskmon.store.tables import METADATA


def test_an_upgrade_makes_the_schema_and_a_second_one_changes_nothing(store_url, tmp_path):
    place = place_of(tmp_path, store_url)
    assert upgrade(place) is None
    assert upgrade(place) == SCHEMA_VERSION
    database = open_to_read(place)
    assert database is not None
    database.close()


def test_the_migrations_make_exactly_the_tables_that_the_program_speaks_to(store_place):
    database = connect(store_place)
    with database.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_the_version_of_the_program_is_its_last_migration():
    folder = Path(riskmon.store.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [SCHEMA_VERSION]


def test_upgrades_at_the_same_time_wait_for_each_other(store_url, tmp_path):
    place = place_of(tmp_path, store_url)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: upgrade(place), range(8)))
    assert sorted(found, key=str) == [SCHEMA_VERSION] * 7 + [None]


def test_a_database_without_the_schema_or_with_another_says_what_to_do(store_url, tmp_path):
    place = place_of(tmp_path, store_url)
    (tmp_path / "store").mkdir()
    database = connect(place, creates=True)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE other (id integer)"))
    with pytest.raises(StoreError, match="holds no tables of riskmon") as refused:
        open_to_write(place)
    assert "riskmon db upgrade" in refused.value.remedy
    for version, said in (("0000", "older schema 0000"), ("9999", "newer than")):
        with database.writing() as connection:
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
        with pytest.raises(StoreError, match=said):
            open_to_read(place)
    with pytest.raises(StoreError, match="newer than"):
        upgrade(place)
    database.close()


def test_an_embedded_database_is_made_by_the_first_that_writes(tmp_path):
    place = place_of(tmp_path / "data")
    assert open_to_read(place) is None
    assert not (tmp_path / "data").exists()
    open_to_write(place).close()
    database = open_to_read(place)
    assert database is not None
    database.close()


def test_a_named_database_is_never_made_in_passing(tmp_path):
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'named.sqlite'}")
    for opens in (open_to_read, open_to_write):
        with pytest.raises(StoreError, match="unable to open database file"):
            opens(place)
    assert not (tmp_path / "named.sqlite").exists()
