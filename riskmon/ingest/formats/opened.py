"""Files as registers publish them: plain, `.gz`, or a `.zip` that holds one file. Read as a stream, never unpacked."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from riskmon.domain.errors import CallerError

UNREADABLE = (OSError, EOFError, UnicodeError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile)
"""What a missing, cut off, damaged, encrypted or foreign file raises while it is read."""


def inner_suffix(path: Path) -> str:
    """The ending of the file inside: `.jsonl` of `release.jsonl.gz`."""
    return Path(path.stem).suffix.lower() if path.suffix.lower() in (".gz", ".zip") else path.suffix.lower()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked while they are read.

    Raises:
        CallerError: a zip that holds no file or several.
    """
    if path.suffix.lower() == ".gz":
        with gzip.open(path) as file:
            yield cast("BinaryIO", file)
    elif path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(_only_member(path, archive)) as member:
            yield cast("BinaryIO", member)
    else:
        with path.open("rb") as file:
            yield file


@contextmanager
def opened_text(path: Path) -> Iterator[TextIO]:
    """The text of a file in UTF-8, with or without a byte order mark."""
    with opened(path) as file:
        yield io.TextIOWrapper(file, encoding="utf-8-sig")


def unreadable(path: Path, error: Exception, remedy: str) -> CallerError:
    """The caller's mistake behind an error of `UNREADABLE`."""
    reason = (str(error).strip().splitlines() or [""])[0] or type(error).__name__
    return CallerError(
        f"{path} cannot be read: {reason}.",
        why="A file that is read in part would hide owners.",
        remedy=remedy,
    )


def _only_member(path: Path, archive: zipfile.ZipFile) -> str:
    members = [name for name in archive.namelist() if not name.endswith("/")]
    if len(members) != 1:
        raise CallerError(
            f"{path} holds {len(members)} files.",
            why="Which of them is meant cannot be told.",
            remedy="Deliver a zip with one file, or the files themselves.",
        )
    return members[0]
