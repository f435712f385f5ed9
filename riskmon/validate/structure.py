"""The relationship table as a structure: what is in force and known, and what its shareholdings add up to."""

import polars as pl

from riskmon.domain.money import BP
from riskmon.rulebook.select import Selection

_COUNTING = ("confirmed", "none")


def is_in_force(selection: Selection) -> pl.Expr:
    """Whether a row is true at `as_of`. Columns in: valid_from, valid_to; an empty end is open."""
    begun = (pl.col("valid_from") <= selection.as_of).fill_null(value=True)
    not_over = (pl.col("valid_to") >= selection.as_of).fill_null(value=True)
    return begun & not_over


def is_known(selection: Selection) -> pl.Expr:
    """Whether the bank knew the row at `known_at`. Columns in: known_since; empty is known."""
    return (pl.col("known_since") <= selection.known_at).fill_null(value=True)


def treasury_holdings(relationships: pl.DataFrame) -> pl.DataFrame:
    """Shareholdings of a firm in itself."""
    return relationships.filter(
        pl.col("kind") == "shareholding", pl.col("source_party_id") == pl.col("target_party_id")
    )


def firms_over_100(relationships: pl.DataFrame) -> pl.Series:
    """Ids of the firms in which the votes recorded add up to more than 100 %.

    relationships: those in force and known. Doubtful and rejected holdings and treasury stock do not count. A share
    finer than a basis point is recorded rounded up, so a sum may pass 10,000 by one for each holder. Of a band the
    lower end counts, which is certain.
    """
    votes = pl.coalesce("voting_bp", "voting_min_bp")
    counting = relationships.filter(
        pl.col("kind") == "shareholding",
        pl.col("assessment").fill_null("none").is_in(_COUNTING),
        pl.col("source_party_id") != pl.col("target_party_id"),
        votes.is_not_null(),
    )
    return (
        counting.group_by("target_party_id")
        .agg(votes_bp=votes.cast(pl.Int64).sum(), holder_count=pl.col("source_party_id").n_unique())
        .filter(pl.col("votes_bp") > BP + pl.col("holder_count"))["target_party_id"]
    )
