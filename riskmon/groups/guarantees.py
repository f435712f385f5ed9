"""Guarantees: who pays for whom, and the rings in which firms guarantee one another.

A guarantee given to others than the bank is a relationship; one given to the bank is a protection. Both are one
record each and are read here together.
"""

import numpy as np
import polars as pl

from graph_models.arrays import strong_rings
from riskmon.domain.money import RATE_SCALE, ceil_divide, exact_sum, in_reporting_currency
from riskmon.groups.links import COUNTING

GUARANTEE_KINDS = ("guarantee", "standby_credit")
"""Protection kinds by which a party answers for another's debt."""


def guarantees(
    relationships: pl.DataFrame,
    protections: pl.DataFrame,
    covers: pl.DataFrame,
    facilities: pl.DataFrame,
    *,
    reporting_exponent: int,
) -> pl.DataFrame:
    """Every guarantee: guarantor_key, debtor_key, amount_minor (reporting currency, rounded up, null is unknown).

    A protection for facilities of several obligors is one liability: its amount stands with the smallest key, the
    others show zero.
    """
    recorded = _recorded(relationships, reporting_exponent)
    to_the_bank = (
        _to_the_bank(protections, covers, facilities, reporting_exponent)
        .with_columns(
            amount_minor=pl.when(pl.col("debtor_key") == pl.col("debtor_key").min().over("protection_key"))
            .then("amount_minor")
            .otherwise(0)
        )
        .select("guarantor_key", "debtor_key", "amount_minor")
    )
    return pl.concat([recorded, to_the_bank]).sort("guarantor_key", "debtor_key", "amount_minor").collect()


def guarantees_by_debtor(
    relationships: pl.DataFrame,
    protections: pl.DataFrame,
    covers: pl.DataFrame,
    facilities: pl.DataFrame,
    *,
    reporting_exponent: int,
) -> pl.DataFrame:
    """What each guarantor may have to pay for each debtor.

    A protection for several obligors may be called in full for any one of them, and counts in full for each.
    Returns guarantor_key, debtor_key, amount_minor (reporting currency, rounded up), guarantee_count,
    has_unknown_amount.
    """
    to_the_bank = _to_the_bank(protections, covers, facilities, reporting_exponent)
    return (
        pl.concat([_recorded(relationships, reporting_exponent), to_the_bank.drop("protection_key")])
        .group_by("guarantor_key", "debtor_key")
        .agg(
            amount_minor=exact_sum(pl.col("amount_minor")),
            guarantee_count=pl.len(),
            has_unknown_amount=pl.col("amount_minor").has_nulls(),
        )
        .collect()
    )


def _recorded(relationships: pl.DataFrame, reporting_exponent: int) -> pl.LazyFrame:
    """Guarantees given to others than the bank: guarantor_key, debtor_key, amount_minor."""
    return (
        relationships.lazy()
        .filter((pl.col("kind") == "guarantee") & pl.col("assessment").is_in(COUNTING))
        .with_columns(
            exponent=pl.col("exponent").fill_null(reporting_exponent),
            rate_e10=pl.col("rate_e10").fill_null(10**RATE_SCALE),
        )
        .select(
            guarantor_key="source_key",
            debtor_key="target_key",
            amount_minor=_reported("amount_minor", reporting_exponent),
        )
    )


def _to_the_bank(
    protections: pl.DataFrame, covers: pl.DataFrame, facilities: pl.DataFrame, reporting_exponent: int
) -> pl.LazyFrame:
    """Guarantees given to the bank, each once a debtor: protection_key, guarantor_key, debtor_key, amount_minor."""
    return (
        covers.lazy()
        .join(
            protections.lazy().filter(
                pl.col("kind").is_in(GUARANTEE_KINDS) & pl.col("provider_key").is_not_null()
            ),
            on="protection_key",
            how="inner",
        )
        .join(
            facilities.lazy().select("facility_key", debtor_key="obligor_key"), on="facility_key", how="left"
        )
        .select(
            "protection_key",
            guarantor_key="provider_key",
            debtor_key="debtor_key",
            amount_minor=_reported("value_minor", reporting_exponent),
        )
        .unique()
        # A firm answers for others; what it owes itself is no guarantee.
        .filter(pl.col("guarantor_key") != pl.col("debtor_key"))
    )


def guarantee_rings(links: pl.DataFrame, party_count: int) -> pl.DataFrame:
    """The rings of guarantees: ring_key, party_key, of two parties or more that all answer for one another."""
    pairs = (
        links.filter(pl.col("guarantor_key") != pl.col("debtor_key"))
        .select("guarantor_key", "debtor_key")
        .unique()
    )
    ring = strong_rings(
        party_count,
        pairs["guarantor_key"].to_numpy().astype(np.int32),
        pairs["debtor_key"].to_numpy().astype(np.int32),
    )
    return (
        pl.DataFrame({"ring_key": ring}, schema={"ring_key": pl.Int32})
        .with_row_index("party_key")
        .select("ring_key", pl.col("party_key").cast(pl.Int32))
        .filter(pl.col("ring_key") >= 0)
        .sort("ring_key", "party_key")
    )


def _reported(amount: str, reporting_exponent: int) -> pl.Expr:
    return ceil_divide(*in_reporting_currency(pl.col(amount), reporting_exponent))
