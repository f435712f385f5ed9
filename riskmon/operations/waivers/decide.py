"""Deciding on a waiver: another person approves, with authority for the amount and within the budgets of person and group."""

from collections.abc import Callable
from datetime import date, datetime

from riskmon.domain.clock import now
from riskmon.domain.person import is_same_person, person
from riskmon.operations.deciding import (
    Decided,
    DecideOutcome,
    DecideWish,
    Rule,
    approval,
    decide,
    decide_in,
    refusal,
    withdrawal,
)
from riskmon.operations.waivers.authority import Authority
from riskmon.store.database import Place
from riskmon.store.ledger import enter
from riskmon.store.proposals import Proposal, Transaction
from riskmon.store.schema import open_to_read
from riskmon.store.waivers import WAIVERS, Waiver, live_waivers


def approve_waiver(
    place: Place,
    authority: Authority | None,
    wish: DecideWish,
    *,
    clock: Callable[[], datetime] = now,
) -> Decided[Waiver]:
    """Approve what another person asked for. It counts for the next deal, and lapses by itself after its last day.

    authority: who may approve how much; None is nobody. Nobody else decides on a waiver meanwhile, so that no two decisions
    spend one budget.

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
            enter(connection, alone=True)
            live = _live(connection, database.clock())
            rule = _rule(authority, live)
            return decide_in(connection, database, WAIVERS, wish, rule)
    finally:
        database.close()


def decline_waiver(place: Place, wish: DecideWish, *, clock: Callable[[], datetime] = now) -> Decided[Waiver]:
    """Decline what another person asked for; of one's own wish this is its withdrawal.

    Raises:
        StoreError: the database cannot be written to.
    """
    return decide(place, WAIVERS, wish, refusal, clock=clock)


def withdraw_waiver(
    place: Place, wish: DecideWish, *, clock: Callable[[], datetime] = now
) -> Decided[Waiver]:
    """Take back what one asked for oneself; what another asked for stays as it is.

    Raises:
        StoreError: the database cannot be written to.
    """
    return decide(place, WAIVERS, wish, withdrawal, clock=clock)


def _live(connection: Transaction, at: datetime) -> list[Proposal[Waiver]]:
    return live_waivers(connection, at)


def _rule(authority: Authority | None, live: list[Proposal[Waiver]]) -> Rule[Waiver]:
    """Two persons, authority for the amount, and room in both budgets, in this order."""
    two_persons = approval(_last_day)

    def rule(proposal: Proposal[Waiver], by: str, today: date) -> DecideOutcome:
        outcome = two_persons(proposal, by, today)
        if outcome is not DecideOutcome.APPROVED:
            return outcome
        asked = proposal.content
        approver = None if authority is None else authority.of(by)
        if authority is None or approver is None or authority.currency != asked.currency:
            return DecideOutcome.AUTHORITY_LACKING
        if asked.amount_minor > authority.minor(approver.most):
            return DecideOutcome.AUTHORITY_LACKING
        own = sum(each.content.amount_minor for each in live if is_same_person(each.decided_by or "", by))
        if own + asked.amount_minor > authority.minor(approver.budget):
            return DecideOutcome.BUDGET_SPENT
        for group in asked.groups.split():
            spent = sum(each.content.amount_minor for each in live if group in each.content.groups.split())
            if spent + asked.amount_minor > authority.minor(authority.group_budget):
                return DecideOutcome.GROUP_BUDGET_SPENT
        return DecideOutcome.APPROVED

    return rule


def _last_day(content: Waiver) -> date | None:
    return content.valid_until
