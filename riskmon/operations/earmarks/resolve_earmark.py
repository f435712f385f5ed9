"""Ending an earmark: confirmed in full or in part, released, or expired. It ends once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from riskmon.domain.person import person
from riskmon.operations.checks import Deal
from riskmon.operations.earmarks.answers import Answer, ResolveOutcome
from riskmon.operations.earmarks.audited import ended_entry
from riskmon.operations.earmarks.ledger import Ledger, is_behind
from riskmon.store.audit import record
from riskmon.store.earmarks import Resolution, add_resolution, due_earmarks, find_earmark
from riskmon.store.ledger import (
    LineKey,
    Publication,
    current_publication,
    enter,
    give_back,
    recorded_now,
    shrink,
)

EXPIRED_BY: Final = "riskmon"
"""Who ends an earmark whose time is over."""


@dataclass(frozen=True, slots=True)
class ResolveWish:
    """Which earmark to end, who says so and why.

    Attributes:
        amount: of a confirmation: decimal text in major units of the deal's currency; all of it if None.
        facility_id: of a confirmation: the facility it will be booked as, where that is known.
    """

    earmark_id: str
    by: str
    reason: str | None = None
    amount: str | None = None
    facility_id: str | None = None


def confirm_earmark(ledger: Ledger, wish: ResolveWish) -> Answer:
    """The deal is done: what is confirmed counts until its facility arrives in a published run; the rest is given back.

    Raises:
        StoreError: the database cannot be written to.
        CallerError: an amount that the currency cannot have.
    """
    if not person(wish.by):
        return Answer(ResolveOutcome.NAME_MISSING)
    while True:
        with ledger.database.reading() as connection:
            known = find_earmark(connection, wish.earmark_id)
            publication = current_publication(connection)
        if known is None:
            return Answer(ResolveOutcome.EARMARK_UNKNOWN)
        deal = Deal.model_validate_json(known.deal)
        part = deal if wish.amount is None else deal.model_copy(update={"amount": wish.amount})
        amount = part.amount_minor
        if not 0 < amount <= known.amount_minor:
            return Answer(ResolveOutcome.AMOUNT_OUT_OF_RANGE, known)
        kept = None
        if amount < known.amount_minor and publication is not None and known.state == "placed":
            measured = ledger.measures(publication.run_id, publication.limits)(part, ledger.database.clock())
            # What cannot be told any more is kept in full.
            kept = None if measured.claims is None else {c.line: c.amount_minor for c in measured.claims}

        def confirmed(at: datetime, amount: int = amount) -> Resolution:
            return Resolution("confirmed", amount, wish.facility_id, wish.reason, at, person(wish.by))

        answer = _resolved(ledger, wish, confirmed, publication, kept)
        if answer is not None:
            return answer


def release_earmark(ledger: Ledger, wish: ResolveWish) -> Answer:
    """The deal is not done: everything is given back.

    Raises:
        StoreError: the database cannot be written to.
    """

    def released(at: datetime) -> Resolution:
        return Resolution("released", None, None, wish.reason, at, person(wish.by))

    if not person(wish.by):
        return Answer(ResolveOutcome.NAME_MISSING)
    answer = None
    while answer is None:
        with ledger.database.reading() as connection:
            publication = current_publication(connection)
        answer = _resolved(ledger, wish, released, publication, {})
    return answer


def expire_earmarks(ledger: Ledger) -> list[str]:
    """End every earmark whose time is over by the recorded time, and give back what it claims. Returns their ids.

    Raises:
        StoreError: the database cannot be written to.
    """
    with ledger.database.reading() as connection:
        if not due_earmarks(connection, recorded_now(connection, ledger.database.clock)):
            return []
    with ledger.database.writing() as connection:
        enter(connection)
        at = recorded_now(connection, ledger.database.clock)
        # Each is looked at again once it is locked: somebody may have ended it meanwhile.
        locked = [find_earmark(connection, each, locks=True) for each in due_earmarks(connection, at)]
        ended = [each for each in locked if each is not None and each.state == "placed"]
        for earmark in ended:
            add_resolution(connection, earmark.earmark_id, _expired(at))
            record(connection, ended_entry(earmark, _expired(at)), at)
        give_back(connection, [each.earmark_id for each in ended])
    return [each.earmark_id for each in ended]


def _expired(at: datetime) -> Resolution:
    return Resolution("expired", None, None, None, at, EXPIRED_BY)


def _resolved(
    ledger: Ledger,
    wish: ResolveWish,
    makes: Callable[[datetime], Resolution],
    publication: Publication | None,
    kept: dict[LineKey, int] | None,
) -> Answer | None:
    """One transaction; None where another run was published since. kept: what stays claimed; None is all of it."""
    with ledger.database.writing() as connection:
        enter(connection)
        if current_publication(connection) != publication:
            return None
        earmark = find_earmark(connection, wish.earmark_id, locks=True)
        if earmark is None:
            return Answer(ResolveOutcome.EARMARK_UNKNOWN)
        clock = ledger.database.clock()
        at = recorded_now(connection, lambda: clock)
        new = makes(at)
        done = ResolveOutcome.CONFIRMED if new.outcome == "confirmed" else ResolveOutcome.RELEASED
        if earmark.resolution is not None:
            is_same = _terms(earmark.resolution) == _terms(new)
            return Answer(done if is_same else ResolveOutcome.ALREADY_RESOLVED, earmark)
        outcome = done
        if at >= earmark.expires_at:
            new, kept, outcome = _expired(at), {}, ResolveOutcome.TIME_OVER
        add_resolution(connection, wish.earmark_id, new)
        record(connection, ended_entry(earmark, new), at)
        if kept is not None:
            shrink(connection, [wish.earmark_id], kept)
        told = find_earmark(connection, wish.earmark_id)
    return Answer(outcome, told, is_new=True, is_clock_behind=is_behind(clock, at))


def _terms(resolution: Resolution) -> tuple[object, ...]:
    """What has to be the same for two wishes to be one."""
    return resolution.outcome, resolution.amount_minor, resolution.facility_id
