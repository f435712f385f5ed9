"""Kinds of cells: which delivered types a column of the data contract may have, and whether it holds any value."""

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import InputColumn, InputTable

DECIMAL_TEXT = r"^-?[0-9]+([.][0-9]+)?$"
"""Plain decimal text: no separators, no exponent, no plus sign, no blanks."""

WHOLE_NUMBER = r"^-?[0-9]+$"
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_SHAPES = {
    "amount": DECIMAL_TEXT, "rate": DECIMAL_TEXT, "ratio": DECIMAL_TEXT, "int": WHOLE_NUMBER, "bp": WHOLE_NUMBER,
    "bool": "^(true|false)$", "date": ISO_DATE,
}  # fmt: skip
"""What a text looks like that is meant as a value of the type, right or wrong."""

_EXPECTED = {
    "amount": "decimal text such as 1234567.89, or decimals (never floats)",
    "rate": "decimal numbers", "ratio": "decimal numbers", "int": "whole numbers", "bp": "whole basis points",
    "bool": "true or false", "date": "dates as YYYY-MM-DD", "ids": "ids joined by `;`, or lists of ids",
}  # fmt: skip


def has_type(table: InputTable, column: InputColumn, dtype: pl.DataType) -> bool:
    """Whether a delivered column has a type at all; a Parquet column of nothing but nulls may have none.

    Raises:
        CallerError: what was delivered cannot hold values of the column, or only inexactly.
    """
    if dtype not in (pl.Null, pl.String) and not _is_possible(column.type, dtype):
        raise _wrong_type(table, column, f"delivered as {dtype}")
    return dtype != pl.Null


def plain_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A number as text; of a native column without trailing zeros, since there they are only the column's type."""
    if dtype == pl.String:
        return cell
    text = cell.cast(pl.String)
    stripped = text.str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.when(text.str.contains(".", literal=True)).then(stripped).otherwise(text)


def check_columns_readable(rows: pl.DataFrame, typed: pl.DataFrame, table: InputTable) -> None:
    """Refuse a table with a column in which not one delivered cell looks like a value of its type.

    A few cells in a column that is mostly empty are bad rows and no bad column: they become findings.
    """
    for column in table.columns:
        shape = _SHAPES.get(column.type)
        if (
            shape is None
            or rows.schema.get(column.name) != pl.String
            or typed[column.frame_name].null_count() < typed.height
        ):
            continue
        cells = rows.get_column(column.name).drop_nulls()
        cells = cells.filter(cells.str.strip_chars() != "")
        if 2 * cells.len() > typed.height and not cells.str.contains(shape).any():
            raise _wrong_type(table, column, f"holds no readable value; its first is {cells[0]!r}")


def _is_possible(kind: str, dtype: pl.DataType) -> bool:
    if kind == "amount":
        return dtype.is_integer() or dtype.is_decimal()
    if kind in ("rate", "ratio", "int", "bp"):
        return dtype.is_numeric()
    if kind == "bool":
        return dtype == pl.Boolean
    if kind == "date":
        return dtype == pl.Date or isinstance(dtype, pl.Datetime)
    if kind == "ids":
        return isinstance(dtype, pl.List) and not dtype.inner.is_nested() and dtype.inner != pl.Binary
    if kind == "id":
        return dtype.is_integer() or isinstance(dtype, pl.Categorical | pl.Enum)
    return not dtype.is_nested() and dtype != pl.Binary


def _wrong_type(table: InputTable, column: InputColumn, fault: str) -> CallerError:
    expected = _EXPECTED.get(column.type, "text")
    why = (
        "A float cannot hold an amount exactly."
        if column.type == "amount"
        else "The whole column would be lost."
    )
    return CallerError(
        f"Column {column.name} of {table.name}: {fault}.",
        why=why,
        remedy=f"Deliver {expected} in that column.",
    )
