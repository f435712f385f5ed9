"""Locks between the processes of one machine: files beside an SQLite database that nobody writes to."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from riskmon.domain.errors import StoreError


class Turn:
    """The turn of one writer, among threads and processes. SQLite's own lock lets those who wait starve, and gives up on them."""

    def __init__(self, database: Path) -> None:
        """Take turns for this database file. Nothing is opened yet."""
        self._path = database.with_name(f"{database.name}-turn")
        self._lock = Lock()
        self._handle: int | None = None

    def __enter__(self) -> None:
        """Wait for the turn."""
        self._lock.acquire()
        try:
            if self._handle is None:
                self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except OSError as error:
            self._lock.release()
            raise StoreError(
                f"The folder of the database {self._path.parent} cannot be written to: {error.strerror}.",
                remedy="Free some space, or see who may write there.",
            ) from error

    def __exit__(self, *_: object) -> None:
        """Give the turn to the next."""
        try:
            if self._handle is not None:
                fcntl.flock(self._handle, fcntl.LOCK_UN)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def served_by_one(database: Path) -> Iterator[None]:
    """Keep a second server from an SQLite file for as long as the block runs. A process that was killed holds nothing.

    Raises:
        StoreError: another server has it.
    """
    try:
        handle = os.open(database.with_name(f"{database.name}-server"), os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        # Where no file can be made, none can be written to.
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise StoreError(
            f"Another server of riskmon already serves the database {database}.",
            why="Two servers on one SQLite file would wait for each other at every write.",
            remedy="Stop it, name another data folder, or set RISKMON_DATABASE_URL to a PostgreSQL, which several may share.",
        ) from error
    try:
        yield
    finally:
        os.close(handle)
