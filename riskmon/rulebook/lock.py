"""The lock: a hash of every shipped edition, so that none changes silently once it has shipped.

`books.lock` has one line an edition, `sha256  path`, as `sha256sum` writes and checks. A correction is a new edition;
an edition that has not shipped yet may still change: take its line out by hand and write the lock again, and the
review sees the line go.
"""

import hashlib
from pathlib import Path
from typing import Final

from riskmon.domain.errors import CallerError
from riskmon.rulebook.loader import BOOKS_FOLDER

LOCK_NAME: Final = "books.lock"


def compute(folder: Path = BOOKS_FOLDER) -> dict[str, str]:
    """The hash of every edition in the folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/*.toml"))
    }


def locked(folder: Path = BOOKS_FOLDER) -> dict[str, str]:
    """The hashes that the lock holds, by path; empty where there is no lock yet."""
    lock = folder / LOCK_NAME
    if not lock.exists():
        return {}
    lines = (line.split(maxsplit=1) for line in lock.read_text(encoding="utf-8").splitlines() if line)
    return {path: digest for digest, path in lines}


def verify(folder: Path = BOOKS_FOLDER) -> list[str]:
    """What is wrong between the editions and their lock, in sentences; empty if nothing is."""
    held, found = locked(folder), compute(folder)
    return [
        *(f"{path} is locked and gone." for path in sorted(held.keys() - found.keys())),
        *(
            f"{path} has changed since it was locked."
            for path in sorted(held)
            if found.get(path, held[path]) != held[path]
        ),
        *(f"{path} is not locked yet." for path in sorted(found.keys() - held.keys())),
    ]


def write(folder: Path = BOOKS_FOLDER) -> None:
    """Lock the editions that are not locked yet.

    Raises:
        CallerError: a locked edition has changed or is gone; the lock is left as it was.
    """
    held, found = locked(folder), compute(folder)
    broken = sorted(path for path, digest in held.items() if found.get(path) != digest)
    if broken:
        raise CallerError(
            f"Locked editions are no longer what they were: {', '.join(broken)}.",
            why="A run that cited them could not be repeated.",
            remedy="Restore them and write the correction as a new edition; one that never shipped: take its line out.",
        )
    lines = [f"{digest}  {path}\n" for path, digest in found.items()]
    (folder / LOCK_NAME).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write()
