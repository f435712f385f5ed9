"""The chain of the audit looked at again: what was changed, taken out, put in or moved since it was sealed.

Rows are read as they are stored, byte by byte, whatever somebody has made of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, LargeBinary, Text, cast, select, type_coerce

from riskmon.store.audit import GENESIS, Head, entry_hash
from riskmon.store.audit_tables import AUDIT_ENTRIES, SEAL, WRITTEN

_AT_ONCE: Final = 10_000


class Fault(StrEnum):
    """What is wrong with the chain."""

    CHANGED = "changed"
    REWRITTEN = "rewritten"
    MISSING = "missing"
    MISPLACED = "misplaced"
    HEAD_DIFFERS = "head_differs"
    HEAD_MISSING = "head_missing"


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where the chain does not hold.

    Attributes:
        first: the first position that is concerned.
        last: the last one; the same as `first` but where several are missing.
        sequence: the entry there, if there is one.
        said: its action and subject, as far as they can be read.
    """

    fault: Fault
    first: int
    last: int
    sequence: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination found.

    Attributes:
        sealed: entries in the chain.
        unsealed: the sequences of those that wait for their seal.
        head: the end of the chain, as it is stored.
        broken: in the order of positions, then of the heads given.
    """

    sealed: int
    unsealed: Sequence[int]
    head: Head
    broken: Sequence[Broken]


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry as it is stored. is_whole: its hash is that of what it says."""

    position: int
    previous_hash: str
    hash: str
    written: tuple[object, ...]
    is_whole: bool

    def broken(self, fault: Fault) -> Broken:
        sequence, _, _, action, subject, *_ = self.written
        said = f"{action} {subject}".encode("utf-8", "replace").decode()
        return Broken(fault, self.position, self.position, int(str(sequence)), said)


def examine(connection: Connection, heads: Iterable[Head] = ()) -> Examined:
    """Look at every entry, and whether the chain still holds the heads that were exported from it."""
    # What is sealed meanwhile is then in both: told as waiting, never left out.
    unsealed = select(AUDIT_ENTRIES.c.sequence).where(AUDIT_ENTRIES.c.position.is_(None))
    waiting = list(connection.execute(unsealed.order_by(AUDIT_ENTRIES.c.sequence)).scalars())
    exported = sorted(set(heads), key=lambda head: (head.position, head.hash))
    wanted = {head.position for head in exported}
    found: dict[int, _Row] = {}
    broken: list[Broken] = []
    last: _Row | None = None
    sealed = 0
    for row in _rows(connection):
        broken += _between(last, row)
        if row.position in wanted:
            found[row.position] = row
        last, sealed = row, sealed + 1
    broken += _not_held(exported, found)
    end = Head(0, GENESIS) if last is None else Head(last.position, last.hash)
    return Examined(sealed, waiting, end, broken)


def _between(last: _Row | None, row: _Row) -> Iterator[Broken]:
    """What is wrong with a row behind the one before it."""
    expected = 1 if last is None else last.position + 1
    if row.position < 1:
        yield row.broken(Fault.MISPLACED)
        return
    if row.position > expected:
        yield Broken(Fault.MISSING, max(expected, 1), row.position - 1)
    elif not _follows(last, row) and row.is_whole and (last is None or last.is_whole):
        # Each is whole by itself: the one before was made anew, with a hash of its own.
        yield row.broken(Fault.REWRITTEN) if last is None else last.broken(Fault.REWRITTEN)
    if not row.is_whole:
        yield row.broken(Fault.CHANGED)


def _follows(last: _Row | None, row: _Row) -> bool:
    return row.previous_hash == (GENESIS if last is None else last.hash)


def _not_held(heads: Sequence[Head], found: dict[int, _Row]) -> Iterator[Broken]:
    for head in heads:
        row = found.get(head.position)
        if row is not None and row.hash != head.hash:
            yield row.broken(Fault.HEAD_DIFFERS)
        elif row is None and (head.position, head.hash) != (0, GENESIS):
            yield Broken(Fault.HEAD_MISSING, head.position, head.position)


def _rows(connection: Connection) -> Iterator[_Row]:
    """Every sealed entry in the order of positions, a few at a time."""
    numbers = [AUDIT_ENTRIES.c.position, AUDIT_ENTRIES.c.sequence]
    texts = [_bytes(connection, name) for name in (*SEAL[1:], *WRITTEN[1:])]
    wanted = select(*numbers, *texts).where(AUDIT_ENTRIES.c.position.is_not(None))
    few = {"yield_per": _AT_ONCE}
    rows = connection.execute(wanted.order_by(AUDIT_ENTRIES.c.position), execution_options=few)
    for position, sequence, previous, own, *written in rows:
        before, end = _text(previous) or "", _text(own) or ""
        stored = (sequence, *(_text(each) for each in written))
        yield _Row(position, before, end, stored, is_whole=entry_hash(position, before, stored) == end)


def _bytes(connection: Connection, name: str) -> ColumnElement[Any]:
    """A text column as it is stored: on SQLite it can hold what is no text."""
    stored = type_coerce(AUDIT_ENTRIES.c[name], Text)
    return (cast(stored, LargeBinary) if connection.dialect.name == "sqlite" else stored).label(name)


def _text(stored: bytes | str | None) -> str | None:
    return stored.decode("utf-8", "surrogateescape") if isinstance(stored, bytes) else stored
