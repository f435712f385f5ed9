"""Limits that persons declare, in the database: proposals of what the bank's own limits are to be."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, ScalarSelect, Text, func, select

from riskmon.store.proposals import Proposals
from riskmon.store.tables import proposal_tables


@dataclass(frozen=True, slots=True)
class Declared:
    """What is proposed: limits that come to count together. limits: canonical JSON, see `operations.limits.terms`."""

    limits: str
    reason: str
    run_id: str


LIMIT_PROPOSALS, LIMIT_DECISIONS = proposal_tables(
    "limit", Column("limits", Text, nullable=False), Column("run_id", Text, nullable=False)
)
"""What a person proposes of the bank's own limits, with the run that it was looked at on."""

DECLARATIONS: Final = Proposals(LIMIT_PROPOSALS, LIMIT_DECISIONS, Declared)
"""What persons propose about limits."""


def approved_count() -> ScalarSelect[int]:
    """How many proposals about limits have been approved: with a run it tells what its lines are."""
    approved = select(func.count()).select_from(LIMIT_DECISIONS)
    return approved.where(LIMIT_DECISIONS.c.decision == "approved").scalar_subquery()
