"""Placing an earmark: on every limit that its deal adds to, in one transaction, all of it or nothing."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from riskmon.domain.person import person
from riskmon.operations.checks import Deal
from riskmon.operations.checks.deal import refuse_unreadable
from riskmon.operations.earmarks.answers import Answer, PlaceOutcome
from riskmon.operations.earmarks.audited import placed_entry
from riskmon.operations.earmarks.ledger import Ledger, Measured, is_behind
from riskmon.operations.earmarks.resolve_earmark import expire_earmarks
from riskmon.store.audit import record
from riskmon.store.earmarks import Earmark, add_earmark, find_earmark
from riskmon.store.ledger import (
    LineFullError,
    Publication,
    claim,
    current_publication,
    enter,
    recorded_now,
)


@dataclass(frozen=True, slots=True)
class PlaceWish:
    """What a caller wants to claim, under his own id. It ends by itself after `hours`, unless it is confirmed before."""

    earmark_id: str
    deal: Deal
    hours: int
    by: str

    @property
    def terms(self) -> tuple[str, int]:
        """What has to be the same for two wishes to be one: the deal as canonical JSON, and the hours."""
        said = self.deal.model_dump(mode="json")
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")), self.hours


def place_earmark(ledger: Ledger, wish: PlaceWish) -> Answer:
    """Claim what a deal takes of every limit under the published run, if every hard one has room for it.

    Earmarks whose time is over are ended first, so that they hold nothing.

    Raises:
        StoreError: the database cannot be written to.
        CallerError: a deal that no answer could be given to.
    """
    refused = _refused(ledger, wish)
    if refused is not None:
        return Answer(refused)
    expire_earmarks(ledger)
    while True:
        with ledger.database.reading() as connection:
            known = find_earmark(connection, wish.earmark_id)
            publication = current_publication(connection)
            at = recorded_now(connection, ledger.database.clock)
        if known is not None:
            return _known(wish, known)
        if publication is None:
            return Answer(PlaceOutcome.NOTHING_PUBLISHED)
        measured = ledger.measures(publication.run_id, publication.limits)(wish.deal, at)
        if measured.refused is not None:
            return Answer(measured.refused, detail=measured.detail)
        answer = _placed(ledger, wish, publication, measured)
        if answer is not None:
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


def _known(wish: PlaceWish, known: Earmark) -> Answer:
    is_same = (known.deal, known.hours) == wish.terms
    return Answer(PlaceOutcome.PLACED if is_same else PlaceOutcome.TERMS_DIFFER, known)


def _placed(ledger: Ledger, wish: PlaceWish, publication: Publication, measured: Measured) -> Answer | None:
    """One transaction; None where another run was published since the deal was measured."""
    claims = measured.claims or ()
    unknown = next((each.line for each in claims if each.room_minor is None), None)
    if unknown is not None:
        return Answer(PlaceOutcome.LIMIT_UNKNOWN, line=unknown)
    try:
        with ledger.database.writing() as connection:
            enter(connection)
            if current_publication(connection) != publication:
                return None
            clock = ledger.database.clock()
            at = recorded_now(connection, lambda: clock)
            earmark = _earmark(wish, publication, at)
            if not add_earmark(connection, earmark):
                known = find_earmark(connection, wish.earmark_id)
                return None if known is None else _known(wish, known)
            claim(connection, wish.earmark_id, claims)
            record(connection, placed_entry(earmark), at)
    except LineFullError as full:
        return Answer(PlaceOutcome.LIMIT_BROKEN, line=full.claim.line, left_minor=full.left_minor)
    return Answer(PlaceOutcome.PLACED, earmark, is_new=True, is_clock_behind=is_behind(clock, at))


def _earmark(wish: PlaceWish, publication: Publication, at: datetime) -> Earmark:
    deal, hours = wish.terms
    return Earmark(
        earmark_id=wish.earmark_id,
        obligor_id=wish.deal.obligor_id,
        amount_minor=wish.deal.amount_minor,
        currency=wish.deal.currency,
        deal=deal,
        hours=hours,
        run_id=publication.run_id,
        placed_at=at,
        placed_by=person(wish.by),
        expires_at=at + timedelta(hours=hours),
    )
