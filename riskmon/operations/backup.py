"""Backing up the database into one file, and restoring it into an empty place: the same on both stores.

Snapshots are not in it: a finished one never changes, so its folder is copied as it is.
"""

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError
from riskmon.domain.person import person
from riskmon.operations.assessments import Item, reading
from riskmon.store.audit import AuditEntry, record
from riskmon.store.backup import DamagedError, dump, is_empty, load
from riskmon.store.database import Place
from riskmon.store.schema import open_to_make


def back_up(place: Place, out: Path) -> Item:
    """Write every row of the database to a new file, as it stands at one instant; nobody who writes meanwhile waits.

    Raises:
        CallerError: there is nothing to back up, or the file cannot be written.
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            raise CallerError(f"Nobody has written to the database {place}: there is nothing to back up.")
        try:
            descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _unwritable(out, error) from error
        try:
            with os.fdopen(descriptor, "wb") as file, database.snapshot() as connection:
                lines = _compressed(file, dump(connection))
        except BaseException as error:
            out.unlink()
            if isinstance(error, OSError):
                raise _unwritable(out, error) from error
            raise
    return {"database": str(place), "file": str(out), "lines": lines, "bytes": out.stat().st_size}


def restore(place: Place, file: Path, by: str, *, clock: Callable[[], datetime] = now) -> Item:
    """Write a backup into an empty place, all of it or nothing; what the file holds is checked on the way.

    Row counts and the state of the audit have to be those of the backup. Who restored it is the next entry of the audit.

    Raises:
        CallerError: nobody is named, the place is not empty, or the file is not a whole backup.
        StoreError: the database cannot be made, or a newer program made the backup.
    """
    name = person(by)
    if not name:
        raise CallerError("--by is empty.", remedy="Name the person who restores the database.")
    if not file.is_file():
        raise CallerError(f"{file} is no file.", remedy="Name a file that `riskmon db backup` wrote.")
    database = open_to_make(place, clock=clock)
    try:
        with database.writing() as connection:
            if not is_empty(connection):
                raise CallerError(
                    f"The database {place} is not empty.",
                    why="What is there would be mixed with what is restored.",
                    remedy="Name an empty place with --data or RISKMON_DATABASE_URL.",
                )
            last = load(connection, _lines(file))
            restored = {"file": file.name, "rows": last["rows"], "head": last["audit"]["hash"]}
            entry = AuditEntry("database.restored", str(last["sha256"]), name, after=restored)
            record(connection, entry, database.clock())
    except DamagedError as error:
        raise _damaged(file, str(error)) from error
    finally:
        database.close()
    return {"database": str(place), **last}


def _compressed(file: io.BufferedWriter, lines: Iterator[str]) -> int:
    """Write lines, and see them on the disk. Returns how many."""
    count = 0
    with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        for line in lines:
            packed.write(line.encode())
            count += 1
    file.flush()
    os.fsync(file.fileno())
    return count


def _lines(file: Path) -> Iterator[str]:
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as packed:
            yield from packed
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DamagedError("it cannot be unpacked to its end") from error


def _damaged(file: Path, fault: str) -> CallerError:
    return CallerError(
        f"{file} is not a whole backup: {fault}.",
        why="Nothing was restored: a part of what people decided could be missing without a sign.",
        remedy="Take another backup.",
    )


def _unwritable(out: Path, error: OSError) -> CallerError:
    return CallerError(
        f"{out} cannot be written: {error.strerror}.",
        why="A backup is never written over another.",
        remedy="Name a new file in a folder that can be written to.",
    )
