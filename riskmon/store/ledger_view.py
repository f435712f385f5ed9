"""The ledger as those see it who only ask: the run in force and what is claimed of every line, read again when it has changed."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final

from sqlalchemy import select, text

from riskmon.store import sqlite
from riskmon.store.database import Database, Place
from riskmon.store.ledger import LineKey, current_publication, earmarked
from riskmon.store.limits import approved_count
from riskmon.store.schema import open_to_read
from riskmon.store.waivers import Allowance, allowances


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says at one moment.

    Attributes:
        run_id: the run in force, which claims are counted against; None before the first.
        claims: by line, what live earmarks take of it, in minor units of the reporting currency.
        limits: how many proposals about limits are approved.
        allowances: what approved waivers allow that had not lapsed on the date of the run in force.
    """

    run_id: str | None = None
    claims: Mapping[LineKey, int] = field(default_factory=lambda: MappingProxyType({}))
    limits: int = 0
    allowances: tuple[Allowance, ...] = ()


NOTHING: Final = Standing()
"""What a ledger says that nobody has written to."""


class LedgerView:
    """Reads the ledger for as long as a server lives. Safe to share between threads.

    The ledger is read whole when it has changed, and whether it has costs next to nothing to ask, so that every answer counts
    what was committed before the question.
    """

    def __init__(self, place: Place) -> None:
        """Look at the ledger of a database, which need not be there yet."""
        self._place = place
        self._lock = Lock()
        self._database: Database | None = None
        self._watch: sqlite3.Connection | None = None
        self._mark: object = None
        self._standing = NOTHING
        self.is_elsewhere: Final = place.url.get_backend_name() != "sqlite"
        """Whether every question goes to a server, which may keep it waiting."""

    def now(self) -> Standing:
        """What stands now.

        Raises:
            StoreError: the database cannot be read.
        """
        with self._lock:
            if self._database is None:
                self._database = open_to_read(self._place)
                if self._database is None:
                    return NOTHING
            # The mark is older than what is read after it: a change in between is read twice, never missed.
            mark = self._marked(self._database)
            if mark != self._mark:
                self._standing, self._mark = _read(self._database), mark
            return self._standing

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if self._watch is not None:
                self._watch.close()
            if self._database is not None:
                self._database.close()
            self._watch = self._database = self._mark = None

    def _marked(self, database: Database) -> object:
        """Something that is different once anybody has committed a change."""
        if database.engine.dialect.name == "sqlite":
            if self._watch is None:
                self._watch = sqlite.connection(Path(str(self._place.url.database)), creates=False)
            return self._watch.execute("PRAGMA data_version").fetchone()
        with database.reading() as connection:
            return connection.execute(text("SELECT pg_current_snapshot()::text")).scalar()


def _read(database: Database) -> Standing:
    with database.reading() as connection:
        # One statement after the other may see two publications: read until both see one.
        while True:
            before = current_publication(connection)
            claims = MappingProxyType(earmarked(connection))
            limits = connection.execute(select(approved_count())).scalar() or 0
            if current_publication(connection) == before and (before is None or before.limits == limits):
                allowed = tuple(allowances(connection, date.min if before is None else before.as_of))
                return Standing(None if before is None else before.run_id, claims, limits, allowed)
