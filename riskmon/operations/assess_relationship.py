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
from riskmon.store.assessments import (
    Assessed,
    Decision,
    Proposal,
    add_decision,
    add_proposal,
    find_proposal,
)
from riskmon.store.database import Database, Place
from riskmon.store.schema import open_to_read, open_to_write
from riskmon.store.snapshots import Snapshot, Snapshots

_FACTS: Final = ("relationship_id", "source_party_id", "target_party_id", "kind", "basis")


class ProposeOutcome(StrEnum):
    """What became of the wish to propose."""

    NAME_MISSING = "name_missing"
    REASON_MISSING = "reason_missing"
    UNTIL_PAST = "until_past"
    RELATIONSHIP_UNKNOWN = "relationship_unknown"
    PROPOSED = "proposed"


class DecideOutcome(StrEnum):
    """What became of the wish to decide."""

    NAME_MISSING = "name_missing"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    UNTIL_PAST = "until_past"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to propose. `until` is the last day on which it counts; None is without an end."""

    relationship_id: str
    assessment: Literal["confirmed", "rejected", "doubtful"]
    reason: str
    by: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, and the proposal that it is about, if there is one, as it stands now."""

    outcome: ProposeOutcome | DecideOutcome
    proposal: Proposal | None = None


def propose(
    snapshots: Snapshots,
    place: Place,
    wish: Wish,
    *,
    run_id: str | None = None,
    clock: Callable[[], datetime] = now,
) -> Answer:
    """Propose the assessment of a relationship that a run shows, the current one if none is named.

    Raises:
        StoreError: the database cannot be written to. One that is embedded is made where there is none.
        NotReadyError, NotFoundError: there is no run to see the relationship in.
    """
    by, reason = person(wish.by), wish.reason.strip()
    if not by:
        return Answer(ProposeOutcome.NAME_MISSING)
    if not reason:
        return Answer(ProposeOutcome.REASON_MISSING)
    if wish.until is not None and wish.until < _today(clock):
        return Answer(ProposeOutcome.UNTIL_PAST)
    snapshot = snapshots.find(run_id)
    facts = _facts(snapshots, snapshot, wish.relationship_id)
    if facts is None:
        return Answer(ProposeOutcome.RELATIONSHIP_UNKNOWN)
    content = Assessed(
        **facts,
        assessment=wish.assessment,
        reason=reason,
        valid_until=wish.until,
        run_id=snapshot.manifest.run_id,
    )
    database = open_to_write(place, clock=clock)
    try:
        return Answer(ProposeOutcome.PROPOSED, add_proposal(database, content, by))
    finally:
        database.close()


def approve(place: Place, proposal_id: str, by: str, *, clock: Callable[[], datetime] = now) -> Answer:
    """Approve what another person proposed: from this day on it counts in every run that may know it.

    Raises:
        StoreError: the database cannot be written to.
    """
    return _decide(place, proposal_id, by, _approval, clock=clock)


def decline(
    place: Place,
    proposal_id: str,
    by: str,
    *,
    note: str | None = None,
    clock: Callable[[], datetime] = now,
) -> Answer:
    """Decline what another person proposed; of one's own proposal this is its withdrawal.

    Raises:
        StoreError: the database cannot be written to.
    """
    return _decide(place, proposal_id, by, _refusal, note=(note or "").strip() or None, clock=clock)


_Rule = Callable[[Proposal, str, date], DecideOutcome]
"""From an open proposal, who decides and the day, to the outcome."""

_DECISIONS: Final[dict[DecideOutcome, Decision]] = {
    DecideOutcome.APPROVED: "approved",
    DecideOutcome.DECLINED: "declined",
    DecideOutcome.WITHDRAWN: "withdrawn",
}


def _approval(proposal: Proposal, by: str, today: date) -> DecideOutcome:
    if _is_same_person(by, proposal.proposed_by):
        return DecideOutcome.SAME_PERSON
    if proposal.content.valid_until is not None and proposal.content.valid_until < today:
        return DecideOutcome.UNTIL_PAST
    return DecideOutcome.APPROVED


def _refusal(proposal: Proposal, by: str, today: date) -> DecideOutcome:
    same = _is_same_person(by, proposal.proposed_by)
    return DecideOutcome.WITHDRAWN if same else DecideOutcome.DECLINED


def _decide(
    place: Place,
    proposal_id: str,
    by: str,
    rule: _Rule,
    *,
    note: str | None = None,
    clock: Callable[[], datetime],
) -> Answer:
    spelled = person(by)
    if not spelled:
        return Answer(DecideOutcome.NAME_MISSING)
    database = open_to_read(place, clock=clock)
    if database is None:
        return Answer(DecideOutcome.PROPOSAL_UNKNOWN)
    try:
        return _decided(database, proposal_id, spelled, rule, note)
    finally:
        database.close()


def _decided(database: Database, proposal_id: str, by: str, rule: _Rule, note: str | None) -> Answer:
    """One transaction: what the rule saw of the proposal still holds when the decision is kept."""
    with database.writing() as connection:
        proposal = find_proposal(connection, proposal_id, locks=True)
        if proposal is None:
            return Answer(DecideOutcome.PROPOSAL_UNKNOWN)
        if proposal.state != "open":
            return Answer(DecideOutcome.ALREADY_DECIDED, proposal)
        at = database.clock()
        outcome = rule(proposal, by, at.astimezone(UTC).date())
        if outcome not in _DECISIONS:
            return Answer(outcome, proposal)
        who = proposal.proposed_by if outcome is DecideOutcome.WITHDRAWN else by
        add_decision(connection, proposal, _DECISIONS[outcome], who, at, note)
        return Answer(outcome, find_proposal(connection, proposal_id))


def _facts(snapshots: Snapshots, snapshot: Snapshot, relationship_id: str) -> dict[str, str] | None:
    """What the run says the relationship is."""
    rows = snapshots.table(snapshot, "relationships").filter(pl.col("relationship_id") == relationship_id)
    return next(rows.select(_FACTS).collect().iter_rows(named=True), None)


def _is_same_person(name: str, other: str) -> bool:
    return person(name).casefold() == person(other).casefold()


def _today(clock: Callable[[], datetime]) -> date:
    return clock().astimezone(UTC).date()
