"""Deliveries as they stand, as JSON-ready items, and dead ones tried again."""

from datetime import UTC, datetime

from riskmon.operations.assessments import Item, reading
from riskmon.store.database import Place
from riskmon.store.outbox import Delivery, State, deliveries, send_again
from riskmon.store.schema import open_to_write


def delivery_items(place: Place, state: State | None = None) -> list[Item]:
    """Every delivery, or those in one state, in the order of events.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        return [] if database is None else [_item(each) for each in deliveries(database, state)]


def resend(place: Place, *, endpoint_id: str | None = None, event_id: str | None = None) -> int:
    """Have dead deliveries tried from the beginning: all, or those of one endpoint or event. Returns how many.

    Raises:
        StoreError: the database cannot be written to.
    """
    database = open_to_write(place)
    try:
        with database.writing() as connection:
            return send_again(connection, database.clock(), endpoint_id=endpoint_id, event_id=event_id)
    finally:
        database.close()


def _item(delivery: Delivery) -> Item:
    event = delivery.event
    return {
        "endpoint_id": delivery.endpoint_id,
        "event_id": event.event_id,
        "sequence": event.position,
        "type": event.type,
        "subject": event.subject,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "due_at": _instant(delivery.due_at) if delivery.state == "waiting" else None,
        "last_at": delivery.last_at and _instant(delivery.last_at),
        "last_said": delivery.last_said,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
