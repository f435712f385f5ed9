"""Deciding on proposed limits: what is approved counts in every later run that may know it, and in the ledger at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from riskmon.domain.clock import now
from riskmon.domain.person import person
from riskmon.operations.deciding import (
    Decided,
    DecideOutcome,
    DecideWish,
    approval,
    decide,
    decide_in,
    refusal,
    withdrawal,
)
from riskmon.operations.limits.counting import MeasureUnder, Recount
from riskmon.operations.limits.known import limits_now
from riskmon.operations.limits.terms import of_content
from riskmon.store.database import Database, Place
from riskmon.store.ledger import LineKey, current_publication, enter, lines_over, recount
from riskmon.store.limits import DECLARATIONS, Declared
from riskmon.store.schema import open_to_read


@dataclass(frozen=True, slots=True)
class DecidedLimits:
    """The outcome, the proposal as it stands now, and the hard lines on which more is earmarked than they now leave room for.

    Attributes:
        over: by how much, in minor units of the reporting currency. Such earmarks stand; nothing new fits.
    """

    decided: Decided[Declared]
    over: Mapping[LineKey, int]


def approve_limits(
    place: Place, measure: MeasureUnder, wish: DecideWish, *, clock: Callable[[], datetime] = now
) -> DecidedLimits:
    """Approve what another person proposed. From now on it counts: for every claim of a live earmark at once.

    The decision and the new counters are one transaction, with nobody else in the ledger. measure: what earmarks claim of the run in
    force under other limits, see `counting.MeasureUnder`.

    Raises:
        StoreError: the database cannot be written to.
    """
    if not person(wish.by):
        return DecidedLimits(Decided(DecideOutcome.NAME_MISSING), {})
    database = open_to_read(place, clock=clock)
    if database is None:
        return DecidedLimits(Decided(DecideOutcome.PROPOSAL_UNKNOWN), {})
    try:
        answer = None
        while answer is None:
            answer = _approved(database, measure, wish)
        return answer
    finally:
        database.close()


def decline_limits(
    place: Place, wish: DecideWish, *, clock: Callable[[], datetime] = now
) -> Decided[Declared]:
    """Decline what another person proposed; of one's own proposal this is its withdrawal.

    Raises:
        StoreError: the database cannot be written to.
    """
    return decide(place, DECLARATIONS, wish, refusal, clock=clock)


def withdraw_limits(
    place: Place, wish: DecideWish, *, clock: Callable[[], datetime] = now
) -> Decided[Declared]:
    """Take back what one proposed oneself; what another proposed stays as it is.

    Raises:
        StoreError: the database cannot be written to.
    """
    return decide(place, DECLARATIONS, wish, withdrawal, clock=clock)


def _approved(database: Database, measure: MeasureUnder, wish: DecideWish) -> DecidedLimits | None:
    """One try; None where another run or another limit came to count meanwhile."""
    with database.reading() as connection:
        publication = current_publication(connection)
        proposal = DECLARATIONS.find(connection, wish.proposal_id)
    under = None
    if publication is not None and proposal is not None and proposal.state == "open":
        under = measure(publication.run_id, limits_now(database.place, proposal).rows)
    # Measured before the ledger is locked; what is placed until then is measured inside.
    counted = Recount(database, under)
    with database.writing() as connection:
        enter(connection, alone=True)
        if current_publication(connection) != publication:
            return None
        decided = decide_in(connection, database, DECLARATIONS, wish, approval(_last_day))
        if decided.outcome is not DecideOutcome.APPROVED or publication is None:
            return DecidedLimits(decided, {})
        recount(connection, counted.of_live(connection))
        return DecidedLimits(decided, lines_over(connection))


def _last_day(content: Declared) -> date | None:
    """The last day on which any of the limits counts."""
    days = [each.valid_to for each in of_content(content.limits)]
    return None if None in days else max(day for day in days if day is not None)
