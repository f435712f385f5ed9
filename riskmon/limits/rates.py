"""Amounts that a book states in a currency of its own, in minor units of the reporting currency."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import RATE_SCALE
from riskmon.rulebook.select import Selection


def reported_amount(
    amount: int, currency: str, tables: Mapping[str, pl.DataFrame], selection: Selection
) -> int | None:
    """A whole number of units of a currency, at the newest rate on or before the run's date, rounded down.

    tables: reporting, and fx_rates where delivered. None where no rate is known.
    """
    reporting = tables["reporting"].row(0, named=True)
    whole = amount * 10 ** reporting["exponent"]
    if currency == reporting["currency"]:
        return int(whole)
    if "fx_rates" not in tables:
        return None
    is_known = (pl.col("currency") == currency) & pl.col("rate_e10").is_not_null()
    rates = tables["fx_rates"].filter(is_known & (pl.col("as_of") <= selection.as_of)).sort("as_of")
    return None if rates.is_empty() else int(whole * rates["rate_e10"][-1] // 10**RATE_SCALE)
