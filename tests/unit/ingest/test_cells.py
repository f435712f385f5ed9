"""Cells of every type: read, empty, or a finding code."""

from datetime import date, datetime

import polars as pl
import pytest

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.cells import typed_rows


def read(table: str, column: str, cells: list[object], dtype: pl.DataType | None = None) -> pl.DataFrame:
    """One column of a table as read, by the column's name in the contract."""
    rows = pl.DataFrame({column: pl.Series(cells, dtype=dtype or pl.String)})
    declared = INPUT_TABLES[table].column(column)
    return typed_rows(rows, INPUT_TABLES[table]).select(value=declared.frame_name, codes="faults")


TEXT_CELLS = [
    # table, column, cell, value, codes
    ("facilities", "maturity_date", "2026-02-28",    date(2026, 2, 28),   []),
    ("facilities", "maturity_date", "2026-02-30",    None,                ["value_invalid"]),
    ("facilities", "maturity_date", "2026-2-8",      None,                ["value_invalid"]),
    ("facilities", "maturity_date", " 2026-02-28",   None,                ["value_invalid"]),
    ("facilities", "maturity_date", "28/02/2026",    None,                ["value_invalid"]),
    ("facilities", "maturity_date", " ",             None,                []),
    ("facilities", "is_cancellable", "true",         True,                []),
    ("facilities", "is_cancellable", "false",        False,               []),
    ("facilities", "is_cancellable", "",             None,                []),
    ("facilities", "is_cancellable", "yes",          None,                ["value_invalid"]),
    ("facilities", "past_due_days", "-3",            -3,                  []),
    ("facilities", "past_due_days", "3.0",           None,                ["value_invalid"]),
    ("facilities", "past_due_days", "99999999999",   None,                ["value_invalid"]),
    ("facilities", "product",       "loan",          "loan",              []),
    ("facilities", "product",       "Loan",          None,                ["value_unknown"]),
    ("facilities", "product",       None,            None,                []),
    ("facilities", "currency",      "JPY",           "JPY",               []),
    ("facilities", "obligor_id",    " P1",           " P1",               []),     # another id than P1
    ("facilities", "obligor_id",    "  ",            None,                []),
    ("facilities", "joint_obligor_ids", "A;B;",      ["A", "B"],          []),
    ("facilities", "joint_obligor_ids", "",          None,                []),
    ("parties",    "kind",          "martian",       None,                []),     # validate treats it as a corporate
    ("fx_rates",   "rate",          "7.2",           72_000_000_000,      []),
    ("fx_rates",   "rate",          "0.0000000001",  1,                   []),
    ("fx_rates",   "rate",          "0.00000000012", None,                ["value_invalid"]),
    ("fx_rates",   "rate",          "0",             None,                ["value_invalid"]),
    ("fx_rates",   "rate",          "-7.2",          None,                ["value_invalid"]),
    ("fx_rates",   "rate",          "9999999999",    None,                ["value_invalid"]),
    ("ratings",    "pd",            "0.0125",        0.0125,              []),
    ("ratings",    "pd",            "1.2 %",         None,                ["value_invalid"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "cell", "value", "codes"), TEXT_CELLS)
def test_a_text_cell_is_read_or_named_never_guessed(table, column, cell, value, codes):
    # Two more rows keep the column from being wrong as a whole.
    good = {"date": "2026-01-01", "bool": "true", "int": "1", "rate": "1", "ratio": "0.5"}
    other = good.get(INPUT_TABLES[table].column(column).type)
    rows = read(table, column, [cell, other])
    assert rows.row(0) == (value, codes)


NATIVE_CELLS = [
    # table, column, dtype, cell, value, codes
    ("facilities", "maturity_date", pl.Date(),               date(2026, 2, 28),           date(2026, 2, 28), []),
    ("facilities", "maturity_date", pl.Datetime(),           datetime.fromisoformat("2026-02-28"),       date(2026, 2, 28), []),
    ("facilities", "maturity_date", pl.Datetime(),           datetime.fromisoformat("2026-02-28T09:00"),    None,              ["value_invalid"]),
    ("facilities", "is_cancellable", pl.Boolean(),           False,                       False,             []),
    ("facilities", "past_due_days", pl.Int64(),              2**40,                       None,              ["value_invalid"]),
    ("facilities", "past_due_days", pl.Float64(),            30.0,                        30,                []),
    ("facilities", "past_due_days", pl.Float64(),            30.5,                        None,              ["value_invalid"]),
    ("facilities", "obligor_id",   pl.Int64(),               17,                          "17",              []),
    ("facilities", "product",      pl.Categorical(),         "loan",                      "loan",            []),
    ("facilities", "currency",     pl.Categorical(),         "USD",                       "USD",             []),
    ("facilities", "joint_obligor_ids", pl.List(pl.String()), ["A", "B"],                 ["A", "B"],        []),
    ("fx_rates",   "rate",         pl.Float64(),             7.2,                         72_000_000_000,    []),
    ("fx_rates",   "rate",         pl.Int64(),               10,                          100_000_000_000,   []),
    ("fx_rates",   "rate",         pl.Decimal(38, 12),       None,                        None,              []),
    ("ratings",    "pd",           pl.Float64(),             float("nan"),                None,              ["value_invalid"]),
    ("facilities", "maturity_date", pl.Null(),               None,                        None,              []),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "dtype", "cell", "value", "codes"), NATIVE_CELLS)
def test_a_native_cell_is_read_in_its_own_type(table, column, dtype, cell, value, codes):
    assert read(table, column, [cell], dtype).row(0) == (value, codes)


IMPOSSIBLE_TYPES = [
    # table, column, dtype
    ("facilities", "drawn",          pl.Float64()),        # a float cannot hold an amount exactly
    ("facilities", "drawn",          pl.Boolean()),
    ("facilities", "maturity_date",  pl.Int64()),
    ("facilities", "is_cancellable", pl.Int64()),
    ("facilities", "obligor_id",     pl.Float64()),
    ("facilities", "past_due_days",  pl.Date()),
    ("fx_rates",   "rate",           pl.Boolean()),
    ("facilities", "branch",         pl.Binary()),
    ("facilities", "joint_obligor_ids", pl.Int64()),
    ("facilities", "joint_obligor_ids", pl.List(pl.List(pl.String()))),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "dtype"), IMPOSSIBLE_TYPES)
def test_a_column_of_a_type_that_cannot_hold_its_values_stops_the_run(table, column, dtype):
    with pytest.raises(CallerError, match=f"Column {column} of {table}"):
        read(table, column, [None], dtype)


@pytest.mark.parametrize(
    ("table", "column", "cells"),
    [
        ("facilities", "drawn", ["1,000.00", "", "ten"]),
        ("facilities", "maturity_date", ["31/12/2026"]),
        ("facilities", "is_cancellable", ["Y", "N"]),
        ("facilities", "past_due_days", ["30 days"]),
        ("fx_rates", "rate", ["7,2"]),
        ("ratings", "pd", ["low"]),
    ],
)
def test_a_column_without_one_readable_cell_stops_the_run(table, column, cells):
    with pytest.raises(CallerError, match=f"Column {column} of {table}"):
        read(table, column, cells)


def test_one_bad_cell_in_a_column_that_is_mostly_empty_is_a_bad_row():
    rows = read("facilities", "maturity_date", ["31/12/2026", "", ""])
    assert rows["codes"].to_list() == [["value_invalid"], [], []]


def test_a_column_of_readable_values_that_are_wrong_is_a_finding_not_a_stop():
    assert read("facilities", "maturity_date", ["2026-02-30"])["codes"].to_list() == [["value_invalid"]]
    assert read("facilities", "drawn", ["", " "])["codes"].to_list() == [[], []]


def test_every_declared_column_is_there_with_its_type_even_if_it_was_not_delivered():
    for table in INPUT_TABLES.values():
        rows = typed_rows(
            pl.DataFrame({table.columns[0].name: []}, schema={table.columns[0].name: pl.String}), table
        )
        declared = {column.frame_name: column.dtype for column in table.columns}
        assert rows.schema == pl.Schema(
            {"row_number": pl.Int64(), **declared, "faults": pl.List(pl.String())}
        )


def test_the_codes_of_a_row_are_sorted_and_each_is_named_once():
    rows = pl.DataFrame(
        {
            "currency": ["CNY", "CNY"],
            "drawn": ["1.005", "1"],
            "commitment": ["2.005", "1"],
            "is_solo": ["maybe", "true"],
            "product": ["mortgage", "loan"],
        }
    )
    codes = typed_rows(rows, INPUT_TABLES["facilities"])["faults"].to_list()
    assert codes == [["amount_precision", "value_invalid", "value_unknown"], []]


def test_row_numbers_are_positions_in_the_delivered_table():
    assert typed_rows(pl.DataFrame({"party_id": ["B", "A"]}), INPUT_TABLES["parties"])[
        "row_number"
    ].to_list() == [0, 1]
