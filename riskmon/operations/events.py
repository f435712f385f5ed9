"""What happened, in the order of telling: one page behind a position, as JSON-ready items."""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from riskmon.operations.assessments import Item, reading
from riskmon.store.database import Place
from riskmon.store.outbox import Told, events_after, last_position

EVENT_TYPES: Final = (
    "earmark.placed",
    "earmark.confirmed",
    "earmark.released",
    "earmark.expired",
    "run.published",
    "limit.approved",
    "waiver.approved",
    "assessment.approved",
)
"""Everything that is told of."""


def events(place: Place, after: int, *, most: int, types: Sequence[str] = ()) -> tuple[list[Item], int]:
    """The events behind a position, oldest first, with the position to go on from.

    Args:
        place: the database.
        after: the position of the last event seen; 0 for none.
        most: how many events are looked at.
        types: only these; all where it is empty.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return [], after
        with database.reading() as connection:
            found = events_after(connection, after, most=most)
    listed = [_item(each) for each in found if not types or each.type in types]
    return listed, found[-1].position if found else after


def latest_position(place: Place) -> int:
    """The position of the newest event; 0 before the first.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return 0
        with database.reading() as connection:
            return last_position(connection)


def _item(told: Told) -> Item:
    return {
        "sequence": told.position,
        "event_id": told.event_id,
        "type": told.type,
        "subject": told.subject,
        "at": told.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": told.data,
    }
