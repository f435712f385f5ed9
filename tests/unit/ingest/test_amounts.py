"""Amounts become exact minor units, or a reason why not."""

from decimal import Decimal

import polars as pl
import pytest

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.cells import typed_rows

FACILITIES = INPUT_TABLES["facilities"]


def drawn(
    cell: object, currency: str | None, dtype: pl.DataType | None = None
) -> tuple[int | None, list[str]]:
    """Minor units and finding codes of one facility's drawn amount, beside one that can be read."""
    other = {pl.String: "1", pl.Decimal: Decimal(1)}.get(type(dtype or pl.String()), 1)
    rows = pl.DataFrame(
        {
            "facility_id": ["F1", "F2"],
            "currency": [currency, "CNY"],
            "drawn": pl.Series([cell, other], dtype=dtype or pl.String),
        }
    )
    read = typed_rows(rows, FACILITIES)
    return read["drawn_minor"][0], read["faults"][0].to_list()


TEXTS = [
    # text, currency, minor, codes
    ("0",                   "CNY",      0,                   []),
    ("1234567.89",          "CNY",      123_456_789,         []),
    ("1234567.8",           "CNY",      123_456_780,         []),
    ("-5.01",               "CNY",      -501,                []),      # whether it may be negative is another rule
    ("007.50",              "CNY",      750,                 []),
    ("1500",                "JPY",      1_500,               []),      # the yen has no minor unit
    ("1.234",               "KWD",      1_234,               []),      # the dinar has three decimals
    ("9999999999999.99",    "CNY",      999_999_999_999_999, []),      # 15 digits
    ("10000000000000.00",   "CNY",      None,                ["amount_too_large"]),
    ("99999999999999999999999999999999999999999", "CNY", None, ["amount_too_large"]),
    ("1.005",               "CNY",      None,                ["amount_precision"]),
    ("1.000",               "CNY",      None,                ["amount_precision"]),  # text says its own decimals
    ("1.5",                 "JPY",      None,                ["amount_precision"]),
    ("1,234.00",            "CNY",      None,                ["amount_invalid"]),
    ("1e6",                 "CNY",      None,                ["amount_invalid"]),
    ("+1",                  "CNY",      None,                ["amount_invalid"]),
    (" 1",                  "CNY",      None,                ["amount_invalid"]),
    (".5",                  "CNY",      None,                ["amount_invalid"]),
    ("5.",                  "CNY",      None,                ["amount_invalid"]),
    ("١٢",                  "CNY",      None,                ["amount_invalid"]),    # digits, but not ours
    ("",                    "CNY",      None,                []),
    ("   ",                 "CNY",      None,                []),      # nothing but blanks is empty
    (None,                  "CNY",      None,                []),
    ("1.00",                "ZZZ",      None,                ["currency_unknown"]),
    ("1.00",                "cny",      None,                ["currency_unknown"]),
    ("1.00",                "XAU",      None,                ["currency_unknown"]),  # gold has no minor unit
    ("1.00",                None,       None,                ["value_missing"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "currency", "minor", "codes"), TEXTS)
def test_decimal_text_is_read_exactly_or_not_at_all(text, currency, minor, codes):
    assert drawn(text, currency) == (minor, codes)


DECIMALS = [
    # value, currency, scale, minor, codes
    ("1234567.89",          "CNY",      2,       123_456_789,         []),
    ("1.5000",              "CNY",      4,       150,                 []),   # zeros are the column's, not the amount's
    ("1.5050",              "CNY",      4,       None,                ["amount_precision"]),
    ("12",                  "KWD",      0,       12_000,              []),
    ("1500.00",             "JPY",      2,       1_500,               []),
    ("-2.50",               "CNY",      2,       -250,                []),
    ("-2.505",              "CNY",      3,       None,                ["amount_precision"]),
    ("9999999999999.99",    "CNY",      2,       999_999_999_999_999, []),
    ("10000000000000.00",   "CNY",      2,       None,                ["amount_too_large"]),
    ("99999999999999999999999999999999999", "KWD", 0, None,           ["amount_too_large"]),
    (None,                  "CNY",      2,       None,                []),
]  # fmt: skip


@pytest.mark.parametrize(("value", "currency", "scale", "minor", "codes"), DECIMALS)
def test_a_decimal_column_is_read_exactly_and_its_trailing_zeros_do_not_count(
    value, currency, scale, minor, codes
):
    cell = None if value is None else Decimal(value)
    assert drawn(cell, currency, pl.Decimal(38, scale)) == (minor, codes)


def test_whole_number_columns_are_major_units():
    assert drawn(15, "CNY", pl.Int32()) == (1_500, [])
    assert drawn(10**14, "CNY", pl.Int64()) == (None, ["amount_too_large"])
