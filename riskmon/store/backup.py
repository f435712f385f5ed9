"""Every row of the database as lines of JSON, and back: the same on both stores, and from one to the other.

The first line says what schema the rows have, the last how many there are, what the audit looked like, and the hash of all
lines before it: a file that ends early, or that was changed, is not taken.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from riskmon.store.audit_chain import Examined, examine
from riskmon.store.schema import make_schema, schema_version, take_turn

FORMAT: Final = "riskmon-backup-1"

_AT_ONCE: Final = 1_000
_VERSION_TABLE: Final = "alembic_version"


class DamagedError(Exception):
    """The lines are not those of a whole backup. Its text says what is wrong."""


def dump(connection: Connection) -> Iterator[str]:
    """Every row, table by table, in the order in which they can be written again. To see one state is for the caller."""
    digest = hashlib.sha256()
    counts: dict[str, int] = {}

    def lines() -> Iterator[str]:
        yield _line({"format": FORMAT, "schema": schema_version(connection)})
        for table in _tables(connection):
            counts[table.name] = 0
            yield _line({"table": table.name, "columns": [column.name for column in table.columns]})
            ordered = select(table).order_by(*table.primary_key.columns)
            for row in connection.execute(ordered, execution_options={"yield_per": _AT_ONCE}):
                counts[table.name] += 1
                yield _line(list(row))

    for line in lines():
        digest.update(line.encode())
        yield line
    audit = audit_state(examine(connection))
    yield _line({"rows": counts, "audit": audit, "sha256": digest.hexdigest()})


def load(connection: Connection, lines: Iterable[str]) -> dict[str, Any]:
    """Make the schema that the lines have, write their rows, and bring it to the version of this program.

    To be alone in an empty database, and to give everything up on an error, is for the caller. Returns the last line.

    Raises:
        DamagedError: the lines are not those of a whole backup, or what was read from them is not what was written.
        StoreError: a newer program wrote them.
    """
    rows = iter(lines)
    begin = next(rows, "")
    digest, first = hashlib.sha256(begin.encode()), _read(begin)
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        raise DamagedError("its first line is not that of a backup")
    make_schema(connection, str(first["schema"]))
    try:
        last = _write_rows(connection, rows, digest)
    except (IntegrityError, DataError, StatementError, KeyError, ValueError, TypeError) as error:
        raise DamagedError("a row of it cannot be written") from error
    _set_counters(connection)
    found = {table.name: _count(connection, table) for table in _tables(connection)}
    if found != last["rows"]:
        raise DamagedError("its tables do not have as many rows as it says")
    if audit_state(examine(connection)) != last["audit"]:
        raise DamagedError("its audit is not as it was when the backup was made")
    make_schema(connection)
    return last


def is_empty(connection: Connection) -> bool:
    """Whether the database has no table at all; nobody makes one before the transaction ends."""
    take_turn(connection)
    return not inspect(connection).get_table_names()


def audit_state(found: Examined) -> dict[str, Any]:
    """What the audit looks like: with a fault in it, it is restored with that fault and no other."""
    return {
        "sealed": found.sealed,
        "unsealed": len(found.unsealed),
        "position": found.head.position,
        "hash": found.head.hash,
        "broken": [[each.fault.value, each.first, each.last] for each in found.broken],
    }


class _Rows:
    """Rows of one table after the other, written many at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in _tables(connection)}
        self._table: Table | None = None
        self._columns: list[str] = []
        self._waiting: list[dict[str, object]] = []

    def begin(self, said: dict[str, Any]) -> None:
        """Go on to another table."""
        self.write()
        self._table, self._columns = self._tables.get(str(said.get("table"))), list(said["columns"])
        if self._table is None:
            raise DamagedError(f"it has a table that its schema does not have: {said.get('table')}")

    def add(self, row: list[object]) -> None:
        """One row of the table that was begun."""
        self._waiting.append(dict(zip(self._columns, row, strict=True)))
        if len(self._waiting) >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        if self._table is not None and self._waiting:
            self._connection.execute(insert(self._table), self._waiting)
        self._waiting = []


def _write_rows(connection: Connection, lines: Iterator[str], digest: Any) -> dict[str, Any]:  # noqa: ANN401  a hash of hashlib
    """Write what the lines say, up to the last, which is returned."""
    rows = _Rows(connection)
    for line in lines:
        said = _read(line)
        if isinstance(said, dict) and "sha256" in said:
            rows.write()
            if said["sha256"] != digest.hexdigest() or next(lines, None) is not None:
                raise DamagedError("its content is not the one that it was made of")
            return said
        digest.update(line.encode())
        if isinstance(said, dict):
            rows.begin(said)
        else:
            rows.add(said)
    raise DamagedError("it ends before its last line")


def _set_counters(connection: Connection) -> None:
    """Let what counts by itself go on behind what was written; on SQLite it does."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables(connection):
        for column in table.primary_key.columns:
            counter = func.pg_get_serial_sequence(table.name, column.name)
            if connection.execute(select(counter)).scalar() is not None:
                last = select(func.max(column)).scalar_subquery()
                connection.execute(select(func.setval(counter, last)).where(last.is_not(None)))


def _tables(connection: Connection) -> Sequence[Table]:
    """Every table that is there, those first that others refer to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _VERSION_TABLE]


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _line(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(line: str) -> Any:  # noqa: ANN401  what JSON says
    try:
        return json.loads(line)
    except ValueError as error:
        raise DamagedError("a line of it cannot be read") from error
