"""Add-ons: what the trades of a netting set may come to cost, by asset class and hedging set."""

import polars as pl

from riskmon.exposures.sa_ccr.sums import ADD, MOST, folded
from riskmon.rulebook.counterparty import SaCcr

_HEDGING_SET = ("netting_set_key", "asset_class", "hedging_set")


def add_ons(notionals: pl.DataFrame, sa_ccr: SaCcr) -> pl.DataFrame:
    """The aggregate add-on of each netting set, in minor units of the reporting currency as a float.

    notionals: netting_set_key, asset_class, hedging_set, part, factor, correlation, effective (the effective
    notional), in the order of the trades. Returns netting_set_key, add_on. Asset classes and hedging sets add up
    without any offset.
    """
    measured = notionals.filter(pl.col("factor").is_not_null())
    parts = folded(measured, (*_HEDGING_SET, "part"), {"effective": ADD, "factor": MOST, "correlation": MOST})
    rates = pl.col("asset_class") == "interest_rate"
    sets = pl.concat([_interest_rates(parts.filter(rates), sa_ccr), _single_factor(parts.filter(~rates))])
    return folded(sets.sort(_HEDGING_SET), ("netting_set_key",), {"add_on": ADD})


def _interest_rates(parts: pl.DataFrame, sa_ccr: SaCcr) -> pl.DataFrame:
    """One currency: positions of three maturity ranges, which offset each other in part."""
    near, far = 2 * float(sa_ccr.near_correlation), 2 * float(sa_ccr.far_correlation)
    in_range = [
        # At most one row of a hedging set is of a range, so that this adds nothing up.
        pl.col("effective").filter(pl.col("part") == str(number)).sum().alias(f"range_{number}")
        for number in (1, 2, 3)
    ]
    one, two, three = (pl.col(f"range_{number}") for number in (1, 2, 3))
    square = one * one + two * two + three * three + near * one * two + near * two * three + far * one * three
    return (
        parts.group_by(_HEDGING_SET)
        .agg(*in_range, factor=pl.col("factor").max())
        .select(*_HEDGING_SET, add_on=square.clip(lower_bound=0).sqrt() * pl.col("factor"))
    )


def _single_factor(parts: pl.DataFrame) -> pl.DataFrame:
    """References of one hedging set: they offset in what moves all of them, never in what is their own."""
    own = pl.col("effective") * pl.col("factor")
    shares = parts.with_columns(
        common=own * pl.col("correlation"),
        apart=own * own * (1 - pl.col("correlation") * pl.col("correlation")),
    )
    sets = folded(shares, _HEDGING_SET, {"common": ADD, "apart": ADD})
    return sets.select(*_HEDGING_SET, add_on=(pl.col("common") * pl.col("common") + pl.col("apart")).sqrt())
