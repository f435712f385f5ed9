"""SQLite: how a file is opened, and where it must not lie."""

import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from riskmon.domain.errors import StoreError

_WAIT_SECONDS: Final = 10.0
"""How long a writer waits for the one before it."""

_PAUSE_SECONDS: Final = 0.02

_MOUNTS: Final = Path("/proc/self/mounts")
_NETWORK_TYPES: Final = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2",
     "smb3", "smbfs", "fuse.ceph", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"}
)  # fmt: skip
"""Kinds of file systems that several machines share, as Linux calls them."""


def connection(file: Path, *, creates: bool) -> sqlite3.Connection:
    """A connection that begins no transaction by itself, waits for its turn, and loses nothing when the power fails.

    `creates`: the file may be made; it is set to write ahead, so that nobody who reads waits for one who writes.
    """
    mode = "rwc" if creates else "rw"
    opened = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_WAIT_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for setting in ("synchronous = FULL", "foreign_keys = ON"):
            opened.execute(f"PRAGMA {setting}")
        if creates:
            _write_ahead(opened)
    except sqlite3.Error:
        opened.close()
        raise
    return opened


def _write_ahead(opened: sqlite3.Connection) -> None:
    """Set the file to write ahead, which it stays. SQLite does not wait here by itself for one who does the same."""
    deadline = monotonic() + _WAIT_SECONDS
    while True:
        try:
            opened.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(_PAUSE_SECONDS)
        else:
            return


def refuse_network(file: Path) -> None:
    """Refuse a file on a network file system, where locks do not hold and a database is damaged without a sign.

    Where the kinds of the mounted file systems are not told (other systems than Linux), nothing is refused.
    """
    kind = file_system(file.absolute().parent, _mounts())
    if kind in _NETWORK_TYPES:
        raise StoreError(
            f"The database {file} would lie on a network file system ({kind}).",
            why="Locks do not hold there, and SQLite would be damaged by two machines that write.",
            remedy="Set RISKMON_DATABASE_URL to a file on a local disk, or to a PostgreSQL.",
        )


def file_system(folder: Path, mounts: str) -> str | None:
    """The kind of the file system a folder lies on. mounts: lines as in /proc/self/mounts."""
    kinds = {}
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) > 2:
            # Blanks in a path are written as octal escapes.
            kinds[Path(fields[1].replace("\\040", " "))] = fields[2]
    resolved = folder.resolve()
    return next((kinds[parent] for parent in (resolved, *resolved.parents) if parent in kinds), None)


def _mounts() -> str:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
