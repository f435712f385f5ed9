"""Money in whole minor units, and every rounding by name.

An exposure is rounded up (never a fen less than is owed), a limit and a protection are rounded down (never a
fen more than the clause allows). Products and sums pass through `Int128`, since `Int64` wraps silently; the
strict cast back raises where the result does not fit.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from functools import cache

import polars as pl
from iso4217 import Currency

BP = 10_000
"""Basis points in the whole."""

RATE_SCALE = 10
"""Decimals of an exchange rate held as an integer (`rate_e10`)."""

MAX_DIGITS = 15
"""Digits of the largest single amount; more are a finding, since sums must stay within 64 bits."""


@cache
def currency_exponents() -> dict[str, int]:
    """Decimals of every active ISO 4217 currency that has a minor unit, by alphabetic code."""
    return {currency.code: currency.exponent for currency in Currency if currency.exponent is not None}


def decimal_text(minor: int | None, currency: str) -> str | None:
    """An amount as decimal text in major units with all the decimals of its currency: 150 CNY minor is `1.50`."""
    if minor is None:
        return None
    return minor_text(minor, currency_exponents().get(currency, 2))


def minor_text(minor: int, exponent: int) -> str:
    """Minor units as decimal text in major units, all decimals told."""
    if not exponent:
        return str(minor)
    digits = str(minor).zfill(exponent + 1) if minor >= 0 else "-" + str(-minor).zfill(exponent + 1)
    return f"{digits[:-exponent]}.{digits[-exponent:]}"


def limit_minor(*, base_minor: int, ratio: Decimal) -> int:
    """The limit in minor units, rounded down: a limit is never rounded up."""
    return int((base_minor * ratio).to_integral_value(rounding=ROUND_FLOOR))


def floor_share(amount: pl.Expr, share_bp: pl.Expr | int) -> pl.Expr:
    """`amount` times `share_bp` / 10 000, rounded down, as a protection or a limit line. Not negative."""
    return ((amount.cast(pl.Int128) * share_bp) // BP).cast(pl.Int64)


def ceil_divide(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """`numerator` over `denominator`, rounded up, in minor units. Both `Int128`, denominator positive."""
    return ((numerator + denominator - 1) // denominator).cast(pl.Int64)


def floor_divide(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """`numerator` over `denominator`, rounded down, in minor units. Both `Int128`, denominator positive."""
    return (numerator // denominator).cast(pl.Int64)


def ceil_measured(amount: pl.Expr) -> pl.Expr:
    """A measured amount (a float in minor units) as whole minor units, rounded up: the one way from floats to money.

    Noise below a ten-thousandth of a minor unit, which the last bits of a float are made of, lifts nothing.
    """
    return amount.round(4).ceil().cast(pl.Int64)


def exact_sum(amount: pl.Expr) -> pl.Expr:
    """The sum of minor units, through `Int128` so that it cannot wrap, cast back strictly."""
    return amount.cast(pl.Int128).sum().cast(pl.Int64)


def add_up_within_64_bits(rows: pl.DataFrame, amounts: Sequence[str]) -> bool:
    """Whether all rows of each amount, signs left aside, add up to 64 bits: then a plain sum of some of them is exact.

    Floats tell it fast; half of the room is left for what they round.
    """
    whole = rows.select(pl.col(name).cast(pl.Float64).abs().sum() for name in amounts)
    return all(total < 2**62 for total in whole.row(0))


def in_reporting_currency(
    amount: pl.Expr, reporting_exponent: int, rate_e10: pl.Expr | None = None
) -> tuple[pl.Expr, pl.Expr]:
    """Numerator and denominator (`Int128`) of an amount in minor units of the reporting currency, not yet rounded.

    Columns in: rate_e10 (reporting units for one unit of the row's currency) unless another rate is given, exponent (its
    decimals).
    """
    rate = pl.col("rate_e10") if rate_e10 is None else rate_e10
    numerator = amount.cast(pl.Int128) * rate * 10**reporting_exponent
    return numerator, pl.lit(10, dtype=pl.Int128).pow(pl.col("exponent")) * 10**RATE_SCALE


def net_in_reporting_currency(amount: pl.Expr, reporting_exponent: int) -> tuple[pl.Expr, pl.Expr]:
    """As `in_reporting_currency` for a signed amount at stake: what is negative takes off, by `offset_rate_e10`."""
    rate = pl.when(amount < 0).then("offset_rate_e10").otherwise("rate_e10")
    return in_reporting_currency(amount, reporting_exponent, rate)


def amount_text(amount: pl.Expr, exponent: int) -> pl.Expr:
    """Minor units as text for a reader, in major units with `exponent` decimals: `1,234,567.89`; null stays null."""
    sign = pl.when(amount < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    digits = amount.cast(pl.Int128).abs().cast(pl.String).str.zfill(exponent + 1)
    if exponent == 0:
        return sign + _separated(digits)
    return sign + _separated(digits.str.head(-exponent)) + "." + digits.str.tail(exponent)


def _separated(digits: pl.Expr) -> pl.Expr:
    """Digits in threes from the right."""
    threes = digits.str.reverse().str.replace_all(r"\d{3}", "$0,")
    return threes.str.strip_suffix(",").str.reverse()


def percent_text(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """A share as text with two decimals, such as `97.50 %`, rounded down; null where the denominator is zero."""
    share_bp = numerator.cast(pl.Int128) * BP // denominator.cast(pl.Int128)
    return amount_text(share_bp, 2) + " %"
