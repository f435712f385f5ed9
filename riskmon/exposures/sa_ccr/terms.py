"""The terms of a trade as the standard sees them: its supervisory factor, its times in years, its hedging set.

What is not known takes the stricter reading: a factor the highest that may apply, a maturity the longest, a delta the
largest. And such a trade offsets no other, since a larger trade may also be a larger hedge.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from riskmon.domain.terms import LONG_SIDES
from riskmon.rulebook.counterparty import SaCcr, SupervisoryFactor

_DURATION_CLASSES = ("interest_rate", "credit")
_OPTIONS = ("call", "put")
_NAME_CLASSES = ("credit", "equity")
_YEAR_DAYS = 360
_MONTH_DAYS = 30


def with_factor(trades: pl.LazyFrame, factors: Sequence[SupervisoryFactor]) -> pl.LazyFrame:
    """The trades with `factor`, `correlation`, `supervisory_volatility` and `commodity_set` of the entry that applies.

    Columns in: asset_class, is_index, reference_grade, reference_id. All null where no entry may apply.
    """
    ordered = sorted(factors, key=lambda factor: (-factor.factor, factor.id))
    listed = sorted({reference for factor in factors for reference in factor.references})
    number = pl.coalesce(
        pl.lit(None, dtype=pl.Int32),
        *(
            pl.when(_may_apply(factor, listed)).then(pl.lit(position, dtype=pl.Int32))
            for position, factor in enumerate(ordered)
        ),
    )
    entries = pl.LazyFrame(
        {
            "number": range(len(ordered)),
            "factor": [float(factor.factor) for factor in ordered],
            # Without a correlation trades of one hedging set offset in full.
            "correlation": [1 if each.correlation is None else float(each.correlation) for each in ordered],
            "supervisory_volatility": [float(factor.volatility) for factor in ordered],
            "commodity_set": [factor.hedging_set for factor in ordered],
        },
        schema={
            "number": pl.Int32,
            "factor": pl.Float64,
            "correlation": pl.Float64,
            "supervisory_volatility": pl.Float64,
            "commodity_set": pl.String,
        },
    )
    is_listed = pl.col("reference_id").is_in(listed).fill_null(value=False)
    return (
        trades.with_columns(number=number, is_listed=is_listed)
        .join(entries, on="number", how="left", maintain_order="left")
        .drop("number")
    )


def with_times(trades: pl.LazyFrame, rules: SaCcr, as_of: date) -> pl.LazyFrame:
    """The trades with `years` of maturity, at least the floor, `duration`, `expiry_years` and `maturity_range`.

    Columns in: asset_class, start_date, end_date, expiry_date. Years are 30/360. An open maturity is null in `years`
    and makes the longest duration; the maturity is the later of end and expiry, since an option may be settled in what
    it is on.
    """
    floor = rules.floor_days / rules.year_days
    rate = float(rules.duration_rate)
    start = _years(as_of, "start_date").fill_null(0).clip(lower_bound=0)
    end = _years(as_of, "end_date").clip(lower_bound=0)
    # What has no end is discounted to nothing.
    discounted_end = (-rate * end).exp().fill_null(0)
    duration = (((-rate * start).exp() - discounted_end) / rate).clip(lower_bound=floor)
    first, second = rules.range_end_years
    maturity_range = pl.when(end < first).then(1).when(end <= second).then(2).when(end > second).then(3)
    expiry = _years(as_of, "expiry_date")
    return trades.with_columns(
        years=pl.when(end.is_not_null()).then(pl.max_horizontal(end, expiry)).clip(lower_bound=floor),
        duration=pl.when(pl.col("asset_class").is_in(_DURATION_CLASSES)).then(duration).otherwise(1),
        expiry_years=expiry,
        maturity_range=maturity_range.cast(pl.Int32),
    )


def with_hedging_set(trades: pl.LazyFrame, reporting_currency: str) -> pl.LazyFrame:
    """The trades with `hedging_set`, `part` (what offsets in full within it) and `direction`, 1 or -1.

    A trade of which a term is not known that its add-on depends on stands in a hedging set of its own.
    """
    asset_class = pl.col("asset_class")
    other = _other_currency(reporting_currency)
    first = pl.min_horizontal("currency", other)
    # One pair is one set however it is quoted: long one currency is short the other.
    quoted = (
        pl.when((asset_class == "foreign_exchange") & (pl.col("currency") != first)).then(-1).otherwise(1)
    )
    side = pl.when(pl.col("side").is_in(LONG_SIDES)).then(1).otherwise(-1)
    instrument = pl.col("instrument")
    is_apart = (
        pl.col("side").is_null()
        | pl.col("end_date").is_null()
        | (instrument.is_in(_OPTIONS) & ~is_option_known())
        | ((instrument == "cdo_tranche") & (pl.col("attachment").is_null() | pl.col("detachment").is_null()))
        | ((asset_class == "credit") & pl.col("reference_grade").is_null())
        | (asset_class.is_in(_NAME_CLASSES) & pl.col("reference_id").is_null())
        | ((asset_class == "commodity") & ~pl.col("is_listed"))
        | ((asset_class == "foreign_exchange") & other.is_null())
    )
    known = (
        pl.when(asset_class == "interest_rate")
        .then("currency")
        .when(asset_class == "foreign_exchange")
        .then(pl.concat_str(first, pl.max_horizontal("currency", other)))
        .when(asset_class == "commodity")
        .then("commodity_set")
        .otherwise(pl.lit("all"))
    )
    name = pl.format("{}/{}", pl.col("is_index").fill_null(value=False), pl.col("reference_id").fill_null(""))
    part = (
        pl.when(asset_class == "interest_rate")
        .then(pl.col("maturity_range").fill_null(1).cast(pl.String))
        .when(asset_class == "foreign_exchange")
        .then(pl.lit(""))
        .when(asset_class == "commodity")
        .then(pl.col("reference_id").fill_null(""))
        .otherwise(name)
    )
    return trades.with_columns(
        hedging_set=pl.when(is_apart).then(pl.format("apart/{}", "trade_key")).otherwise(known),
        part=part,
        direction=side * quoted,
    )


def is_option_known() -> pl.Expr:
    """Whether the delta of an option can be computed. Columns in: forward, strike, expiry_years, supervisory_volatility."""
    terms = ("forward", "strike", "expiry_years", "supervisory_volatility")
    return pl.all_horizontal((pl.col(term) > 0).fill_null(value=False) for term in terms)


def _may_apply(factor: SupervisoryFactor, listed: list[str]) -> pl.Expr:
    applies = pl.col("asset_class") == factor.asset_class
    if factor.is_index is not None:
        applies &= pl.col("is_index").eq(factor.is_index).fill_null(value=True)
    if factor.grades:
        applies &= pl.col("reference_grade").is_in(factor.grades).fill_null(value=True)
    if factor.references:
        # A reference that no entry names may be any of them.
        named = pl.col("reference_id").is_in(factor.references) | ~pl.col("reference_id").is_in(listed)
        applies &= named.fill_null(value=True)
    return applies


def _other_currency(reporting_currency: str) -> pl.Expr:
    """The other currency of a pair: `reference_id` names it, alone or in the pair; the reporting one if it is empty."""
    reference, currency = pl.col("reference_id"), pl.col("currency")
    named = (
        pl.when(reference.str.len_chars() == 3)
        .then(reference)
        .when((reference.str.len_chars() == 6) & reference.str.starts_with(currency))
        .then(reference.str.tail(3))
        .when((reference.str.len_chars() == 6) & reference.str.ends_with(currency))
        .then(reference.str.head(3))
        .when(reference.is_null())
        .then(pl.lit(reporting_currency))
    )
    return pl.when(named != currency).then(named)


def _years(as_of: date, column: str) -> pl.Expr:
    """Years from the run's date to that of the column, every month of 30 days."""
    day = pl.col(column)
    days = (
        (day.dt.year() - as_of.year) * _YEAR_DAYS
        + (day.dt.month().cast(pl.Int32) - as_of.month) * _MONTH_DAYS
        + day.dt.day().cast(pl.Int32).clip(upper_bound=_MONTH_DAYS)
        - min(as_of.day, _MONTH_DAYS)
    )
    return days / _YEAR_DAYS
