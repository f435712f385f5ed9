"""The schema: which version a database has, and how it comes to the one of this program."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from riskmon.domain.clock import now
from riskmon.domain.errors import StoreError
from riskmon.store.database import Database, Place, connect

SCHEMA_VERSION: Final = "0008"
"""The version that this program reads and writes: the last of the migrations."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_UPGRADE_LOCK: Final = 0x7269736B6D6F6E
"""Key of the advisory lock that one upgrade of a PostgreSQL holds."""


def upgrade(place: Place) -> str | None:
    """Make the database or bring it to the version of this program, in one transaction; upgrades wait for each other.

    Returns the version it had, None if there was nothing.

    Raises:
        StoreError: it cannot be reached or made, or a newer program made it.
    """
    database = open_to_make(place)
    try:
        with database.writing() as connection:
            take_turn(connection)
            version = schema_version(connection)
            if version != SCHEMA_VERSION:
                _refuse_newer(place, version)
                _migrate(connection)
            return version
    finally:
        database.close()


def open_to_make(place: Place, *, clock: Callable[[], datetime] = now) -> Database:
    """The database, whatever it holds; the folder and file of an SQLite one are made.

    Raises:
        StoreError: it cannot be made.
    """
    if place.url.get_backend_name() == "sqlite":
        _make_folder(Path(str(place.url.database)).parent, place)
    return connect(place, creates=True, clock=clock)


def open_to_read(place: Place, *, clock: Callable[[], datetime] = now) -> Database | None:
    """The database, if there is one: of an embedded one that nobody has written to yet there is nothing to read.

    Raises:
        StoreError: there is none where the settings name one, or it is unreachable, damaged or of another version.
    """
    if place.is_embedded and not Path(str(place.url.database)).exists():
        return None
    database = connect(place, clock=clock)
    version = _version_of(database)
    if version is None and place.is_embedded:
        database.close()
        return None
    return _checked(database, version)


def open_to_write(place: Place, *, clock: Callable[[], datetime] = now) -> Database:
    """The database, made first if it is an embedded one that nobody has written to yet.

    Raises:
        StoreError: as `open_to_read`.
    """
    database = open_to_read(place, clock=clock)
    if database is not None:
        return database
    upgrade(place)
    return connect(place, clock=clock)


def make_schema(connection: Connection, version: str | None = None) -> None:
    """Bring the schema to a version that this program knows, to its own if none is named, in the caller's transaction.

    Raises:
        StoreError: this program does not know the version.
    """
    from alembic.util import CommandError

    try:
        _migrate(connection, version or "head")
    except CommandError as error:
        raise StoreError(
            f"This program, of the schema {SCHEMA_VERSION}, knows no schema {version}.",
            why="It would write what it does not understand.",
            remedy="Use the version of riskmon that made it.",
        ) from error


def _checked(database: Database, version: str | None) -> Database:
    if version == SCHEMA_VERSION:
        return database
    database.close()
    _refuse_newer(database.place, version)
    state = "holds no tables of riskmon" if version is None else f"has the older schema {version}"
    raise StoreError(
        f"The database {database.place} {state}; this program needs {SCHEMA_VERSION}.",
        why="What people decided would be read wrongly or not at all.",
        remedy="Run `riskmon db upgrade`, after a backup.",
    )


def _refuse_newer(place: Place, version: str | None) -> None:
    if version is not None and version > SCHEMA_VERSION:
        raise StoreError(
            f"The database {place} has the schema {version}, which is newer than {SCHEMA_VERSION}.",
            why="An older program would write what the newer one no longer understands.",
            remedy="Use the version of riskmon that upgraded it.",
        )


def _version_of(database: Database) -> str | None:
    try:
        with database.reading() as connection:
            return schema_version(connection)
    except StoreError:
        database.close()
        raise


def take_turn(connection: Connection) -> None:
    """Let nobody else change the schema before this transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})


def schema_version(connection: Connection) -> str | None:
    """The version of the schema that a database has; None where it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(connection: Connection, version: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _make_folder(folder: Path, place: Place) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The database {place} cannot be made: {error}.", remedy="Name a folder that can be written to."
        ) from error
