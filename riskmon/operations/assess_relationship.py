"""Assessing a relationship: one person proposes, another decides; what is approved counts in every later run.

Each verb answers with an outcome; the order of an enum is the order of precedence: of several that hold, the first.
Names are taken as given: there is no sign-in, so who speaks is for the bank's own access control to see to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Literal

import polars as pl

from riskmon.domain.clock import now
from riskmon.domain.person import person
from riskmon.operations.deciding import Decided, DecideWish, approval, decide, refusal
from riskmon.store.assessments import ASSESSMENTS, Assessed
from riskmon.store.database import Place
from riskmon.store.proposals import Proposal
from riskmon.store.schema import open_to_write
from riskmon.store.snapshots import Snapshot, Snapshots

_FACTS: Final = ("relationship_id", "source_party_id", "target_party_id", "kind", "basis")


class ProposeOutcome(StrEnum):
    """What became of the wish to propose."""

    NAME_MISSING = "name_missing"
    REASON_MISSING = "reason_missing"
    UNTIL_PAST = "until_past"
    RELATIONSHIP_UNKNOWN = "relationship_unknown"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to propose. `until` is the last day on which it counts; None is without an end."""

    relationship_id: str
    assessment: Literal["confirmed", "rejected", "doubtful"]
    reason: str
    by: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """The outcome, and the proposal that was kept, if it was."""

    outcome: ProposeOutcome
    proposal: Proposal[Assessed] | None = None


def propose(
    snapshots: Snapshots,
    place: Place,
    wish: Wish,
    *,
    run_id: str | None = None,
    clock: Callable[[], datetime] = now,
) -> Proposed:
    """Propose the assessment of a relationship that a run shows, the current one if none is named.

    Raises:
        StoreError: the database cannot be written to. One that is embedded is made where there is none.
        NotReadyError, NotFoundError: there is no run to see the relationship in.
    """
    by, reason = person(wish.by), wish.reason.strip()
    if not by:
        return Proposed(ProposeOutcome.NAME_MISSING)
    if not reason:
        return Proposed(ProposeOutcome.REASON_MISSING)
    if wish.until is not None and wish.until < _today(clock):
        return Proposed(ProposeOutcome.UNTIL_PAST)
    snapshot = snapshots.find(run_id)
    facts = _facts(snapshots, snapshot, wish.relationship_id)
    if facts is None:
        return Proposed(ProposeOutcome.RELATIONSHIP_UNKNOWN)
    content = Assessed(
        **facts,
        assessment=wish.assessment,
        reason=reason,
        valid_until=wish.until,
        run_id=snapshot.manifest.run_id,
    )
    database = open_to_write(place, clock=clock)
    try:
        with database.writing() as connection:
            kept = ASSESSMENTS.add(connection, content, by, database.clock())
        return Proposed(ProposeOutcome.PROPOSED, kept)
    finally:
        database.close()


def approve(
    place: Place, proposal_id: str, by: str, *, clock: Callable[[], datetime] = now
) -> Decided[Assessed]:
    """Approve what another person proposed: from this day on it counts in every run that may know it.

    Raises:
        StoreError: the database cannot be written to.
    """
    return decide(place, ASSESSMENTS, DecideWish(proposal_id, by), approval(_last_day), clock=clock)


def decline(
    place: Place,
    proposal_id: str,
    by: str,
    *,
    note: str | None = None,
    clock: Callable[[], datetime] = now,
) -> Decided[Assessed]:
    """Decline what another person proposed; of one's own proposal this is its withdrawal.

    Raises:
        StoreError: the database cannot be written to.
    """
    return decide(place, ASSESSMENTS, DecideWish(proposal_id, by, note), refusal, clock=clock)


def _last_day(content: Assessed) -> date | None:
    return content.valid_until


def _facts(snapshots: Snapshots, snapshot: Snapshot, relationship_id: str) -> dict[str, str] | None:
    """What the run says the relationship is."""
    rows = snapshots.table(snapshot, "relationships").filter(pl.col("relationship_id") == relationship_id)
    return next(rows.select(_FACTS).collect().iter_rows(named=True), None)


def _today(clock: Callable[[], datetime]) -> date:
    return clock().astimezone(UTC).date()
