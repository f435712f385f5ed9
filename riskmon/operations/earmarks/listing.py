"""Earmarks as they stand, as JSON-ready items, and what the live ones claim."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.domain.money import decimal_text
from riskmon.operations.assessments import Item, reading
from riskmon.operations.earmarks.answers import Answer
from riskmon.operations.read import PageRequest
from riskmon.store.database import Place
from riskmon.store.earmarks import Earmark, all_earmarks, earmarks_after, find_earmark
from riskmon.store.ledger import LINE, Claim, earmarked


def earmarks(place: Place, *, is_live: bool | None = None) -> list[Earmark]:
    """Every earmark, oldest first; only those that count, or only those that do not.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        found = [] if database is None else all_earmarks(database)
    return [each for each in found if is_live is None or (each.counted_minor > 0) == is_live]


def one_earmark(place: Place, earmark_id: str) -> Item:
    """One earmark as it stands, as `earmark_item`.

    Raises:
        NotFoundError: there is none of this id.
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        found = None
        if database is not None:
            with database.reading() as connection:
                found = find_earmark(connection, earmark_id)
    if found is None:
        raise NotFoundError(f"There is no earmark {earmark_id!r}.", remedy="List the earmarks.")
    return earmark_item(found)


def earmark_page(
    place: Place, page: PageRequest, obligor_id: str | None = None, *, is_live: bool | None = None
) -> tuple[list[Item], str | None]:
    """A page of earmarks, oldest first, as `earmark_item`, and the cursor of the next. A cursor is the id of the last one.

    Raises:
        CallerError: the cursor was not given out here.
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return [], None
        with database.reading() as connection:
            last = None if page.cursor is None else find_earmark(connection, page.cursor)
            if page.cursor is not None and last is None:
                raise CallerError("The cursor was not given out for this list.", remedy="Begin again.")
            found = earmarks_after(connection, last, page.limit + 1, obligor_id, is_live=is_live)
    items = [earmark_item(each) for each in found[: page.limit]]
    return items, found[page.limit - 1].earmark_id if len(found) > page.limit else None


def claimed_lines(place: Place) -> list[Item]:
    """What live earmarks claim of each line under the run in force, in minor units of its reporting currency, sorted.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            found = earmarked(connection)
    return [{**dict(zip(LINE, line, strict=True)), "earmarked_minor": found[line]} for line in sorted(found)]


def earmark_item(earmark: Earmark) -> Item:
    """An earmark as JSON-ready values: amounts are decimal text, instants ISO text, null is nothing."""
    ended = earmark.resolution
    confirmed = None if ended is None else decimal_text(ended.amount_minor, earmark.currency)
    return {
        "earmark_id": earmark.earmark_id,
        "obligor_id": earmark.obligor_id,
        "amount": decimal_text(earmark.amount_minor, earmark.currency),
        "currency": earmark.currency,
        "state": earmark.state,
        "counted_amount": decimal_text(earmark.counted_minor, earmark.currency),
        "deal": json.loads(earmark.deal),
        "hours": earmark.hours,
        "run_id": earmark.run_id,
        "placed_at": _instant(earmark.placed_at),
        "placed_by": earmark.placed_by,
        "expires_at": _instant(earmark.expires_at),
        "confirmed_amount": confirmed,
        "facility_id": earmark.booked_as or (ended and ended.facility_id),
        "reason": ended and ended.reason,
        "resolved_at": ended and _instant(ended.resolved_at),
        "resolved_by": ended and ended.resolved_by,
    }


def answer_item(answer: Answer) -> Item:
    """An answer as JSON-ready values; one that was given before is given again."""
    if answer.repeated is not None:
        return dict(answer.repeated)
    left = None if answer.currency is None else decimal_text(answer.left_minor, answer.currency)
    return {
        "outcome": answer.outcome.value,
        "is_new": answer.is_new,
        "earmark": None if answer.earmark is None else earmark_item(answer.earmark),
        "line": None if answer.line is None else dict(zip(LINE, answer.line, strict=True)),
        "left": left,
        "currency": answer.currency,
        "about": answer.detail or None,
        "is_clock_behind": answer.is_clock_behind,
    }


def tag_of(earmark: Earmark) -> str:
    """What tells one state of an earmark from every other: it is never twice in one."""
    return earmark.state


def claim_items(claims: Sequence[Claim], currency: str) -> list[Item]:
    """What an earmark claims of each line, and what the run left room for, as JSON-ready values."""
    return [
        {
            **dict(zip(LINE, each.line, strict=True)),
            "claimed": decimal_text(each.amount_minor, currency),
            "room": decimal_text(each.room_minor, currency),
            "currency": currency,
        }
        for each in claims
    ]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
