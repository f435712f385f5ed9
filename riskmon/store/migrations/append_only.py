"""Triggers that keep every row of a table as it was written, in the words of each store."""

from sqlalchemy import Connection, text

_KEPT = "rows of {table} are only ever added"


def keep_rows(connection: Connection, table: str, *, key: str) -> None:
    """Refuse to change or delete a row of the table. `key`: its primary key, one column."""
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        connection.execute(text(statement.format(table=table, key=key, kept=_KEPT.format(table=table))))


_SQLITE = (
    """CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
    """CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
    # INSERT OR REPLACE deletes the old row without a delete trigger.
    """CREATE TRIGGER {table}_unreplaced BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} AS known WHERE known.{key} = NEW.{key})
    BEGIN SELECT RAISE(ABORT, '{kept}'); END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION riskmon_keep_rows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION riskmon_keep_rows()""",
    """CREATE TRIGGER {table}_untruncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION riskmon_keep_rows()""",
)
