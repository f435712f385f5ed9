"""Amounts: decimal text, decimals or whole numbers in major units, exactly into minor units, or a reason why not.

Nothing is rounded and nothing passes through a float. An amount is held as whole units and a number of decimals
until its currency says how many decimals the minor unit has.
"""

from dataclasses import dataclass

import polars as pl

from riskmon.domain.money import MAX_DIGITS, currency_exponents
from riskmon.ingest.kinds import DECIMAL_TEXT

EXPONENT = "exponent"
"""Decimals of the row's currency, null where that is empty or unknown."""


@dataclass(frozen=True, slots=True)
class AmountCells:
    """How one amount column is read: the amount in minor units, and for each finding code the cells it is about."""

    minor: pl.Expr
    faults: dict[str, pl.Expr]


def exponent_of(currency: pl.Expr) -> pl.Expr:
    """Decimals of a currency; null where the currency is empty or not an active one."""
    return currency.replace_strict(currency_exponents(), default=None, return_dtype=pl.Int64)


def amount_cells(name: str, dtype: pl.DataType) -> AmountCells:
    """How the amount column `name`, delivered as `dtype`, is read.

    Columns in: the amount, exponent; without the exponent the amount is null and no fault of its own. In text every decimal counts; in a decimal column trailing zeros
    do not, since the column has one number of decimals for all currencies.
    """
    amount, exponent = pl.col(name), pl.col(EXPONENT)
    is_text = dtype == pl.String
    is_shaped = amount.str.contains(DECIMAL_TEXT) if is_text else amount.is_not_null()
    units, decimals = _units_and_decimals(amount, dtype)
    shift = exponent - decimals
    surplus = pl.lit(10, pl.Int128).pow((-shift).clip(0, 38).cast(pl.UInt32))
    is_too_precise = shift < 0 if is_text else (shift < 0) & (units % surplus != 0)
    minor = _shifted(units, shift, surplus)
    is_readable = is_shaped & exponent.is_not_null() & ~is_too_precise
    is_small = (minor.abs() < 10**MAX_DIGITS).fill_null(value=False)
    return AmountCells(
        minor=pl.when(is_readable & is_small).then(minor).cast(pl.Int64),
        faults={
            "amount_invalid": amount.is_not_null() & ~is_shaped,
            "amount_precision": is_shaped & is_too_precise,
            "amount_too_large": is_readable & ~is_small,
        },
    )


def _units_and_decimals(amount: pl.Expr, dtype: pl.DataType) -> tuple[pl.Expr, pl.Expr]:
    """Whole units (`Int128`, null where they do not fit) and how many of their digits are decimals."""
    if isinstance(dtype, pl.Decimal):
        return amount.to_physical(), pl.lit(dtype.scale, pl.Int64)
    if dtype.is_integer():
        return amount.cast(pl.Int128), pl.lit(0, pl.Int64)
    point = amount.str.find(".", literal=True).cast(pl.Int64)
    decimals = pl.when(point.is_null()).then(0).otherwise(amount.str.len_bytes().cast(pl.Int64) - point - 1)
    digits = amount.str.replace(".", "", literal=True)
    return digits.cast(pl.Int64, strict=False).cast(pl.Int128), decimals


def _shifted(units: pl.Expr, shift: pl.Expr, surplus: pl.Expr) -> pl.Expr:
    """Units in the decimals of the currency; amounts far above the largest are null, so that nothing wraps."""
    fits = pl.when(units.abs() < 10**MAX_DIGITS).then(units)
    missing = pl.lit(10, pl.Int128).pow(shift.clip(0, 38).cast(pl.UInt32))
    return pl.when(shift > 0).then(fits * missing).otherwise(units // surplus)
