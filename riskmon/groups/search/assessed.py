"""Suggestions that two persons assessed: their assessment counts in the place of the run's own doubt."""

from datetime import date
from typing import Final

import polars as pl

from riskmon.domain.assessment import assessed, in_force, is_made_by_run
from riskmon.domain.finding import FINDING_KINDS
from riskmon.frames.outputs import OUTPUT_TABLES

SAMPLE_SIZE: Final = 5


def assessed_suggestions(suggested: pl.DataFrame, assessments: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The suggestions, each with the assessment that counts, and without source_id and target_id.

    suggested: relationship_id, source_id, target_id, kind, basis, assessment and others. assessments: see
    `domain.assessment`. What tells a suggestion is its id: other evidence for it changes nothing.
    """
    named = suggested.rename({"source_id": "source_party_id", "target_id": "target_party_id"})
    return assessed(named, in_force(assessments, as_of)).drop("source_party_id", "target_party_id")


def withdrawn_suggestions(
    relationships: pl.DataFrame, assessments: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Findings on suggestions that two persons confirmed and that the data no longer show: they count no more.

    relationships: all of the run, suggested ones included. A rejected or doubtful one that is gone wants nobody.
    """
    confirmed = in_force(assessments, as_of).filter(is_made_by_run(), pl.col("assessment") == "confirmed")
    gone = confirmed.join(relationships, on="relationship_id", how="anti")["relationship_id"].sort()
    table = OUTPUT_TABLES["findings"]
    if gone.is_empty():
        return table.empty()
    kind = FINDING_KINDS["assessment_unmatched"]
    row = {
        "finding_code": kind.code,
        "table": "assessments",
        "subject_id": None,
        "row_count": gone.len(),
        "sample": gone.head(SAMPLE_SIZE).to_list(),
        "message": f"suggestions: {kind.message}",
        "remedy": kind.remedy,
        "owner": kind.owner,
    }
    return table.shape(pl.DataFrame([row], schema=table.schema))
