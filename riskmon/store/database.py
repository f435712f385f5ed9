"""The database: one engine behind two doors, one to read and one to write, with the clock that stamps what is written.

SQLite, embedded, is the default; PostgreSQL is for a bank with several writers. Both hold the same tables.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError

from riskmon.domain.clock import now
from riskmon.domain.errors import StoreError
from riskmon.store import sqlite
from riskmon.store.locks import Turn

EMBEDDED_NAME: Final = "riskmon.sqlite"
"""The file of the embedded database in a data folder."""

_WRITES = "riskmon_writes"
_CONNECT_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is. One that is embedded in a data folder is made by the first verb that writes."""

    url: URL
    is_embedded: bool

    def __str__(self) -> str:
        """The address, without a password."""
        return self.url.database or "" if self.is_embedded else self.url.render_as_string(hide_password=True)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `clock` stamps what is written; no rule reads it."""

    place: Place
    engine: Engine
    clock: Callable[[], datetime]
    turn: AbstractContextManager[None] = field(default_factory=nullcontext)
    """What a writer to SQLite waits for, among the threads and processes of the machine."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with _explained(self.place), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state from its first statement to its last."""
        with _explained(self.place), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it happens, or nothing. On SQLite it is the only one that writes.

        A broken constraint leaves as `IntegrityError`: what it means is for the verb to say.
        """
        with self.turn, _explained(self.place), self.engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin():
                yield writer

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        if isinstance(self.turn, Turn):
            self.turn.close()


def place_of(data: Path, url: str | None = None) -> Place:
    """Where the database of a data folder is: as the settings say, else embedded in the folder.

    Raises:
        StoreError: the address is none of SQLite or PostgreSQL.
    """
    if url is None:
        return Place(URL.create("sqlite", database=str(data / EMBEDDED_NAME)), is_embedded=True)
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unusable_url() from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database not in (None, "", ":memory:"):
            return Place(parsed, is_embedded=False)
        case "postgresql":
            return Place(parsed.set(drivername="postgresql+psycopg"), is_embedded=False)
        case _:
            raise _unusable_url()


def connect(place: Place, *, creates: bool = False, clock: Callable[[], datetime] = now) -> Database:
    """The database at a place; nothing is asked of it yet. `creates`: an SQLite file may be made.

    Raises:
        StoreError: the file lies on a network file system, or the driver of PostgreSQL is not installed.
    """
    if place.url.get_backend_name() == "sqlite":
        file = Path(str(place.url.database))
        sqlite.refuse_network(file)
        engine = create_engine(
            "sqlite://", creator=lambda: sqlite.connection(file, creates=creates), poolclass=QueuePool
        )
        event.listen(engine, "begin", _begin_sqlite)
        return Database(place, engine, clock, Turn(file))
    try:
        engine = create_engine(
            place.url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_SECONDS}
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "The driver of PostgreSQL is not installed.",
            remedy="Install riskmon with its extra: pip install 'riskmon[postgres]'.",
        ) from error
    return Database(place, engine, clock)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock before it reads, so that what it read still holds when it writes."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    """What the database cannot do is told as one message, without a traceback and without a password."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise  # what we asked for was wrong, not the database
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = (str(cause).strip().splitlines() or [type(error).__name__])[0]
        raise StoreError(
            f"The database {place} cannot be used: {reason}.",
            why="Without it neither what people decided can be read nor a decision be kept.",
            remedy="Check that it is there, whole and reachable; a damaged file is replaced from a backup.",
        ) from error


def _unusable_url() -> StoreError:
    return StoreError(
        "RISKMON_DATABASE_URL is not the address of a database that riskmon can use.",
        remedy="Write sqlite:///PATH or postgresql://USER@HOST/NAME, or unset it for a file in the data folder.",
    )
