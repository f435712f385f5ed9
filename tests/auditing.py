"""An audit, and somebody who can write to its database and has switched off what would stop him."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Text, select, text, type_coerce, update

from riskmon.store.audit import GENESIS, AuditEntry, Head, entry_hash, head, record, seal
from riskmon.store.audit_tables import AUDIT_ENTRIES, WRITTEN
from riskmon.store.database import Database

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)


def entry(subject="D-1", action="earmark.placed", by="Li Na", **said) -> AuditEntry:
    return AuditEntry(action, subject, by, **{"after": {"amount": "1.00", "currency": "CNY"}} | said)


def written(database: Database, *entries: AuditEntry, at=AT) -> None:
    """Each in a transaction of its own."""
    for each in entries:
        with database.writing() as connection:
            record(connection, each, at)


def sealed(database: Database, count: int) -> Head:
    """An audit of so many sealed entries, and its head."""
    written(
        database, *(entry(f"D-{n}", before={"n": n}, reason=f"Überziehung {n}") for n in range(1, count + 1))
    )
    seal(database)
    with database.reading() as connection:
        return head(connection)


class _GivenUpError(Exception):
    pass


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """A transaction that nothing stops, and that is given up in the end."""
    try:
        with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
            else:
                for name in ("unchanged", "undeleted", "unreplaced"):
                    connection.execute(text(f"DROP TRIGGER audit_entries_{name}"))
                connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            try:
                yield connection
            finally:
                if connection.dialect.name == "sqlite":
                    connection.execute(text("PRAGMA ignore_check_constraints = OFF"))
            raise _GivenUpError
    except _GivenUpError:
        pass


def rebuilt(connection: Connection) -> None:
    """Every hash made anew, from what stands there now, with positions without a hole."""
    stored = [type_coerce(AUDIT_ENTRIES.c[name], Text).label(name) for name in WRITTEN[1:]]
    rows = list(
        connection.execute(
            select(AUDIT_ENTRIES.c.sequence, *stored)
            .where(AUDIT_ENTRIES.c.position.is_not(None))
            .order_by(AUDIT_ENTRIES.c.position)
        )
    )
    previous = GENESIS
    for place, row in enumerate(rows, start=1):
        new = entry_hash(place, previous, tuple(row))
        seal_of = {"position": place, "previous_hash": previous, "hash": new}
        connection.execute(
            update(AUDIT_ENTRIES).where(AUDIT_ENTRIES.c.sequence == row.sequence).values(**seal_of)
        )
        previous = new
