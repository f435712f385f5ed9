"""The outbox: what happened is written in the transaction in which it happens, and told to others afterwards.

Transactions end in another order than they write, so that the order of telling is given afterwards, by one at a time: whoever
has read up to a position has seen everything before it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select, update

from riskmon.store.database import Database
from riskmon.store.outbox_tables import DELIVERIES, EVENTS

State = Literal["waiting", "delivered", "dead"]

_NUMBERING_LOCK: Final = 0x6F7574626F78
"""Key of the advisory lock of PostgreSQL that one who numbers events holds; SQLite has one writer anyway."""

MOST_NUMBERED: Final = 1_000
"""Events that are given their place in one transaction, so that no other writer waits long."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        type: what, as `noun.verb` in the past: `earmark.confirmed`.
        subject: the id of what it happened to.
        data: JSON-ready; amounts as decimal text with their currency.
    """

    type: str
    subject: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """An event in its place. `position` counts up without a hole; `event_id` is the same in every delivery."""

    position: int
    event_id: str
    type: str
    subject: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of telling one endpoint of one event. `last_said`: the status it answered, or why it did not."""

    endpoint_id: str
    state: State
    attempts: int
    due_at: datetime
    last_at: datetime | None
    last_said: str | None
    event: Told


def announce(connection: Connection, event: Event, at: datetime) -> None:
    """Write an event in the transaction of what it tells of: it is told if that is kept, and not otherwise."""
    announce_all(connection, [event], at)


def announce_all(connection: Connection, events: Sequence[Event], at: datetime) -> None:
    """Write events in the transaction of what they tell of, as `announce` does."""
    if events:
        rows = [
            {
                "event_id": f"evt_{uuid4().hex}",
                "type": event.type,
                "subject": event.subject,
                "data": json.dumps(event.data, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
                "at": at,
            }
            for event in events
        ]
        connection.execute(insert(EVENTS), rows)


def number_events(connection: Connection) -> list[Told]:
    """Give the next events their positions, those that were committed before this transaction looked."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_NUMBERING_LOCK)))
    new = _unnumbered().order_by(EVENTS.c.sequence).limit(MOST_NUMBERED)
    sequences = list(connection.execute(new).scalars())
    if not sequences:
        return []
    last = last_position(connection)
    placed = update(EVENTS).where(EVENTS.c.sequence == bindparam("of_sequence"))
    connection.execute(
        placed.values(position=bindparam("new_position")),
        [{"of_sequence": one, "new_position": place} for place, one in enumerate(sequences, start=last + 1)],
    )
    return events_after(connection, last)


def has_unnumbered(connection: Connection) -> bool:
    """Whether events wait for their place."""
    return connection.execute(_unnumbered().limit(1)).first() is not None


def events_after(connection: Connection, position: int, *, most: int = MOST_NUMBERED) -> list[Told]:
    """The events behind a position, in order."""
    wanted = _events().where(EVENTS.c.position > position).order_by(EVENTS.c.position).limit(most)
    return [_told(row) for row in connection.execute(wanted).mappings()]


def last_position(connection: Connection) -> int:
    """The position of the last event that was told; 0 before the first."""
    return connection.execute(select(func.max(EVENTS.c.position))).scalar() or 0


def plan_deliveries(connection: Connection, rows: Sequence[tuple[str, int]], at: datetime) -> None:
    """Have endpoints told of events. rows: endpoint and position."""
    if rows:
        new = {"state": "waiting", "attempts": 0, "due_at": at}
        connection.execute(
            insert(DELIVERIES),
            [{**new, "endpoint_id": endpoint_id, "position": position} for endpoint_id, position in rows],
        )


def take_due(
    connection: Connection, endpoint_ids: Sequence[str], at: datetime, *, lease: timedelta, most: int
) -> list[Delivery]:
    """Take deliveries that are due, each for one sender alone: another takes it only when the lease is over.

    Every taking counts as an attempt, so that one whose sender was killed is not tried for ever.
    """
    due = (
        _deliveries()
        .where(
            DELIVERIES.c.endpoint_id.in_(endpoint_ids),
            DELIVERIES.c.state == "waiting",
            DELIVERIES.c.due_at <= at,
        )
        .order_by(DELIVERIES.c.due_at, DELIVERIES.c.position)
        .limit(most)
    )
    if connection.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True, of=DELIVERIES)
    taken = [_delivery(row) for row in connection.execute(due).mappings()]
    for each in taken:
        new = {"due_at": at + lease, "attempts": each.attempts + 1}
        connection.execute(
            update(DELIVERIES).where(*_is(each.endpoint_id, each.event.position)).values(**new)
        )
    return taken


def end_attempt(
    connection: Connection, delivery: Delivery, *, state: State, due_at: datetime, at: datetime, said: str
) -> None:
    """Keep how an attempt ended; one that was delivered meanwhile stays so."""
    new = {"state": state, "due_at": due_at, "last_at": at, "last_said": said}
    is_it = (*_is(delivery.endpoint_id, delivery.event.position), DELIVERIES.c.state == "waiting")
    connection.execute(update(DELIVERIES).where(*is_it).values(**new))


def send_again(
    connection: Connection, at: datetime, *, endpoint_id: str | None = None, event_id: str | None = None
) -> int:
    """Have dead deliveries tried from the beginning: all, or those of one endpoint or event. Returns how many."""
    which = [DELIVERIES.c.state == "dead"]
    if endpoint_id is not None:
        which.append(DELIVERIES.c.endpoint_id == endpoint_id)
    if event_id is not None:
        of_event = select(EVENTS.c.position).where(EVENTS.c.event_id == event_id)
        which.append(DELIVERIES.c.position.in_(of_event))
    new = {"state": "waiting", "attempts": 0, "due_at": at}
    return connection.execute(update(DELIVERIES).where(*which).values(**new)).rowcount


def deliveries(database: Database, state: State | None = None) -> list[Delivery]:
    """Every delivery, or those in one state, in the order of events."""
    wanted = _deliveries().order_by(DELIVERIES.c.position, DELIVERIES.c.endpoint_id)
    if state is not None:
        wanted = wanted.where(DELIVERIES.c.state == state)
    with database.reading() as connection:
        return [_delivery(row) for row in connection.execute(wanted).mappings()]


def queue_lengths(connection: Connection) -> dict[str, int]:
    """How many events wait for their place (`unnumbered`), and deliveries in each state."""
    counted = select(DELIVERIES.c.state, func.count().label("number")).group_by(DELIVERIES.c.state)
    found = {"waiting": 0, "delivered": 0, "dead": 0}
    found |= {row.state: row.number for row in connection.execute(counted)}
    unnumbered = select(func.count()).select_from(EVENTS).where(EVENTS.c.position.is_(None))
    return {**found, "unnumbered": connection.execute(unnumbered).scalar_one()}


def _is(endpoint_id: str, position: int) -> tuple[Any, ...]:
    return DELIVERIES.c.endpoint_id == endpoint_id, DELIVERIES.c.position == position


_EVENT = (EVENTS.c.position, EVENTS.c.event_id, EVENTS.c.type, EVENTS.c.subject, EVENTS.c.data, EVENTS.c.at)


def _events() -> Select[Any]:
    return select(*_EVENT)


def _unnumbered() -> Select[Any]:
    return select(EVENTS.c.sequence).where(EVENTS.c.position.is_(None))


def _deliveries() -> Select[Any]:
    own = [column for column in DELIVERIES.c if column.name != "position"]
    return select(*own, *_EVENT).select_from(DELIVERIES.join(EVENTS))


def _told(row: RowMapping) -> Told:
    return Told(
        position=row["position"],
        event_id=row["event_id"],
        type=row["type"],
        subject=row["subject"],
        data=json.loads(row["data"]),
        at=row["at"],
    )


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        endpoint_id=row["endpoint_id"],
        state=row["state"],
        attempts=row["attempts"],
        due_at=row["due_at"],
        last_at=row["last_at"],
        last_said=row["last_said"],
        event=_told(row),
    )
