"""Joint credit: what all banks together have lent to one enterprise, against the limit they have agreed on.

The figures are those of the newest ledger row of each enterprise; they are not the bank's own exposure.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import ceil_divide, floor_divide, floor_share, in_reporting_currency
from riskmon.limits.headroom import utilisation
from riskmon.limits.rates import reported_amount
from riskmon.rulebook.model import JointCredit, JointLimit
from riskmon.rulebook.select import Book, Selection

PARTS = ("bank_debt", "nonbank_debt", "other_debt", "guarantees_to_outsiders")
"""What counts under a joint limit: debt from banks, other lenders and markets, and guarantees to outsiders."""


def joint_ledger(tables: Mapping[str, pl.DataFrame], book: Book, selection: Selection) -> pl.DataFrame:
    """The newest ledger row of each enterprise on or before the run's date, in minor units of the reporting currency.

    tables: joint_credit, parties, reporting. Returns anchor_key, subject_id (`<book>/<party>`), bank_count, warning_bp,
    joint_limit_minor (rounded down), bank_debt_minor, exposure_minor (the sum of PARTS, each rounded up), is_complete
    (false where a part is not known, so that the sum is a lower bound).
    """
    exponent = int(tables["reporting"]["exponent"][0])
    newest = (
        tables["joint_credit"]
        .filter(pl.col("as_of") <= selection.as_of)
        .sort("anchor_key", "as_of")
        .unique("anchor_key", keep="last", maintain_order=True)
    )
    parts = {f"{part}_minor": _rounded_up(f"{part}_minor", exponent) for part in PARTS}
    parties = tables["parties"].select("party_id", anchor_key="party_key")
    return (
        newest.with_columns(joint_limit_minor=_rounded_down("joint_limit_minor", exponent), **parts)
        .with_columns(
            exposure_minor=pl.sum_horizontal(pl.col(name).cast(pl.Int128) for name in parts).cast(pl.Int64),
            is_complete=pl.all_horizontal(pl.col(name).is_not_null() for name in parts),
        )
        .join(parties, on="anchor_key", how="left")
        .with_columns(subject_id=pl.format("{}/{}", pl.lit(book.id), "party_id"))
    )


def joint_headroom(ledger: pl.DataFrame, book: Book, limit: JointLimit) -> pl.DataFrame:
    """The columns of `headroom` for the enterprises that have a joint limit; orange from the warning line on."""
    line, exposure = pl.col("joint_limit_minor"), pl.col("exposure_minor")
    warned = exposure >= floor_share(line, pl.coalesce("warning_bp", pl.lit(limit.warning_bp)))
    level = (
        pl.when(exposure > line)
        .then(pl.lit("red"))
        .when(warned)
        .then(pl.lit("orange"))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
    return ledger.drop_nulls("joint_limit_minor").select(
        "exposure_minor",
        "is_complete",
        "subject_id",
        subject_kind=pl.lit("group"),
        subject_key=pl.lit(None, dtype=pl.Int32),
        limit_id=pl.lit(limit.id),
        measure=pl.lit("joint_debt"),
        limit_minor=line,
        base_minor=pl.lit(None, dtype=pl.Int64),
        headroom_minor=line - exposure,
        excess_minor=(exposure - line).clip(lower_bound=0),
        utilisation_ratio=utilisation(exposure, line),
        warning_level=level,
        clause=pl.lit(book.edition.clause(limit)),
        is_breach=exposure > line,
        is_hard=pl.lit(limit.is_hard),
        book_id=pl.lit(book.id),
    )


def under_joint_credit(
    ledger: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book, selection: Selection
) -> pl.DataFrame:
    """The enterprises that joint credit is for, as rows of `large_exposures` with the set `joint_credit_<id>`.

    An unknown number of banks meets the condition, since the balance alone may ask for it.
    """
    empty = ledger.clear()
    found = [
        ledger.filter(_meets(rule, tables, selection)).select(*_SET_ROW, **_labels(rule, book))
        for rule in book.joint_credit
    ]
    return pl.concat([empty.select(*_SET_ROW, set=pl.lit(""), book_id=pl.lit(""), clause=pl.lit("")), *found])


_SET_ROW = (
    pl.lit("group").alias("subject_kind"),
    pl.lit(None, dtype=pl.Int32).alias("subject_key"),
    pl.col("subject_id"),
    pl.col("bank_debt_minor").alias("exposure_gross_minor"),
    pl.col("bank_debt_minor").alias("exposure_minor"),
    pl.lit(0, dtype=pl.Int64).alias("exempt_minor"),
)


def _labels(rule: JointCredit, book: Book) -> dict[str, pl.Expr]:
    return {
        "set": pl.lit(f"joint_credit_{rule.id}"),
        "book_id": pl.lit(book.id),
        "clause": pl.lit(book.edition.clause(rule)),
    }


def _meets(rule: JointCredit, tables: Mapping[str, pl.DataFrame], selection: Selection) -> pl.Expr:
    least = reported_amount(rule.balance_at_least, rule.currency, tables, selection)
    if least is None:
        return pl.lit(value=False)
    meets = (pl.col("bank_count") >= rule.bank_count).fill_null(value=True) & (
        pl.col("bank_debt_minor") >= least
    )
    if rule.balance_below is None:
        return meets
    below = reported_amount(rule.balance_below, rule.currency, tables, selection)
    return meets if below is None else meets & (pl.col("bank_debt_minor") < below)


def _rounded_up(amount: str, exponent: int) -> pl.Expr:
    return ceil_divide(*in_reporting_currency(pl.col(amount), exponent))


def _rounded_down(amount: str, exponent: int) -> pl.Expr:
    return floor_divide(*in_reporting_currency(pl.col(amount), exponent))
