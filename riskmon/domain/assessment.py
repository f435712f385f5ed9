"""Assessments: what two persons found about a relationship takes the place of what was delivered with it.

Pure functions over frames, for every stage that makes or reads relationships.
"""

from datetime import date
from typing import Final

import polars as pl

APPROVED_SCHEMA: Final = pl.Schema(
    {
        "proposal_id": pl.String(),
        "relationship_id": pl.String(),
        "source_party_id": pl.String(),
        "target_party_id": pl.String(),
        "kind": pl.String(),
        "basis": pl.String(),
        "assessment": pl.String(),
        "reason": pl.String(),
        "valid_until": pl.Date(),
        "assessed_by": pl.String(),
        "approved_by": pl.String(),
        "approved_at": pl.Datetime("us", "UTC"),
    }
)
"""The table `assessments`: those approved and known, in the order of approval; `valid_until` is the last day."""

SUGGESTED: Final = "suggested:"
"""What the id of a relationship begins with that the run itself suggests."""

CO_SIGNED: Final = "co_signed:"
"""What the id of a joint liability begins with that the run reads from facilities several parties have signed."""


def is_made_by_run() -> pl.Expr:
    """Whether a relationship was not delivered, but made by the run. Column in: relationship_id."""
    of = pl.col("relationship_id").str
    return of.starts_with(SUGGESTED) | of.starts_with(CO_SIGNED)


_FACTS: Final = ["relationship_id", "source_party_id", "target_party_id", "kind", "basis"]
"""What tells that a relationship is the one that was assessed: its id, and what it is."""

_WHO: Final = {
    "recorded_assessment": pl.String(),
    "assessment_reason": pl.String(),
    "assessed_by": pl.String(),
    "approved_by": pl.String(),
    "valid_until": pl.Date(),
}
"""What `assessed` adds to a relationship; null where no assessment of two persons is in force."""


def none_approved() -> pl.DataFrame:
    """The table `assessments` where nobody has assessed anything."""
    return APPROVED_SCHEMA.to_frame()


def is_in_force(as_of: date) -> pl.Expr:
    """Whether an approved assessment has not expired at a date. Column in: valid_until."""
    return (pl.col("valid_until") >= as_of).fill_null(value=True)


def in_force(assessments: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Of each relationship the last approved assessment that has not expired. In: the table `assessments`."""
    return assessments.filter(is_in_force(as_of)).unique("relationship_id", keep="last", maintain_order=True)


def assessed(relationships: pl.DataFrame, assessments: pl.DataFrame) -> pl.DataFrame:
    """The relationships in their order, each with the assessment that counts.

    relationships: relationship_id (once each), source_party_id, target_party_id, kind, basis, assessment.
    assessments: at most one a relationship, as `in_force` gives them. One of a relationship that was something else
    when it was assessed changes nothing.

    Returns every column, `assessment` as it counts and, of those that an assessment changed, `recorded_assessment`
    as delivered (`none` where it was empty), assessment_reason, assessed_by, approved_by, valid_until.
    """
    if assessments.is_empty():
        return relationships.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in _WHO.items())
    recognised = relationships.select(_FACTS).join(assessments, on=_FACTS, how="inner", nulls_equal=True)
    verdicts = recognised.select(
        "relationship_id",
        "assessed_by",
        "approved_by",
        "valid_until",
        assessment_reason="reason",
        counting="assessment",
    )
    recorded = pl.when(pl.col("counting").is_not_null()).then(pl.col("assessment").fill_null("none"))
    return (
        relationships.join(verdicts, on="relationship_id", how="left", maintain_order="left", validate="1:1")
        .with_columns(recorded_assessment=recorded, assessment=pl.coalesce("counting", "assessment"))
        .select(*relationships.columns, *_WHO)
    )


def strayed(relationships: pl.DataFrame, assessments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The assessments in force that change nothing: of no relationship, and of one that is something else now."""
    unmatched = assessments.join(relationships, on="relationship_id", how="anti")
    differing = assessments.join(unmatched, on="proposal_id", how="anti").join(
        relationships, on=_FACTS, how="anti", nulls_equal=True
    )
    return unmatched, differing
