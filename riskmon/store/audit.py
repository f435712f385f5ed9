"""The audit: who wrote what, when and why, in the transaction that writes it, and sealed into one chain afterwards.

Writing an entry is one insert that waits for nobody. Transactions end in another order than they write, so that positions
and hashes are given afterwards, by one at a time: unrelated groups never wait for each other's entries.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Select,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from riskmon.store.audit_tables import AUDIT_ENTRIES, SEAL, WRITTEN
from riskmon.store.database import Database

State = Mapping[str, object]
"""A subject as it is: JSON-ready; dates and instants are allowed, amounts are decimal text with their currency."""

GENESIS: Final = "0" * 64
"""The hash before the first entry."""

MOST_SEALED: Final = 1_000
"""Entries that are sealed in one transaction, so that no other writer waits long."""

_SEALING_LOCK: Final = 0x7365616C
"""Key of the advisory lock of PostgreSQL that one who seals holds; SQLite has one writer anyway."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A write.

    Attributes:
        action: what was done, as `noun.verb` in the past: `earmark.confirmed`.
        subject: the id of what it was done to.
        by: who did it.
        before: the subject before; None where there was none.
        after: the subject after, or what was added to it.
        reason: what the person said, if anything.
    """

    action: str
    subject: str
    by: str
    before: State | None = None
    after: State | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the position of the last sealed entry and its hash."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was kept; `position` and `hash` once it is sealed."""

    sequence: int
    at: datetime
    entry: AuditEntry
    position: int | None
    hash: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to list: those for which everything that is not None holds.

    Attributes:
        action: an action, or its noun: `earmark` finds `earmark.placed`.
        since: the first instant.
        until: the instant behind the last.
        after: the sequence behind which to go on.
    """

    action: str | None = None
    subject: str | None = None
    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None


def record(connection: Connection, entry: AuditEntry, at: datetime) -> None:
    """Write an entry in the transaction of what it tells of: it is kept if that is kept, and not otherwise.

    Raises:
        TypeError: a state holds a number with a fraction, or what JSON does not know.
    """
    record_all(connection, [entry], at)


def record_all(connection: Connection, entries: Sequence[AuditEntry], at: datetime) -> None:
    """Write entries in the transaction of what they tell of, as `record` does."""
    if entries:
        rows = [
            {
                "at": at,
                "by": entry.by,
                "action": entry.action,
                "subject": entry.subject,
                "before": _canonical(entry.before),
                "after": _canonical(entry.after),
                "reason": entry.reason,
            }
            for entry in entries
        ]
        connection.execute(insert(AUDIT_ENTRIES), rows)


def seal(database: Database) -> int:
    """Seal every entry that is kept and not sealed. Returns how many; safe to call at any time from anywhere.

    Raises:
        StoreError: the database cannot be written to.
    """
    sealed = 0
    while has_unsealed(database):
        with database.writing() as connection:
            sealed += seal_next(connection)
    return sealed


def seal_next(connection: Connection) -> int:
    """Seal the next entries, those that were committed before this transaction looked. Returns how many."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SEALING_LOCK)))
    rows: list[Row[Any]] = list(connection.execute(_unsealed().limit(MOST_SEALED)))
    if not rows:
        return 0
    last = head(connection)
    seals = []
    for row in rows:
        following = Head(last.position + 1, entry_hash(last.position + 1, last.hash, tuple(row)))
        seals.append(
            {
                "of_sequence": row.sequence,
                "new_position": following.position,
                "new_previous_hash": last.hash,
                "new_hash": following.hash,
            }
        )
        last = following
    given: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in SEAL}
    is_it = AUDIT_ENTRIES.c.sequence == bindparam("of_sequence")
    connection.execute(update(AUDIT_ENTRIES).where(is_it).values(**given), seals)
    return len(rows)


def has_unsealed(database: Database) -> bool:
    """Whether entries wait for their seal."""
    with database.reading() as connection:
        return connection.execute(_unsealed().limit(1)).first() is not None


def head(connection: Connection) -> Head:
    """The end of the chain; position 0 before the first entry."""
    last = select(AUDIT_ENTRIES.c.position, AUDIT_ENTRIES.c.hash).order_by(AUDIT_ENTRIES.c.position.desc())
    row = connection.execute(last.where(AUDIT_ENTRIES.c.position.is_not(None)).limit(1)).first()
    return Head(0, GENESIS) if row is None else Head(row.position, row.hash)


def entries(connection: Connection, wanted: Wanted, *, most: int) -> list[Kept]:
    """The entries that are wanted, in the order of writing."""
    table = AUDIT_ENTRIES.c
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "action": lambda noun: or_(
            table.action == noun, table.action.startswith(f"{noun}.", autoescape=True)
        ),
        "subject": lambda subject: table.subject == subject,
        "by": lambda by: table.by == by,
        "since": lambda since: table.at >= since,
        "until": lambda until: table.at < until,
        "after": lambda after: table.sequence > after,
    }
    asked = {name: getattr(wanted, name) for name in conditions}
    holds = [conditions[name](value) for name, value in asked.items() if value is not None]
    rows = connection.execute(select(AUDIT_ENTRIES).where(*holds).order_by(table.sequence).limit(most))
    return [_kept(row) for row in rows.mappings()]


def entry_hash(position: int, previous_hash: str, written: tuple[object, ...]) -> str:
    """SHA-256 over an entry as it is stored, its position and the hash before it. written: the columns of `WRITTEN`."""
    said = json.dumps([position, previous_hash, *written], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("ascii")).hexdigest()


def _kept(row: RowMapping) -> Kept:
    before, after = (None if row[name] is None else json.loads(row[name]) for name in ("before", "after"))
    entry = AuditEntry(row["action"], row["subject"], row["by"], before, after, row["reason"])
    return Kept(row["sequence"], row["at"], entry, row["position"], row["hash"])


def _unsealed() -> Select[Any]:
    """What is not sealed, as it is stored, in the order of writing."""
    # An instant is hashed as its text: read and written again it could change its face.
    stored = [type_coerce(AUDIT_ENTRIES.c[name], Text).label(name) for name in WRITTEN[1:]]
    wanted = select(AUDIT_ENTRIES.c.sequence, *stored).where(AUDIT_ENTRIES.c.position.is_(None))
    return wanted.order_by(AUDIT_ENTRIES.c.sequence)


def _canonical(state: State | None) -> str | None:
    """One text for one state."""
    if state is None:
        return None
    _refuse_fractions(state)
    return json.dumps(
        state, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False, default=_iso
    )


def _refuse_fractions(value: object) -> None:
    """A binary fraction is no amount, and reads back otherwise than it was meant."""
    match value:
        case float():
            raise TypeError(f"{value!r}: numbers with a fraction are kept as decimal text")
        case Mapping():
            for each in value.values():
                _refuse_fractions(each)
        case list() | tuple():
            for each in value:
                _refuse_fractions(each)
        case _:
            pass


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of JSON")
