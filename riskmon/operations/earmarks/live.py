"""The ledger of a server: opened when it is first needed, for as long as the server lives, and on SQLite by no other server."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from riskmon.operations.checks import Decisions
from riskmon.operations.earmarks.claims import measures_of
from riskmon.operations.earmarks.ledger import Ledger, open_ledger
from riskmon.operations.earmarks.resolve_earmark import expire_earmarks
from riskmon.settings import Settings
from riskmon.store.database import Place
from riskmon.store.locks import served_by_one
from riskmon.store.schema import open_to_read


class LiveLedger:
    """The ledger of one data folder. Safe to share between threads."""

    def __init__(self, decisions: Decisions, place: Place, settings: Settings) -> None:
        """Open nothing yet."""
        self._decisions, self._place, self._settings = decisions, place, settings
        self._lock = Lock()
        self._open = ExitStack()
        self._ledger: Ledger | None = None

    def opened(self) -> Ledger:
        """The ledger; the first who asks makes an embedded database that nobody has written to.

        Raises:
            StoreError: the database cannot be written to.
        """
        with self._lock:
            if self._ledger is None:
                measures = measures_of(self._decisions, most_days=self._settings.snapshot_max_age_days)
                opening = open_ledger(self._place, measures, most_hours=self._settings.earmark_hours_max)
                self._ledger = self._open.enter_context(opening)
            return self._ledger

    def sweep(self) -> None:
        """End the earmarks whose time is over, if there is a ledger.

        Raises:
            StoreError: the database cannot be used.
        """
        if self._ledger is None:
            database = open_to_read(self._place)
            if database is None:
                return
            database.close()
        expire_earmarks(self.opened())

    def close(self) -> None:
        """Do what was asked, and close."""
        with self._lock:
            self._ledger = None
            self._open.close()


@contextmanager
def served_alone(place: Place) -> Iterator[None]:
    """Keep a second server from an SQLite file for as long as the block runs; several share one PostgreSQL.

    Raises:
        StoreError: another server has it.
    """
    if place.url.get_backend_name() != "sqlite":
        yield
        return
    with served_by_one(Path(str(place.url.database))):
        yield
