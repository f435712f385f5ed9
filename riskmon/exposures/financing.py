"""Securities financing by the comprehensive approach: what the bank gave, and what it holds against it after haircuts."""

import polars as pl

from riskmon.domain.money import BP, ceil_divide, floor_divide, in_reporting_currency
from riskmon.domain.terms import CASH_OUT_DIRECTIONS
from riskmon.rulebook.counterparty import CounterpartyRules


def financing_exposures(
    trades: pl.DataFrame, rules: CounterpartyRules, *, bank_key: int | None, reporting_exponent: int
) -> pl.DataFrame:
    """What each financing trade puts at stake, trade by trade.

    trades: the validated securities financing. Returns trade_key, gross_minor (what the bank gave, raised by the
    haircut of a security), held_minor (what it holds, after haircuts, at most the gross), issuer_key (who owes the
    security held; null for cash), is_measured, and how they come about: given_minor and worth_minor (what was given, and
    what the security or cash against it is worth, before haircuts), raised_bp and kept_off_bp (the haircuts).

    Rules without the approach recognise nothing that is held, and the trade is not measured. A security of a class
    without a haircut, of an unknown issuer, of the counterparty itself or of the bank is no collateral.
    """
    known = {name: haircut.haircut_bp for haircut in rules.haircuts for name in haircut.classes}
    largest = max(known.values(), default=0)
    mismatch = max((rule.haircut_bp for rule in rules.haircuts if rule.is_currency_mismatch), default=0)
    gives_cash = pl.col("direction").is_in(CASH_OUT_DIRECTIONS)
    haircut = pl.col("haircut_class").replace_strict(known, default=None, return_dtype=pl.Int64)
    is_mismatched = (pl.col("security_currency") != pl.col("currency")).fill_null(value=False)
    mismatch_bp = pl.when(is_mismatched).then(mismatch).otherwise(0)
    issuer = pl.col("security_issuer_key")
    is_collateral = (
        haircut.is_not_null()
        & issuer.is_not_null()
        & (issuer != pl.col("counterparty_key"))
        & ((issuer != bank_key) if bank_key is not None else pl.lit(value=True))
    )
    cash, security = pl.col("cash_minor"), pl.col("security_value_minor")
    raised_bp = pl.when(gives_cash).then(0).otherwise(haircut.fill_null(largest))
    given = pl.when(gives_cash).then(cash).otherwise(security).cast(pl.Int128)
    kept_bp = pl.when(gives_cash).then(BP - haircut.fill_null(BP) - mismatch_bp).otherwise(BP - mismatch_bp)
    kept_bp = kept_bp.clip(lower_bound=0)
    against = pl.when(gives_cash).then(security).otherwise(cash).cast(pl.Int128)
    is_held = pl.lit(bool(known)) & (~gives_cash | is_collateral)
    gross_minor = ceil_divide(*_reported(given * (BP + raised_bp), reporting_exponent))
    by_offset = pl.col("offset_rate_e10")
    worth = floor_divide(*_reported(against * kept_bp, reporting_exponent, by_offset))
    held_minor = pl.when(is_held).then(worth).otherwise(0)
    return (
        trades.lazy()
        .with_columns(gross_minor=gross_minor, held_minor=held_minor)
        .select(
            "trade_key",
            "gross_minor",
            held_minor=pl.min_horizontal("held_minor", "gross_minor"),
            issuer_key=pl.when(gives_cash).then(issuer),
            is_measured=pl.lit(bool(known)),
            given_minor=ceil_divide(*_reported(given * BP, reporting_exponent)),
            worth_minor=floor_divide(*_reported(against * BP, reporting_exponent, by_offset)),
            raised_bp=raised_bp,
            kept_off_bp=pl.when(is_held).then(BP - kept_bp),
        )
        .collect()
    )


def _reported(
    amount: pl.Expr, reporting_exponent: int, rate_e10: pl.Expr | None = None
) -> tuple[pl.Expr, pl.Expr]:
    """An amount times basis points in the reporting currency, as numerator and denominator."""
    numerator, denominator = in_reporting_currency(amount, reporting_exponent, rate_e10)
    return numerator, denominator * BP
