"""Totals: what each group has at stake. A party in two groups counts in full in both; never add groups up."""

import polars as pl

from riskmon.domain.money import exact_sum

AMOUNTS = (
    "exposure_gross_minor", "mitigated_out_minor", "mitigated_in_minor", "exposure_minor", "exempt_minor",
    "general_minor", "specific_minor", "trading_minor", "counterparty_minor", "potential_minor", "other_minor",
    "loan_balance_minor", "credit_balance_minor",
)  # fmt: skip


def group_totals(
    members: pl.DataFrame, obligor_exposures: pl.DataFrame, parties: pl.DataFrame
) -> pl.DataFrame:
    """One row a group: the sums over its members, and whether every member's number is complete.

    members: group_key, party_key. obligor_exposures: those of the group's book. A figure that the book does not
    define stays null. Returns group_key, book_id and the amounts without if_confirmed_minor.
    """
    defined = pl.col(AMOUNTS)
    return (
        members.lazy()
        .join(
            obligor_exposures.lazy()
            .rename({"obligor_key": "party_key"})
            .drop("if_confirmed_minor", "book_id"),
            on="party_key",
            how="left",
        )
        .join(parties.lazy().select("party_key", party_complete="is_complete"), on="party_key", how="left")
        .group_by("group_key")
        .agg(
            pl.when(defined.is_not_null().any()).then(exact_sum(defined)),
            is_complete=(pl.col("is_complete").fill_null(value=True) & pl.col("party_complete")).all(),
        )
        .collect()
    )


def with_if_confirmed(
    totals: pl.DataFrame,
    groups: pl.DataFrame,
    wider_members: pl.DataFrame,
    wider_totals: pl.DataFrame,
) -> pl.DataFrame:
    """The totals with `if_confirmed_minor`: the most that a group holding this anchor would carry.

    A group only grows when doubtful relationships count, so the wider group around the anchor holds all of it.
    """
    wider = (
        wider_members.join(wider_totals.select("group_key", "exposure_minor"), on="group_key", how="left")
        .group_by(anchor_key="party_key")
        .agg(if_confirmed_minor=pl.col("exposure_minor").max())
    )
    return (
        totals.join(groups.select("group_key", "anchor_key"), on="group_key", how="left")
        .join(wider, on="anchor_key", how="left")
        .with_columns(if_confirmed_minor=pl.max_horizontal("if_confirmed_minor", "exposure_minor"))
        .drop("anchor_key")
    )
