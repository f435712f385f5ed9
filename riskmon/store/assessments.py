"""Assessments in the database: proposals, each with the decision that ended it, and those that count."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Final, Literal

import polars as pl
from sqlalchemy import Connection, RowMapping, Select, insert, select

from riskmon.domain.assessment import APPROVED_SCHEMA
from riskmon.store.database import Database
from riskmon.store.tables import DECISIONS, PROPOSALS

Decision = Literal["approved", "declined", "withdrawn"]

_ID_BYTES: Final = 6


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


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal; `state` is open until one decision ends it."""

    proposal_id: str
    content: Assessed
    proposed_by: str
    proposed_at: datetime
    state: Literal["open"] | Decision
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


def add_proposal(database: Database, content: Assessed, proposed_by: str) -> Proposal:
    """Keep a proposal under a new id, which no slip of the pen turns into that of another."""
    values = {name: getattr(content, name) for name in Assessed.__slots__}
    with database.writing() as connection:
        proposal_id, proposed_at = token_hex(_ID_BYTES), database.clock()
        connection.execute(
            insert(PROPOSALS).values(
                **values, proposal_id=proposal_id, proposed_by=proposed_by, proposed_at=proposed_at
            )
        )
    return Proposal(proposal_id, content, proposed_by, proposed_at, "open", None, None, None)


def find_proposal(connection: Connection, proposal_id: str, *, locks: bool = False) -> Proposal | None:
    """A proposal by its id. `locks`: nobody else decides it before this transaction ends."""
    if locks:
        # The decision is read by a statement of its own: one that began before the lock was free would not see it.
        connection.execute(
            select(PROPOSALS.c.proposal_id).where(PROPOSALS.c.proposal_id == proposal_id).with_for_update()
        )
    row = (
        connection.execute(_with_decisions().where(PROPOSALS.c.proposal_id == proposal_id)).mappings().first()
    )
    return None if row is None else _proposal(row)


def add_decision(
    connection: Connection, proposal: Proposal, decision: Decision, by: str, at: datetime, note: str | None
) -> None:
    """Keep what became of a proposal.

    Raises:
        IntegrityError: it has been decided, or by whom the two-person rule does not allow.
    """
    connection.execute(
        insert(DECISIONS).values(
            proposal_id=proposal.proposal_id,
            proposed_by=proposal.proposed_by,
            decision=decision,
            decided_by=by,
            decided_at=at,
            note=note,
        )
    )


def all_proposals(database: Database) -> list[Proposal]:
    """Every proposal, oldest first."""
    ordered = _with_decisions().order_by(PROPOSALS.c.proposed_at, PROPOSALS.c.proposal_id)
    with database.reading() as connection:
        return [_proposal(row) for row in connection.execute(ordered).mappings()]


def approved_assessments(database: Database, known_at: date) -> pl.DataFrame:
    """The assessments approved on or before a day (of UTC), in the shape of `APPROVED_SCHEMA`, sorted."""
    approved = [
        proposal
        for proposal in all_proposals(database)
        if proposal.state == "approved"
        and proposal.decided_at is not None
        and proposal.decided_at.astimezone(UTC).date() <= known_at
    ]
    return approved_rows(approved)


def approved_rows(proposals: list[Proposal]) -> pl.DataFrame:
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


def _with_decisions() -> Select[tuple[object, ...]]:
    decided = [column for column in DECISIONS.c if column.name not in ("proposal_id", "proposed_by")]
    return select(*PROPOSALS.c, *decided).join_from(
        PROPOSALS, DECISIONS, PROPOSALS.c.proposal_id == DECISIONS.c.proposal_id, isouter=True
    )


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        proposal_id=row["proposal_id"],
        content=Assessed(**{name: row[name] for name in Assessed.__slots__}),
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        state=row["decision"] or "open",
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        note=row["note"],
    )
