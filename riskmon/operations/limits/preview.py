"""What would change if proposed limits were approved: the run in force, and what is earmarked on it, without them and with them."""

from collections.abc import Callable, Mapping
from datetime import datetime

import polars as pl

from riskmon.domain.clock import now
from riskmon.domain.money import decimal_text
from riskmon.operations.assessments import Item, reading
from riskmon.operations.differing import differing_limits
from riskmon.operations.limits.counting import MeasureUnder, Recount, over
from riskmon.operations.limits.known import limit_item, limits_now
from riskmon.operations.limits.own_headroom import OwnHeadroom, own_headroom
from riskmon.operations.open_proposal import open_proposal
from riskmon.operations.read.items import items, stamp
from riskmon.store.database import Place
from riskmon.store.ledger import LINE, LineKey, current_publication
from riskmon.store.limits import DECLARATIONS
from riskmon.store.schema import open_to_read
from riskmon.store.snapshots import Snapshots


def preview_limits(
    snapshots: Snapshots,
    place: Place,
    measure: MeasureUnder,
    proposal_id: str,
    *,
    clock: Callable[[], datetime] = now,
) -> Item:
    """What approving an open proposal would change on the run in force, or on the current one where none is.

    Both sides count what is approved by now, and the limits that are valid on the run's date: one that begins later
    changes nothing yet.

    Returns the run, `proposal`, `limits` with exposure, limit and headroom on both sides and `breach` (new, cured, stays,
    gone, or null), `earmarks_over` (lines on which live earmarks would no longer fit, with how far they are over) and
    `not_evaluated` of the limits. Amounts are decimal text; null where it is unknown or there is no such limit.

    Raises:
        NotFoundError: there is no such proposal.
        CallerError: it is decided, or the rules of the run are not at hand any more.
        SnapshotUnreadableError: the tables of the run are damaged.
    """
    proposal = open_proposal(place, DECLARATIONS, proposal_id, command="limit")
    in_force = run_in_force(place)
    snapshot = snapshots.find(in_force)
    rows_before, rows_after = limits_now(place).rows, limits_now(place, proposal).rows
    before, after = (own_headroom(snapshots, snapshot, rows) for rows in (rows_before, rows_after))
    lines: tuple[dict[LineKey, int], dict[LineKey, int]] = ({}, {})
    if in_force is not None:
        lines = (
            _over(place, measure, in_force, rows_before, clock),
            _over(place, measure, in_force, rows_after, clock),
        )
    currency = snapshot.manifest.currency
    return {
        **stamp(snapshot.manifest),
        "proposal": limit_item(proposal),
        "limits": items(differing_limits(before.headroom, after.headroom), currency),
        "earmarks_over": _items_over(*lines, currency),
        "not_evaluated": _untested(before, after),
    }


def run_in_force(place: Place) -> str | None:
    """The id of the run that was published last; None before the first.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return None
        with database.reading() as connection:
            publication = current_publication(connection)
    return None if publication is None else publication.run_id


def over_items(snapshots: Snapshots, place: Place, lines: Mapping[LineKey, int]) -> list[Item]:
    """Lines on which more is earmarked than they leave room for, in the reporting currency of the run in force.

    lines: by how much, in minor units, as approving tells it.
    """
    if not lines:
        return []
    currency = snapshots.find(run_in_force(place)).manifest.currency
    return [
        {
            **dict(zip(LINE, line, strict=True)),
            "over": decimal_text(lines[line], currency),
            "currency": currency,
        }
        for line in sorted(lines)
    ]


def _over(
    place: Place, measure: MeasureUnder, run_id: str, declared: pl.DataFrame, clock: Callable[[], datetime]
) -> dict[LineKey, int]:
    database = open_to_read(place, clock=clock)
    if database is None:
        return {}
    try:
        counted = Recount(database, measure(run_id, declared))
        with database.reading() as connection:
            return over(counted.of_live(connection))
    finally:
        database.close()


def _items_over(before: Mapping[LineKey, int], after: Mapping[LineKey, int], currency: str) -> list[Item]:
    """Lines that would be over otherwise than they are."""
    return [
        {
            **dict(zip(LINE, line, strict=True)),
            "over_before": decimal_text(before.get(line, 0), currency),
            "over_after": decimal_text(after.get(line, 0), currency),
            "currency": currency,
        }
        for line in sorted({*before, *after})
        if before.get(line, 0) != after.get(line, 0)
    ]


def _untested(before: OwnHeadroom, after: OwnHeadroom) -> list[Item]:
    """What would no longer be evaluated."""
    new = after.not_evaluated.join(before.not_evaluated, on=["item", "missing"], how="anti", nulls_equal=True)
    return new.sort("item", "missing").to_dicts()
