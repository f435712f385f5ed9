"""Netting sets: replacement cost, potential future exposure, and the two together as money."""

from datetime import date

import polars as pl

from riskmon.domain.money import (
    ceil_divide,
    ceil_measured,
    exact_sum,
    in_reporting_currency,
    net_in_reporting_currency,
)
from riskmon.exposures.sa_ccr.add_ons import add_ons
from riskmon.exposures.sa_ccr.notional import effective_notionals
from riskmon.rulebook.counterparty import CounterpartyRules, SaCcr

_ZERO = pl.lit(0, dtype=pl.Int64)


def set_exposures(
    sets: pl.DataFrame,
    trades: pl.DataFrame,
    rules: CounterpartyRules,
    *,
    as_of: date,
    reporting: tuple[str, int],
) -> pl.DataFrame:
    """The exposure of each netting set.

    sets: netting_set_key, is_cleared, is_margined, collateral_minor, threshold_minor, minimum_transfer_minor,
    independent_amount_minor, margin_days, rate_e10, offset_rate_e10, exponent. trades: the validated derivatives. reporting: currency and
    exponent of the run.
    Returns netting_set_key, exposure_minor (reporting currency), is_measured, and how it comes about: value_minor (market
    value), collateral_minor (held, negative where posted), replacement_minor, potential_minor (null without the
    approach; shown rounded up), is_under_margin (the margin agreement gives the lower amount). Rules without the
    approach leave the replacement cost alone, which is not the whole.
    """
    replacement = _replacement(sets, trades, reporting[1])
    sa_ccr = rules.sa_ccr
    if sa_ccr is None:
        return _without_approach(replacement)
    notionals = effective_notionals(trades, rules, sa_ccr, as_of=as_of, reporting=reporting)
    periods = _margin_periods(replacement, sa_ccr).collect()
    unmargined = add_ons(notionals.with_columns(effective=pl.col("notional") * pl.col("unmargined")), sa_ccr)
    in_margined = notionals.join(
        periods.drop_nulls("margined"), on="netting_set_key", how="inner", maintain_order="left"
    )
    margined = add_ons(in_margined.with_columns(effective=pl.col("notional") * pl.col("margined")), sa_ccr)
    unknown = notionals.filter(pl.col("factor").is_null())["netting_set_key"].unique()
    return (
        periods.lazy()
        .join(unmargined.lazy(), on="netting_set_key", how="left", validate="1:1")
        .join(
            margined.lazy().rename({"add_on": "margined_add_on"}),
            on="netting_set_key",
            how="left",
            validate="1:1",
        )
        .with_columns(pl.col("add_on", "margined_add_on").fill_null(0))
        .with_columns(**_measures(sa_ccr))
        .select(
            "netting_set_key",
            "value_minor",
            "collateral_minor",
            **_exposure(),
            is_measured=pl.col("is_known") & ~pl.col("netting_set_key").is_in(unknown.implode()),
        )
        .sort("netting_set_key")
        .collect()
    )


def _without_approach(replacement: pl.LazyFrame) -> pl.DataFrame:
    """`set_exposures` of rules without the approach. replacement: `_replacement`."""
    today = pl.max_horizontal("uncovered_minor", _ZERO)
    return replacement.select(
        "netting_set_key",
        "value_minor",
        "collateral_minor",
        exposure_minor=today,
        replacement_minor=today,
        potential_minor=pl.lit(None, dtype=pl.Int64),
        is_under_margin=pl.lit(value=False),
        is_measured=pl.lit(value=False),
    ).collect()


def _replacement(sets: pl.DataFrame, trades: pl.DataFrame, exponent: int) -> pl.LazyFrame:
    """The sets with what is at stake today, each amount rounded once: value up, collateral down.

    Adds uncovered_minor (market value less collateral, which posted collateral raises), uncalled_minor (the largest
    exposure that calls no margin, null where the margin terms are not known), trade_count, is_known.
    """
    value = ceil_divide(*net_in_reporting_currency(pl.col("market_value_minor").fill_null(0), exponent))
    values = (
        trades.lazy()
        .with_columns(value_minor=value)
        .group_by("netting_set_key")
        .agg(
            value_minor=exact_sum(pl.col("value_minor")),
            trade_count=pl.len(),
            is_valued=pl.col("market_value_minor").is_not_null().all(),
        )
    )
    # Collateral takes off an exposure, so that its negative is what is at stake and is rounded as such.
    uncollateralised, uncovered_margin = (
        ceil_divide(*net_in_reporting_currency(-pl.col(name).fill_null(0), exponent))
        for name in ("collateral_minor", "independent_amount_minor")
    )
    uncalled = ceil_divide(
        *in_reporting_currency(pl.col("threshold_minor") + pl.col("minimum_transfer_minor"), exponent)
    )
    return (
        sets.lazy()
        .join(values, on="netting_set_key", how="left", validate="1:1")
        .with_columns(
            pl.col("value_minor").fill_null(0),
            collateral_minor=-uncollateralised,
            uncovered_minor=pl.col("value_minor").fill_null(0) + uncollateralised,
            uncalled_minor=uncalled + uncovered_margin,
            is_known=pl.col("is_valued").fill_null(value=False) & pl.col("collateral_minor").is_not_null(),
        )
    )


def _margin_periods(sets: pl.LazyFrame, sa_ccr: SaCcr) -> pl.LazyFrame:
    """The sets with `margined`, the maturity factor under their margin agreement.

    It is null where no agreement binds the counterparty or its terms are not all known: the set is then measured as one
    without margin, which is the cap of one with it.
    """
    is_crowded = ~pl.col("is_cleared") & (pl.col("trade_count").fill_null(0) > sa_ccr.many_trades)
    floor = pl.when(is_crowded).then(sa_ccr.many_trades_margin_floor_days).otherwise(sa_ccr.margin_floor_days)
    days = pl.when(pl.col("margin_days").is_not_null()).then(pl.max_horizontal("margin_days", floor))
    factor = float(sa_ccr.margined_scale) * (days / sa_ccr.year_days).sqrt()
    is_margined = pl.col("is_margined").fill_null(value=False) & pl.col("uncalled_minor").is_not_null()
    return sets.with_columns(margined=pl.when(is_margined).then(factor))


def _measures(sa_ccr: SaCcr) -> dict[str, pl.Expr]:
    """Replacement cost, potential future exposure and alpha times their sum, without margin and under it.

    The last is null where no margin agreement is known to bind the counterparty.
    """
    alpha = float(sa_ccr.alpha)
    today = {
        "unmargined": pl.max_horizontal("uncovered_minor", _ZERO),
        "margined": pl.max_horizontal("uncovered_minor", "uncalled_minor", _ZERO),
    }
    potential = {
        "unmargined": _potential("add_on", sa_ccr),
        "margined": _potential("margined_add_on", sa_ccr),
    }
    whole = {name: alpha * (today[name] + potential[name]) for name in today}
    bound = pl.when(pl.col("margined").is_not_null()).then(whole["margined"])
    return {
        **{f"{name}_today": amount for name, amount in today.items()},
        **{f"{name}_potential": amount for name, amount in potential.items()},
        "unmargined_whole": whole["unmargined"],
        "margined_whole": bound,
    }


def _exposure() -> dict[str, pl.Expr]:
    """The exposure and its parts: under margin at most what it is without. Columns in: `_measures`."""
    is_under_margin = (pl.col("margined_whole") < pl.col("unmargined_whole")).fill_null(value=False)

    def chosen(part: str) -> pl.Expr:
        return pl.when(is_under_margin).then(f"margined_{part}").otherwise(f"unmargined_{part}")

    return {
        "exposure_minor": ceil_measured(chosen("whole")),
        "replacement_minor": chosen("today"),
        "potential_minor": ceil_measured(chosen("potential")),
        "is_under_margin": is_under_margin,
    }


def _potential(add_on: str, sa_ccr: SaCcr) -> pl.Expr:
    """The add-on, less what excess collateral and negative market values take off it, down to the floor."""
    floor = float(sa_ccr.multiplier_floor)
    aggregate = pl.col(add_on)
    excess = pl.min_horizontal(pl.col("uncovered_minor"), _ZERO) / (2 * (1 - floor) * aggregate)
    multiplier = floor + (1 - floor) * excess.exp()
    return pl.when(aggregate > 0).then(multiplier * aggregate).otherwise(0)
