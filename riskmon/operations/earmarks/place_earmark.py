"""Placing an earmark: on every limit that its deal adds to, in one transaction, all of it or nothing."""

import json
from dataclasses import dataclass

from riskmon.domain.person import person
from riskmon.operations.checks import Deal
from riskmon.operations.checks.deal import refuse_unreadable
from riskmon.operations.earmarks.answers import Answer, Once, PlaceOutcome
from riskmon.operations.earmarks.ledger import Ledger
from riskmon.operations.earmarks.tasks import Keeping, Placing


@dataclass(frozen=True, slots=True)
class PlaceWish:
    """What a caller wants to claim, under his own id. It ends by itself after `hours`, unless it is confirmed before.

    Attributes:
        once: the key of the request, if it has one.
    """

    earmark_id: str
    deal: Deal
    hours: int
    by: str
    once: Once | None = None

    @property
    def terms(self) -> str:
        """The deal as canonical JSON; with the hours it has to be the same for two wishes to be one."""
        said = self.deal.model_dump(mode="json")
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def place_earmark(ledger: Ledger, wish: PlaceWish) -> Answer:
    """Claim what a deal takes of every limit under the published run, if every hard one has room for it.

    Earmarks whose time is over are ended first, so that they hold nothing.

    Raises:
        StoreError: the database cannot be written to.
        CallerError: a deal that no answer could be given to.
    """
    refused = _refused(ledger, wish)
    if refused is not None:
        answer: Answer | None = Answer(refused)
        if wish.once is not None:
            answer = ledger.ask(Keeping(Answer(refused), wish.once))
        return answer or Answer(refused)
    answer = ledger.ask(_measured(ledger, wish))
    while answer is None:
        # Another run was published since the one that the deal was measured under.
        answer = ledger.ask(_measured(ledger, wish, afresh=True))
    return answer


def _refused(ledger: Ledger, wish: PlaceWish) -> PlaceOutcome | None:
    """What is wrong with the wish itself."""
    if not person(wish.by):
        return PlaceOutcome.NAME_MISSING
    if not wish.earmark_id.strip():
        return PlaceOutcome.ID_MISSING
    if not 1 <= wish.hours <= ledger.most_hours:
        return PlaceOutcome.HOURS_OUT_OF_RANGE
    refuse_unreadable((wish.deal,))
    return None if wish.deal.amount_minor else PlaceOutcome.AMOUNT_MISSING


def _measured(ledger: Ledger, wish: PlaceWish, *, afresh: bool = False) -> Placing:
    publication, at = ledger.now(afresh=afresh)
    return Placing(
        earmark_id=wish.earmark_id,
        obligor_id=wish.deal.obligor_id,
        amount_minor=wish.deal.amount_minor,
        currency=wish.deal.currency,
        terms=wish.terms,
        hours=wish.hours,
        by=person(wish.by),
        publication=publication,
        measured=None
        if publication is None
        else ledger.measures(publication.run_id, publication.limits)(wish.deal, at),
        once=wish.once,
    )
