"""Assessments of two persons over the delivered relationships, and those that change nothing."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from riskmon.domain.assessment import assessed, in_force, is_in_force, is_made_by_run, none_approved, strayed
from riskmon.validate.findings import occurrences
from riskmon.validate.identity import Identities
from riskmon.validate.sieve import Sieve

_TABLE = "assessments"


def apply_assessments(
    sieve: Sieve, tables: Mapping[str, pl.DataFrame], identities: Identities, as_of: date
) -> list[pl.DataFrame]:
    """Let the assessments in force count for the standing relationships, and say which change nothing.

    tables: `assessments` are those approved and known, see `domain.assessment`; none if it is not there. A relationship
    that was refused has its own finding; one that the run suggests is assessed where it is suggested.
    Returns the findings as occurrences.
    """
    assessments = tables.get(_TABLE, none_approved())
    ends = ("source_party_id", "target_party_id")
    followed = assessments.with_columns(identities.followed(assessments[end]) for end in ends)
    counting = in_force(followed, as_of)
    delivered = sieve.delivered["relationships"]
    standing = sieve.standing["relationships"]
    sieve.standing["relationships"] = assessed(standing, counting)
    unmatched, outdated = strayed(standing, counting)
    gone = unmatched.join(delivered, on="relationship_id", how="anti").filter(~is_made_by_run())
    expired = (
        followed.filter(~is_in_force(as_of))
        .join(counting, on="relationship_id", how="anti")
        .unique("relationship_id", maintain_order=True)
    )
    of = pl.col("relationship_id")
    return [
        occurrences("assessment_unmatched", _TABLE, gone, of),
        occurrences("assessment_outdated", _TABLE, outdated, of),
        occurrences("assessment_expired", _TABLE, expired, of),
    ]
