"""Assessments in the database: proposals about relationships, and those that count."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from riskmon.domain.assessment import APPROVED_SCHEMA
from riskmon.store.database import Database
from riskmon.store.proposals import Proposal, Proposals
from riskmon.store.tables import DECISIONS, PROPOSALS


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is proposed: of which relationship, as it was when the run saw it, what, why and for how long."""

    relationship_id: str
    source_party_id: str
    target_party_id: str
    kind: str
    basis: str | None
    assessment: str
    reason: str
    valid_until: date | None
    run_id: str


ASSESSMENTS: Final = Proposals(PROPOSALS, DECISIONS, Assessed)
"""What persons propose about relationships."""


def approved_assessments(database: Database, known_at: date) -> pl.DataFrame:
    """The assessments approved on or before a day (of UTC), in the shape of `APPROVED_SCHEMA`, sorted."""
    with database.reading() as connection:
        return approved_rows(ASSESSMENTS.approved(connection, known_at))


def approved_rows(proposals: list[Proposal[Assessed]]) -> pl.DataFrame:
    """Approved proposals in the shape of `APPROVED_SCHEMA`, in the order of approval."""
    rows = [
        {name: getattr(proposal.content, name) for name in Assessed.__slots__ if name != "run_id"}
        | {
            "proposal_id": proposal.proposal_id,
            "assessed_by": proposal.proposed_by,
            "approved_by": proposal.decided_by,
            "approved_at": proposal.decided_at,
        }
        for proposal in proposals
    ]
    return pl.DataFrame(rows, schema=APPROVED_SCHEMA).sort("approved_at", "proposal_id")
