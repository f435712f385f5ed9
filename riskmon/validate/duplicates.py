"""Duplicates: rows that share an id. Identical rows count once; different ones are all refused."""

import polars as pl

from riskmon.frames.inputs import InputTable


def duplicate_rows(rows: pl.DataFrame, table: InputTable) -> pl.DataFrame:
    """The rows that are refused for the company they keep.

    rows: the table as ingested. Of identical rows the first as delivered stands; since they are identical, it does
    not matter to any figure which one.
    Returns row_number, code (id_duplicate or id_conflict).
    """
    key = list(table.key)
    required = [column.name for column in table.columns if column.name in key and column.is_required]
    has_key = pl.all_horizontal(pl.col(name).is_not_null() for name in required or key)
    repeated = rows.filter(has_key & pl.struct(key).is_duplicated())
    content = [column.frame_name for column in table.columns]
    first_of_content = pl.col("row_number").min().over(_comparable(repeated, [*content, "faults"]))
    return repeated.select(
        "row_number",
        code=pl.when(first_of_content.n_unique().over(key) > 1)
        .then(pl.lit("id_conflict"))
        .when(pl.col("row_number") != first_of_content)
        .then(pl.lit("id_duplicate")),
    ).drop_nulls("code")


def _comparable(rows: pl.DataFrame, names: list[str]) -> list[pl.Expr]:
    """The columns as values that can be compared; lists as text."""
    return [
        pl.col(name).list.join(";") if isinstance(rows.schema[name], pl.List) else pl.col(name)
        for name in names
    ]
