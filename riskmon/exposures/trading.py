"""The trading book: what the default of one issuer would cost at once, long and short positions set off.

Positions in one issue offset in full. A position in another issue of the issuer offsets only if the short one ranks
junior to the long one or equal to it. A net short position is no exposure and takes nothing off the banking book.
"""

import polars as pl

from riskmon.domain.money import ceil_divide, exact_sum, net_in_reporting_currency
from riskmon.domain.terms import LONG_SIDES, SENIORITIES

UNKNOWN_ISSUE = "position/{}"
"""How an issue that is not named is called, by the key of its position."""


def trading_exposures(positions: pl.DataFrame, *, reporting_exponent: int) -> pl.DataFrame:
    """The exposure to each issuer of the trading book.

    positions: the validated trading positions. Returns issuer_key, exposure_minor (reporting currency), sorted.

    The longs from the most junior rank up to some rank have only the shorts of these ranks to set off; the exposure is
    the largest excess over all such ranks, which is what is left when every short serves as many longs as it may.
    """
    return (
        issue_losses(positions, reporting_exponent=reporting_exponent)
        .lazy()
        .group_by("issuer_key", "rank")
        .agg(exact_sum(pl.col("net_minor")))
        .sort("issuer_key", "rank", descending=[False, True])
        .with_columns(excess_minor=pl.col("net_minor").cast(pl.Int128).cum_sum().over("issuer_key"))
        .group_by("issuer_key")
        .agg(exposure_minor=pl.col("excess_minor").max().clip(lower_bound=0).cast(pl.Int64))
        .sort("issuer_key")
        .collect()
    )


def issue_losses(positions: pl.DataFrame, *, reporting_exponent: int) -> pl.DataFrame:
    """What the default of its issuer would cost at once, issue by issue: issuer_key, issue, net_minor, rank.

    Positions in one issue offset in full; net_minor is negative where the shorts outweigh the longs. rank: the place of
    the issue among others of the issuer, 0 the most senior, where an unknown rank sets off least.
    """
    return (
        positions.lazy()
        .with_columns(loss_minor=_reported(_loss(), reporting_exponent), rank=_rank())
        .with_columns(
            # Positions of an issue that is not named offset only each for itself.
            issue=pl.coalesce("issue_id", pl.format(UNKNOWN_ISSUE, "position_key"))
        )
        .group_by("issuer_key", "issue")
        .agg(
            net_minor=exact_sum(pl.col("loss_minor")),
            senior=pl.col("rank").min(),
            junior=pl.col("rank").max(),
            is_ranked=pl.col("rank").is_not_null().all(),
        )
        .with_columns(rank=_offset_rank())
        .select("issuer_key", "issue", "net_minor", "rank")
        .sort("issuer_key", "issue")
        .collect()
    )


def _loss() -> pl.Expr:
    """What the bank loses at once if the issuer defaults, negative what it gains; minor units of the position.

    A bond or share and a call lose their market value, a put gains the strike less it; sold protection loses what is
    due less its market value. Protection that was bought offsets nothing here: it is a protection, with a seller.
    """
    value, strike = pl.col("market_value_minor").abs(), pl.col("strike_value_minor")
    is_long = pl.col("side").is_in(LONG_SIDES)
    instrument = pl.col("instrument")
    put = pl.when(is_long).then(value - strike).otherwise(strike - value)
    sold = pl.when(is_long).then(0).otherwise(strike - value)
    position = pl.when(is_long).then(value).otherwise(-value)
    return (
        pl.when(instrument == "put")
        .then(put)
        .when(instrument == "credit_default_swap")
        .then(sold)
        .otherwise(position)
    )


def _rank() -> pl.Expr:
    """The rank of a position's issue, 0 the most senior; shares rank last, and an unknown rank is null."""
    known = pl.col("seniority").replace_strict(
        {name: rank for rank, name in enumerate(SENIORITIES)}, default=None, return_dtype=pl.Int32
    )
    is_share = pl.col("instrument") == "equity"
    return pl.coalesce(known, pl.when(is_share).then(pl.lit(len(SENIORITIES) - 1, dtype=pl.Int32)))


def _offset_rank() -> pl.Expr:
    """Where an issue stands: an unknown or disputed rank is the one that sets off least.

    A long without a rank stands below all, so that no short of another issue serves it; such a short stands above all.
    """
    is_long = pl.col("net_minor") > 0
    unknown = pl.when(is_long).then(len(SENIORITIES)).otherwise(-1)
    known = pl.when(is_long).then("junior").otherwise("senior")
    return pl.when("is_ranked").then(known).otherwise(unknown).cast(pl.Int32)


def _reported(amount: pl.Expr, reporting_exponent: int) -> pl.Expr:
    """The amount in the reporting currency, rounded up: a loss is not made smaller, a gain not larger."""
    return ceil_divide(*net_in_reporting_currency(amount, reporting_exponent))
