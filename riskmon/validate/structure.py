"""The relationship table as a structure: what is in force and known, and what its shareholdings add up to."""

from datetime import date

import polars as pl

from riskmon.domain.money import BP
from riskmon.domain.terms import CONTROL_BASES, DEPENDENCE_BASES, FAMILY_BASES
from riskmon.rulebook.select import Selection

_COUNTING = ("confirmed", "none")
_BASES_OF = {
    "control": CONTROL_BASES,
    "economic_dependence": DEPENDENCE_BASES,
    "family": FAMILY_BASES,
}
_WITHOUT_DIRECTION = ("family", "acting_in_concert")


def is_in_force(selection: Selection) -> pl.Expr:
    """Whether a row is true at `as_of`. Columns in: valid_from, valid_to; an empty end is open."""
    begun = (pl.col("valid_from") <= selection.as_of).fill_null(value=True)
    not_over = (pl.col("valid_to") >= selection.as_of).fill_null(value=True)
    return begun & not_over


def is_known(selection: Selection) -> pl.Expr:
    """Whether the bank knew the row at `known_at`. Columns in: known_since; empty is known."""
    return (pl.col("known_since") <= selection.known_at).fill_null(value=True)


def is_superseded(selection: Selection) -> pl.Expr:
    """Whether the source had said otherwise by `known_at`. Columns in: known_until, the last day the row was held true."""
    return (pl.col("known_until") < selection.known_at).fill_null(value=False)


def is_band_in_conflict() -> pl.Expr:
    """Whether votes contradict each other. Columns in: voting_bp, voting_min_bp, voting_max_bp."""
    exact, low, high = (pl.col(f"voting_{end}bp") for end in ("", "min_", "max_"))
    return pl.any_horizontal((low > high, exact < low, exact > high)).fill_null(value=False)


def is_basis_in_conflict() -> pl.Expr:
    """Whether the basis belongs to another kind of relationship. Columns in: kind, basis."""
    return pl.any_horizontal(
        (pl.col("kind") == kind) & ~pl.col("basis").is_in(bases) for kind, bases in _BASES_OF.items()
    ).fill_null(value=False)


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


def firms_of_two_full_owners(relationships: pl.DataFrame) -> pl.Series:
    """Ids of the firms of which several holders are each recorded with all votes.

    relationships: those in force and known. Of a band the lower end counts.
    """
    full = relationships.filter(
        pl.col("kind") == "shareholding",
        pl.col("assessment").fill_null("none").is_in(_COUNTING),
        pl.col("source_party_id") != pl.col("target_party_id"),
        pl.coalesce("voting_bp", "voting_min_bp") == BP,
    )
    holders = full.group_by("target_party_id").agg(holder_count=pl.col("source_party_id").n_unique())
    return holders.filter(pl.col("holder_count") > 1)["target_party_id"]


def firms_without_parent(dangling: pl.DataFrame, party_ids: pl.Series, selection: Selection) -> pl.Series:
    """Ids of the firms of which a recorded holder or controller is not among the parties.

    dangling: relationships as delivered that name a party that is not there. party_ids: the parties that stand.
    """
    is_party = [pl.col(f"{end}_party_id").is_in(party_ids.implode()) for end in ("source", "target")]
    orphaned = dangling.filter(
        pl.col("kind").is_in(("shareholding", "control")),
        pl.col("assessment").fill_null("none").is_in(_COUNTING),
        ~is_party[0],
        is_party[1],
        is_in_force(selection),
        is_known(selection),
    )
    return orphaned["target_party_id"].unique()


def repeated_relationships(relationships: pl.DataFrame) -> pl.DataFrame:
    """Relationships recorded more than once for the same time, with `has_dates_conflict`.

    relationships: those known, in force or not. Records are of one relationship where ends, kind and basis are the
    same; the ends of a link without direction in either order. One that ends on the day when the next begins hands
    over and does not overlap. What nobody accepts (doubtful, rejected) repeats nothing.
    """
    is_symmetric = pl.col("kind").is_in(_WITHOUT_DIRECTION)
    ends = ("source_party_id", "target_party_id")
    same = ["first_end", "second_end", "kind", "basis"]
    named = (
        relationships.filter(pl.col("assessment").fill_null("none").is_in(_COUNTING))
        .with_columns(
            first_end=pl.when(is_symmetric).then(pl.min_horizontal(ends)).otherwise(ends[0]),
            second_end=pl.when(is_symmetric).then(pl.max_horizontal(ends)).otherwise(ends[1]),
        )
        .filter(pl.struct(same).is_duplicated())
        .with_columns(
            begins=pl.col("valid_from").fill_null(date.min), ends=pl.col("valid_to").fill_null(date.max)
        )
        .sort(*same, "begins", "ends", "relationship_id")
    )
    ended = pl.col("ends").cum_max().shift(1).over(same)
    is_apart = (pl.col("begins") >= ended) & (pl.col("begins") > pl.col("begins").shift(1).over(same))
    stretch = [*same, "stretch"]
    return (
        named.with_columns(stretch=is_apart.fill_null(value=True).cum_sum().over(same))
        .filter(pl.len().over(stretch) > 1)
        .with_columns(has_dates_conflict=pl.struct("begins", "ends").n_unique().over(stretch) > 1)
        .select("relationship_id", "has_dates_conflict")
    )
