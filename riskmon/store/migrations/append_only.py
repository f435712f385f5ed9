"""Triggers that keep every row of a table as it was written, and true to the row that it decides on, in the words of each store."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_KEPT = "rows of {table} are only ever added"


def keep_rows(connection: Connection, table: str, *, key: str) -> None:
    """Refuse to change or delete a row of the table. `key`: its primary key, one column."""
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    _execute(connection, statements, table=table, key=key)


def keep_rows_once_sealed(connection: Connection, table: str, *, key: str, written: Sequence[str]) -> None:
    """Refuse to change or delete a row, but for giving it its `position`, once, and what else seals it.

    Args:
        connection: where the migration runs.
        table: its rows have a `position`, unique, null until they are sealed.
        key: its primary key, one column.
        written: the columns beside the key that no seal may touch.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    touched = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in (key, *written))
    statements = _SQLITE_SEALED if is_sqlite else _POSTGRESQL_SEALED
    _execute(connection, statements, table=table, key=key, touched=touched)


def _execute(connection: Connection, statements: Sequence[str], *, table: str, **words: str) -> None:
    for statement in statements:
        connection.execute(text(statement.format(table=table, kept=_KEPT.format(table=table), **words)))


def hold_proposer(connection: Connection, table: str, proposals: str, *, key: str, proposer: str) -> None:
    """Refuse a row of the table that names another proposer than the row of `proposals` with its key.

    The reference of both columns says the same; on SQLite a connection may switch references off, and approve its own.
    """
    if connection.dialect.name == "sqlite":
        names = {"table": table, "proposals": proposals, "key": key, "proposer": proposer}
        connection.execute(text(_PROPOSER.format_map(names)))


_PROPOSER = """CREATE TRIGGER {table}_proposer BEFORE INSERT ON {table}
    WHEN NOT EXISTS (
        SELECT 1 FROM {proposals} AS known
        WHERE known.{key} = NEW.{key} AND known.{proposer} = NEW.{proposer}
    )
    BEGIN SELECT RAISE(ABORT, 'a row names what it decides on and who made that'); END"""

_SQLITE_UNDELETED = """CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{kept}'); END"""

_SQLITE = (
    """CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
    _SQLITE_UNDELETED,
    # INSERT OR REPLACE deletes the old row without a delete trigger.
    """CREATE TRIGGER {table}_unreplaced BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} AS known WHERE known.{key} = NEW.{key})
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
)

_SQLITE_SEALED = (
    # UPDATE OR REPLACE deletes the row whose position is taken, again without a delete trigger.
    """CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
    WHEN OLD.position IS NOT NULL OR NEW.position IS NULL OR {touched}
    OR EXISTS (SELECT 1 FROM {table} AS known WHERE known.position = NEW.position)
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
    _SQLITE_UNDELETED,
    """CREATE TRIGGER {table}_unreplaced BEFORE INSERT ON {table}
    WHEN EXISTS (
        SELECT 1 FROM {table} AS known WHERE known.{key} = NEW.{key} OR known.position = NEW.position
    )
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
)

_POSTGRESQL_KEEP = """CREATE OR REPLACE FUNCTION riskmon_keep_rows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation'; END $$"""

_POSTGRESQL_UNTRUNCATED = """CREATE TRIGGER {table}_untruncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION riskmon_keep_rows()"""

_POSTGRESQL = (
    _POSTGRESQL_KEEP,
    """CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION riskmon_keep_rows()""",
    _POSTGRESQL_UNTRUNCATED,
)

_POSTGRESQL_SEALED = (
    _POSTGRESQL_KEEP,
    """CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.position IS NOT NULL OR NEW.position IS NULL OR {touched})
    EXECUTE FUNCTION riskmon_keep_rows()""",
    """CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION riskmon_keep_rows()""",
    _POSTGRESQL_UNTRUNCATED,
)
