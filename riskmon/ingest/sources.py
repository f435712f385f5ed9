"""Sources: a bank's folder read into one typed frame a table."""

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import INPUT_TABLES, InputTable
from riskmon.ingest.cells import typed_rows
from riskmon.ingest.files import column_names, find_tables, read_rows
from riskmon.ingest.mapping import Names, columns_of

_DELIVERED = pl.Schema(
    {"table": pl.String(), "row_count": pl.Int64(), "unknown_columns": pl.List(pl.String())}
)


def read_bank(
    folder: Path,
    *,
    mapping: Names | None = None,
    tables: Collection[str] | None = None,
    required: Collection[str],
) -> dict[str, pl.DataFrame]:
    """Every delivered table of a bank's folder in the types of the data contract.

    Args:
        folder: holds one file a table; files that are no table of ours are left alone.
        mapping: the bank's own names, as `read_mapping` gives them.
        tables: read only these; every table if not given.
        required: tables without which the caller cannot go on.

    Returns one frame for each delivered table (row_number, declared columns, faults), amounts in minor units of the
    row's currency; and `delivered`: table, row_count, unknown_columns, with the tables that no rule reads yet.

    Raises:
        CallerError: a missing folder, table or column, a damaged file, a column of the wrong type.
    """
    paths = find_tables(folder, mapping)
    missing = sorted(set(required) - set(paths))
    if missing:
        raise CallerError(
            f"{folder} lacks the required {_list(missing)}.",
            why="Without it nothing that is asked for can be computed.",
            remedy=f"Deliver {_list([f'{table}.csv' for table in missing])}, with a header even if there is no row.",
        )
    wanted = [table for table in INPUT_TABLES if table in paths and (tables is None or table in tables)]
    frames: dict[str, pl.DataFrame] = {}
    delivered = []
    for name in wanted:
        rows, unknown = _delivered_rows(paths[name], INPUT_TABLES[name], columns_of(mapping, name))
        if name == "protection_covers":
            rows = _with_currency_of_protection(rows, frames.get("protections"))
        frames[name] = typed_rows(rows, INPUT_TABLES[name])
        delivered.append((name, rows.height, unknown))
    return frames | {"delivered": pl.DataFrame(delivered, schema=_DELIVERED, orient="row")}


def _delivered_rows(
    path: Path, table: InputTable, theirs: Mapping[str, str]
) -> tuple[pl.DataFrame, list[str]]:
    """The rows under our column names, and the delivered columns that are not ours."""
    names = {column.name: theirs.get(column.name, column.name) for column in table.columns}
    present = column_names(path)
    absent = [ours for ours in theirs if names[ours] not in present]
    if absent:
        raise CallerError(
            f"The mapping says that {table.name}.{absent[0]} is in {names[absent[0]]!r}, which {path} does not have.",
            remedy=f"Correct the mapping; the columns there are {', '.join(present)}.",
        )
    missing = [
        column.name for column in table.columns if column.is_required and names[column.name] not in present
    ]
    if missing:
        raise CallerError(
            f"{path} lacks the required {_list(missing, 'column')}.",
            why="A column that is missing cannot be told from values that are unknown.",
            remedy="Deliver it under that name, or map the bank's own name with --mapping.",
        )
    read = {ours: name for ours, name in names.items() if name in present}
    rows = read_rows(path, read.values())
    return rows.select(pl.col(name).alias(ours) for ours, name in read.items()), sorted(
        set(present) - set(read.values())
    )


def _with_currency_of_protection(covers: pl.DataFrame, protections: pl.DataFrame | None) -> pl.DataFrame:
    """Covers with the currency of their protection, in the order they came."""
    if protections is None:
        return covers
    currencies = protections.group_by("protection_id").agg(pl.col("currency").min())
    keyed = covers.with_columns(pl.col("protection_id").cast(pl.String))
    return keyed.join(currencies, on="protection_id", how="left", maintain_order="left")


def _list(names: list[str], word: str = "table") -> str:
    return f"{word}{'s' if len(names) > 1 else ''} {', '.join(names)}"
