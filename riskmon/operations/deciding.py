"""Deciding what another person proposed, whatever it is: approve, decline, withdraw. A proposal is decided once.

Names are taken as given where a caller has not signed in; the database holds the two-person rule as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Generic

from riskmon.domain.person import is_same_person, person
from riskmon.store.database import Database, Place
from riskmon.store.proposals import Content, Decision, Proposal, Proposals, Transaction
from riskmon.store.schema import open_to_read


class DecideOutcome(StrEnum):
    """What became of the wish to decide; the order is that of precedence: of several that hold, the first."""

    NAME_MISSING = "name_missing"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    NOT_PROPOSER = "not_proposer"
    UNTIL_PAST = "until_past"
    AUTHORITY_LACKING = "authority_lacking"
    BUDGET_SPENT = "budget_spent"
    GROUP_BUDGET_SPENT = "group_budget_spent"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Decided(Generic[Content]):
    """The outcome, and the proposal that it is about, if there is one, as it stands now."""

    outcome: DecideOutcome
    proposal: Proposal[Content] | None = None


@dataclass(frozen=True, slots=True)
class DecideWish:
    """Which proposal to decide, who says so and why."""

    proposal_id: str
    by: str
    note: str | None = None


Rule = Callable[[Proposal[Content], str, date], DecideOutcome]
"""From an open proposal, who decides and the day, to the outcome."""

_DECISIONS: Final[dict[DecideOutcome, Decision]] = {
    DecideOutcome.APPROVED: "approved",
    DecideOutcome.DECLINED: "declined",
    DecideOutcome.WITHDRAWN: "withdrawn",
}


def approval(valid_until: Callable[[Content], date | None]) -> Rule[Content]:
    """Another person approves, before the last day is over. valid_until: the last day, None without an end."""

    def rule(proposal: Proposal[Content], by: str, today: date) -> DecideOutcome:
        if is_same_person(by, proposal.proposed_by):
            return DecideOutcome.SAME_PERSON
        last = valid_until(proposal.content)
        return DecideOutcome.UNTIL_PAST if last is not None and last < today else DecideOutcome.APPROVED

    return rule


def refusal(proposal: Proposal[Content], by: str, today: date) -> DecideOutcome:
    """Another person declines; of one's own proposal it is the withdrawal."""
    same = is_same_person(by, proposal.proposed_by)
    return DecideOutcome.WITHDRAWN if same else DecideOutcome.DECLINED


def withdrawal(proposal: Proposal[Content], by: str, today: date) -> DecideOutcome:
    """Who proposed it takes it back; nobody else does."""
    same = is_same_person(by, proposal.proposed_by)
    return DecideOutcome.WITHDRAWN if same else DecideOutcome.NOT_PROPOSER


def decide(
    place: Place,
    proposals: Proposals[Content],
    wish: DecideWish,
    rule: Rule[Content],
    *,
    clock: Callable[[], datetime],
) -> Decided[Content]:
    """Decide in a transaction of its own.

    Raises:
        StoreError: the database cannot be written to.
    """
    if not person(wish.by):
        return Decided(DecideOutcome.NAME_MISSING)
    database = open_to_read(place, clock=clock)
    if database is None:
        return Decided(DecideOutcome.PROPOSAL_UNKNOWN)
    try:
        with database.writing() as connection:
            return decide_in(connection, database, proposals, wish, rule)
    finally:
        database.close()


def decide_in(
    connection: Transaction,
    database: Database,
    proposals: Proposals[Content],
    wish: DecideWish,
    rule: Rule[Content],
) -> Decided[Content]:
    """Decide in a transaction of the caller's: what the rule saw of the proposal still holds when the decision is kept."""
    by = person(wish.by)
    if not by:
        return Decided(DecideOutcome.NAME_MISSING)
    proposal = proposals.find(connection, wish.proposal_id, locks=True)
    if proposal is None:
        return Decided(DecideOutcome.PROPOSAL_UNKNOWN)
    if proposal.state != "open":
        return Decided(DecideOutcome.ALREADY_DECIDED, proposal)
    at = database.clock()
    outcome = rule(proposal, by, at.astimezone(UTC).date())
    if outcome not in _DECISIONS:
        return Decided(outcome, proposal)
    who = proposal.proposed_by if outcome is DecideOutcome.WITHDRAWN else by
    note = (wish.note or "").strip() or None
    return Decided(outcome, proposals.decide(connection, proposal, _DECISIONS[outcome], who, at, note))
