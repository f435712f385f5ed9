"""Ending an earmark: confirmed in full or in part, released, or expired. It ends once."""

from dataclasses import dataclass

from riskmon.domain.person import person
from riskmon.operations.checks import Deal
from riskmon.operations.earmarks.answers import Answer, Once, ResolveOutcome
from riskmon.operations.earmarks.ledger import Ledger
from riskmon.operations.earmarks.tasks import Ending, Keeping, Sweeping
from riskmon.store.earmarks import Earmark, find_earmark
from riskmon.store.ledger import LineKey, Publication, current_publication


@dataclass(frozen=True, slots=True)
class ResolveWish:
    """Which earmark to end, who says so and why.

    Attributes:
        amount: of a confirmation: decimal text in major units of the deal's currency; all of it if None.
        facility_id: of a confirmation: the facility it will be booked as, where that is known.
        tags: the states that it may be in, as `tag_of`; None is any.
        once: the key of the request, if it has one.
    """

    earmark_id: str
    by: str
    reason: str | None = None
    amount: str | None = None
    facility_id: str | None = None
    tags: frozenset[str] | None = None
    once: Once | None = None


def confirm_earmark(ledger: Ledger, wish: ResolveWish) -> Answer:
    """The deal is done: what is confirmed counts until its facility arrives in a published run; the rest is given back.

    Raises:
        StoreError: the database cannot be written to.
        CallerError: an amount that the currency cannot have.
    """
    if not person(wish.by):
        return Answer(ResolveOutcome.NAME_MISSING)
    answer = None
    while answer is None:
        with ledger.database.reading() as connection:
            known = find_earmark(connection, wish.earmark_id)
            publication = current_publication(connection)
        if known is None:
            return _kept(ledger, wish, Answer(ResolveOutcome.EARMARK_UNKNOWN))
        deal = Deal.model_validate_json(known.deal)
        part = deal if wish.amount is None else deal.model_copy(update={"amount": wish.amount})
        if not 0 < part.amount_minor <= known.amount_minor:
            return _kept(ledger, wish, Answer(ResolveOutcome.AMOUNT_OUT_OF_RANGE, known))
        kept = _claimed(ledger, known, part, publication)
        answer = ledger.ask(_ending(wish, publication, part.amount_minor, kept))
    return answer


def release_earmark(ledger: Ledger, wish: ResolveWish) -> Answer:
    """The deal is not done: everything is given back.

    Raises:
        StoreError: the database cannot be written to.
    """
    if not person(wish.by):
        return Answer(ResolveOutcome.NAME_MISSING)
    answer = ledger.ask(_ending(wish, ledger.now()[0], None, {}))
    while answer is None:
        answer = ledger.ask(_ending(wish, ledger.now(afresh=True)[0], None, {}))
    return answer


def expire_earmarks(ledger: Ledger) -> list[str]:
    """End every earmark whose time is over by the recorded time, and give back what it claims. Returns their ids.

    Raises:
        StoreError: the database cannot be written to.
    """
    swept = ledger.ask(Sweeping())
    return [] if swept is None else list(swept.swept)


def _claimed(
    ledger: Ledger, known: Earmark, part: Deal, publication: Publication | None
) -> dict[LineKey, int] | None:
    """What a part of the deal claims of each line; None is all that is claimed."""
    if part.amount_minor == known.amount_minor or publication is None or known.state != "placed":
        return None
    measured = ledger.measures(publication.run_id, publication.limits)(part, ledger.database.clock())
    # What cannot be told any more is kept in full.
    return None if measured.claims is None else {each.line: each.amount_minor for each in measured.claims}


def _kept(ledger: Ledger, wish: ResolveWish, answer: Answer) -> Answer:
    """The answer, or that of the same request before."""
    if wish.once is None:
        return answer
    return ledger.ask(Keeping(answer, wish.once)) or answer


def _ending(
    wish: ResolveWish,
    publication: Publication | None,
    amount_minor: int | None,
    kept: dict[LineKey, int] | None,
) -> Ending:
    return Ending(
        earmark_id=wish.earmark_id,
        amount_minor=amount_minor,
        facility_id=None if amount_minor is None else wish.facility_id,
        reason=wish.reason,
        by=person(wish.by),
        publication=publication,
        kept=kept,
        tags=wish.tags,
        once=wish.once,
    )
