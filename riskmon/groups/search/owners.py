"""Owners in common: firms that the same holders carry together, none of whom carries both alone."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import BP, amount_text
from riskmon.groups.links import COUNTING
from riskmon.groups.search.candidates import CANDIDATE, Search, with_ids, without_own_bank

_PAIR = ["source_key", "target_key"]
_NAMED_AT_MOST = 5


def owner_candidates(tables: Mapping[str, pl.DataFrame], search: Search) -> pl.DataFrame:
    """Pairs of a party above the line and another of which the same holders have the votes together.

    The share is the smaller of the two sums of votes; of a band the lower end counts. A pair of which one holder alone
    has as much as the line is left out: that is control. Both ways; the smaller id is the source. Returns `CANDIDATE`.
    """
    line = search.lines["owners_in_common"]
    holdings = _holdings(tables["relationships"])
    of_due = holdings.filter(pl.col("target_key").is_in(search.due.implode()))
    common = of_due.join(holdings, on="holder_key", suffix="_other").filter(
        pl.col("target_key") != pl.col("target_key_other")
    )
    votes, other = pl.col("votes_bp"), pl.col("votes_bp_other")
    is_swapped = pl.col("target_key") > pl.col("target_key_other")
    pairs = (
        common.select(
            "holder_key",
            source_key=pl.min_horizontal("target_key", "target_key_other"),
            target_key=pl.max_horizontal("target_key", "target_key_other"),
            votes_bp=pl.when(is_swapped).then(other).otherwise(votes),
            votes_bp_other=pl.when(is_swapped).then(votes).otherwise(other),
        )
        .unique()
        .group_by(_PAIR)
        .agg(
            votes.sum(),
            other.sum(),
            holder_keys=pl.col("holder_key").sort(),
            is_of_one=((votes >= line) & (other >= line)).any(),
        )
        .with_columns(share_bp=pl.min_horizontal("votes_bp", "votes_bp_other", pl.lit(BP)))
        .filter(pl.col("share_bp") >= line, ~pl.col("is_of_one"))
        .pipe(without_own_bank, search)
    )
    return (
        with_ids(pairs, tables["parties"])
        .with_columns(
            basis=pl.lit("owners_in_common"),
            against=pl.lit(None),
            is_mutual=pl.lit(value=True),
            evidence=pl.format(
                "The same holders ({}) have {} % of the votes of {} and {} % of those of {}; none of them has that "
                "many of both alone.",
                _names(pairs["holder_keys"], tables["parties"]),
                amount_text(votes, 2),
                "source_id",
                amount_text(other, 2),
                "target_id",
            ),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in CANDIDATE.items())
    )


def _holdings(relationships: pl.DataFrame) -> pl.DataFrame:
    """The votes that each holder has in each firm, as far as they count: holder_key, target_key, votes_bp."""
    return (
        relationships.filter(
            pl.col("kind") == "shareholding",
            pl.col("assessment").is_in(COUNTING),
            pl.col("source_key") != pl.col("target_key"),
        )
        .group_by("target_key", holder_key="source_key")
        .agg(votes_bp=pl.coalesce("voting_bp", "voting_min_bp").fill_null(0).cast(pl.Int64).sum())
        .filter(pl.col("votes_bp") > 0)
    )


def _names(holders: pl.Series, parties: pl.DataFrame) -> pl.Series:
    """Lists of keys as the first few ids, and how many more there are."""
    ids = parties.sort("party_key")["party_id"]
    rows = pl.DataFrame({"holder": holders}).with_row_index("row").explode("holder")
    named = (
        rows.with_columns(id=ids.gather(rows["holder"]))
        .group_by("row", maintain_order=True)
        .agg(
            first=pl.col("id").head(_NAMED_AT_MOST).str.join(", "),
            more=pl.len().cast(pl.Int64) - _NAMED_AT_MOST,
        )
    )
    rest = pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")).otherwise(pl.lit(""))
    return named.select(pl.col("first") + rest).to_series()
