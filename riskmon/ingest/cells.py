"""Cells: delivered columns into the types of the data contract, with the finding codes of what cannot be read.

A cell that cannot be read becomes null and its row carries the code; an empty cell becomes null and carries none.
Surrounding blanks are never trimmed: an id with a blank is another id. A cell of nothing but blanks is empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import polars as pl

from riskmon.domain.money import RATE_SCALE, currency_exponents
from riskmon.frames.inputs import InputColumn, InputTable
from riskmon.ingest.amounts import EXPONENT, amount_cells, exponent_of
from riskmon.ingest.kinds import (
    DECIMAL_TEXT,
    ISO_DATE,
    WHOLE_NUMBER,
    check_columns_readable,
    has_type,
    plain_text,
)

FAULT_CODES = (
    "amount_invalid", "amount_precision", "amount_too_large", "currency_unknown", "value_invalid", "value_missing",
    "value_unknown",
)  # fmt: skip
"""Every code that a cell can give its row, in sorted order."""

CURRENCY = "currency"
_RATE = rf"^[0-9]+([.][0-9]{{1,{RATE_SCALE}}})?$"


@dataclass(slots=True)
class _Reading:
    """What is to be computed of one table: its typed columns, and the cells that each code is about."""

    typed: dict[str, pl.Expr] = field(default_factory=dict)
    faults: dict[str, list[pl.Expr]] = field(default_factory=dict)

    def add(self, name: str, value: pl.Expr, faults: Mapping[str, pl.Expr]) -> None:
        self.typed[name] = value
        for code, is_faulty in faults.items():
            self.faults.setdefault(code, []).append(is_faulty.fill_null(value=False))


def typed_rows(rows: pl.DataFrame, table: InputTable) -> pl.DataFrame:
    """The rows of a table in the types of the data contract.

    rows: as delivered, under our column names; a column that is missing is read as empty. A `currency` column that
    the table does not declare serves its amounts and is left out.
    Returns row_number (position as delivered, from 0), every declared column by its `frame_name`, faults.

    Raises:
        CallerError: a column of a type that cannot hold its values, or without a single readable cell.
    """
    delivered = rows.schema
    reading = _Reading()
    for column in table.columns:
        if column.name in delivered and has_type(table, column, delivered[column.name]):
            _read_column(reading, column, delivered[column.name])
        else:
            reading.typed[column.frame_name] = pl.lit(None, dtype=column.dtype)
    if any(column.name == CURRENCY for column in table.columns):
        # The amounts of a table without a currency of its own take the currency of what they are about.
        reading.faults["value_missing"] = [_is_amount_without_currency(table, delivered)]
    blank_free = rows.lazy().with_columns(
        _emptied(name) for name, dtype in delivered.items() if dtype == pl.String
    )
    currency = pl.col(CURRENCY) if CURRENCY in delivered else pl.lit(None, dtype=pl.String)
    readable = blank_free.with_columns(currency.cast(pl.String).alias(CURRENCY)).with_columns(
        exponent_of(pl.col(CURRENCY)).alias(EXPONENT)
    )
    typed = (
        readable.select(**reading.typed, faults=_fault_mask(reading))
        .with_row_index("row_number")
        .with_columns(pl.col("row_number").cast(pl.Int64), faults=_fault_lists().gather(pl.col("faults")))
        .collect()
    )
    check_columns_readable(rows, typed, table)
    return typed


def _emptied(name: str) -> pl.Expr:
    return pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name))


def _read_column(reading: _Reading, column: InputColumn, dtype: pl.DataType) -> None:
    if column.type == "amount":
        cells = amount_cells(column.name, dtype)
        reading.add(column.frame_name, cells.minor, cells.faults)
    elif column.vocabulary is not None:
        _read_code(reading, column)
    elif column.name == CURRENCY:
        currency = pl.col(CURRENCY)
        reading.add(CURRENCY, currency, {"currency_unknown": ~currency.is_in(list(currency_exponents()))})
    else:
        value = _READERS[column.type](pl.col(column.name), dtype)
        faults = (
            {}
            if column.type in ("id", "text", "ids")
            else {"value_invalid": pl.col(column.name).is_not_null() & value.is_null()}
        )
        reading.add(column.frame_name, value, faults)


def _is_amount_without_currency(table: InputTable, delivered: pl.Schema) -> pl.Expr:
    amounts = [
        column.name for column in table.columns if column.type == "amount" and column.name in delivered
    ]
    has_amount = reduce(or_, (pl.col(name).is_not_null() for name in amounts), pl.lit(value=False))
    return has_amount & pl.col(CURRENCY).is_null()


def _read_code(reading: _Reading, column: InputColumn) -> None:
    code = pl.col(column.name).cast(pl.String)
    is_known = code.is_in(list(column.vocabulary or ()))
    # A party of a kind that is not known is read as the strictest kind and stays: `validate` says so.
    faults = {} if column.type == "code:party_kind" else {"value_unknown": ~is_known}
    reading.add(column.name, pl.when(is_known).then(code), faults)


def _read_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return cell.cast(pl.String)


def _read_ids(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    ids = cell.str.split(";") if dtype == pl.String else cell.cast(pl.List(pl.String))
    return ids.list.filter(pl.element().str.strip_chars() != "")


def _read_whole(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_integer():
        return cell.cast(pl.Int32, strict=False)
    text = plain_text(cell, dtype)
    return pl.when(text.str.contains(WHOLE_NUMBER)).then(text).cast(pl.Int32, strict=False)


def _read_ratio(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype != pl.String:
        return pl.when(cell.cast(pl.Float64).is_finite()).then(cell.cast(pl.Float64))
    return pl.when(cell.str.contains(DECIMAL_TEXT)).then(cell).cast(pl.Float64, strict=False)


def _read_rate(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A positive decimal as an integer with ten decimals; null where it has more of them or does not fit."""
    text = plain_text(cell, dtype)
    parts = pl.when(text.str.contains(_RATE)).then(text).str.split_exact(".", 1)
    whole, decimals = parts.struct.field("field_0"), parts.struct.field("field_1").fill_null("")
    rate = (whole + decimals.str.pad_end(RATE_SCALE, "0")).cast(pl.Int64, strict=False)
    return pl.when(rate > 0).then(rate)


def _read_bool(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return cell
    return pl.when(cell == "true").then(pl.lit(value=True)).when(cell == "false").then(pl.lit(value=False))


def _read_date(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return cell
    if isinstance(dtype, pl.Datetime):
        return pl.when(cell.dt.time() == pl.time(0)).then(cell.dt.date())
    return pl.when(cell.str.contains(ISO_DATE)).then(cell).str.to_date("%Y-%m-%d", strict=False)


_READERS: Mapping[str, Callable[[pl.Expr, pl.DataType], pl.Expr]] = {
    "id": _read_text, "text": _read_text, "ids": _read_ids, "int": _read_whole, "bp": _read_whole,
    "ratio": _read_ratio, "rate": _read_rate, "bool": _read_bool, "date": _read_date,
}  # fmt: skip


def _fault_mask(reading: _Reading) -> pl.Expr:
    """The codes of a row as one number, a bit for each code: cheap for the many rows that have none."""
    bits = [
        pl.when(reduce(or_, reading.faults[code])).then(1 << bit).otherwise(0).cast(pl.UInt32)
        for bit, code in enumerate(FAULT_CODES)
        if code in reading.faults
    ]
    return reduce(or_, bits, pl.lit(0, dtype=pl.UInt32))


def _fault_lists() -> pl.Expr:
    """The list of codes for every mask, by position."""
    masks = range(1 << len(FAULT_CODES))
    lists = [[code for bit, code in enumerate(FAULT_CODES) if mask >> bit & 1] for mask in masks]
    return pl.lit(pl.Series(lists, dtype=pl.List(pl.String)))
