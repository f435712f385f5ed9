"""Effective notional: the size of a trade, its supervisory delta, and how long it can move."""

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtr

from riskmon.domain.money import in_reporting_currency
from riskmon.exposures.sa_ccr.terms import is_option_known, with_factor, with_hedging_set, with_times
from riskmon.rulebook.counterparty import CounterpartyRules, SaCcr

_Floats = npt.NDArray[np.float64]


def effective_notionals(
    trades: pl.DataFrame,
    rules: CounterpartyRules,
    sa_ccr: SaCcr,
    *,
    as_of: date,
    reporting: tuple[str, int],
) -> pl.DataFrame:
    """What each trade brings into its hedging set, in the order of the trades.

    trades: the validated derivatives. reporting: currency and exponent of the run.
    Returns trade_key, netting_set_key, asset_class, hedging_set, part, factor, correlation (null where the rules have no
    factor), `notional` (adjusted notional times delta, minor units of the reporting currency), `unmargined` (the
    maturity factor of a trade without margin).
    """
    currency, exponent = reporting
    numerator, denominator = in_reporting_currency(pl.col("notional_minor"), exponent)
    terms = with_times(with_factor(trades.lazy(), rules.factors), sa_ccr, as_of)
    rows = (
        with_hedging_set(terms, currency)
        .with_columns(size=numerator.cast(pl.Float64) / denominator.cast(pl.Float64) * pl.col("duration"))
        .with_columns(unmargined=pl.col("years").clip(upper_bound=1).sqrt().fill_null(1))
        .collect()
    )
    delta = pl.Series("delta", _delta(rows, sa_ccr))
    return rows.select(
        "trade_key",
        "netting_set_key",
        "asset_class",
        "hedging_set",
        "part",
        "factor",
        "correlation",
        "unmargined",
        notional=pl.col("size") * delta,
    )


def _delta(rows: pl.DataFrame, sa_ccr: SaCcr) -> _Floats:
    """The supervisory delta with its sign; of an option whose terms are not all known it is 1, the most it can be."""
    direction = rows["direction"].to_numpy().astype(np.float64)
    instrument = rows["instrument"]
    likelihood = _exercise(rows)
    call, put = (instrument == "call").to_numpy(), (instrument == "put").to_numpy()
    tranche = (instrument == "cdo_tranche").to_numpy()
    signed = np.where(put, -likelihood, np.where(call, likelihood, np.float64(1)))
    return direction * np.where(tranche, _tranche(rows, sa_ccr), signed)


def _exercise(rows: pl.DataFrame) -> _Floats:
    """How likely an option is exercised, by the simplified formula of Black and Scholes.

    The volatility is the supervisory one; what the bank delivers does not replace it (CRE52.72, FAQ2).
    """
    spread = pl.col("supervisory_volatility") * pl.col("expiry_years").sqrt()
    distance = ((pl.col("forward") / pl.col("strike")).log() + spread * spread / 2) / spread
    signed = pl.when(pl.col("instrument") == "put").then(-distance).otherwise(distance)
    found = rows.select(pl.when(is_option_known()).then(signed).otherwise(float("inf"))).to_series()
    return np.asarray(ndtr(found.to_numpy()), dtype=np.float64)


def _tranche(rows: pl.DataFrame, sa_ccr: SaCcr) -> _Floats:
    """The delta of a tranche; an end that is not known is the nearest that it can be, which makes it largest."""
    slope = sa_ccr.tranche_slope
    lower = pl.col("attachment").fill_null(0).clip(lower_bound=0)
    upper = pl.max_horizontal(lower, pl.col("detachment").fill_null(0))
    ends = (1 + slope * lower) * (1 + slope * upper)
    return rows.select((sa_ccr.tranche_scale / ends).cast(pl.Float64)).to_series().to_numpy()
