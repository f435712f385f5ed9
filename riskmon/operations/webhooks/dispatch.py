"""Dispatching: events get their place in the order of telling, and every delivery that is due is tried once."""

import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

import httpx2

from riskmon.operations.webhooks.endpoints import Endpoint
from riskmon.operations.webhooks.schedule import wait_after
from riskmon.store.database import Database
from riskmon.store.outbox import (
    MOST_NUMBERED,
    Delivery,
    State,
    end_attempt,
    has_unnumbered,
    number_events,
    plan_deliveries,
    take_due,
)

SOURCE: Final = "riskmon"

TIMEOUT_SECONDS: Final = 15.0
"""How long a receiver may take for each of connecting, taking the body, and answering."""

LEASE: Final = timedelta(minutes=5)
"""For how long a sender has a delivery for itself; longer than any attempt takes."""

_TOGETHER: Final = 8
"""Deliveries that are under way at once."""


@dataclass(frozen=True, slots=True)
class Dispatched:
    """How many events got their place, and what became of the deliveries that were tried."""

    numbered: int
    delivered: int
    waiting: int
    dead: int


def dispatch(database: Database, endpoints: Sequence[Endpoint]) -> Dispatched:
    """Number what happened, and try every delivery that is due. Any number of processes may do so at once.

    A delivery is made at least once: its `webhook-id` tells a receiver what it has seen already.

    Raises:
        StoreError: the database cannot be used.
        CallerError: the secret of an endpoint cannot be read.
    """
    numbered = _number(database, endpoints)
    counts: dict[State, int] = {"delivered": 0, "waiting": 0, "dead": 0}
    by_id = {each.id: each for each in endpoints}
    while taken := _take(database, list(by_id)):
        for state in _tried(database, by_id, taken):
            counts[state] += 1
    return Dispatched(numbered=numbered, **counts)


def _number(database: Database, endpoints: Sequence[Endpoint]) -> int:
    count = MOST_NUMBERED
    total = 0
    while count == MOST_NUMBERED:
        with database.reading() as connection:
            if not has_unnumbered(connection):
                break
        with database.writing() as connection:
            told = number_events(connection)
            rows = [(to.id, each.position) for each in told for to in endpoints if to.wants(each.type)]
            plan_deliveries(connection, rows, database.clock())
        count = len(told)
        total += count
    return total


def _take(database: Database, endpoint_ids: Sequence[str]) -> list[Delivery]:
    if not endpoint_ids:
        return []
    with database.writing() as connection:
        return take_due(connection, endpoint_ids, database.clock(), lease=LEASE, most=_TOGETHER)


def _tried(database: Database, endpoints: dict[str, Endpoint], taken: Sequence[Delivery]) -> list[State]:
    chance = random.SystemRandom()
    with (
        httpx2.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
        ThreadPoolExecutor(_TOGETHER) as pool,
    ):
        answers = list(
            pool.map(lambda each: post(client, endpoints[each.endpoint_id], each, database.clock), taken)
        )
    states: list[State] = []
    with database.writing() as connection:
        for delivery, (is_taken, is_gone, said) in zip(taken, answers, strict=True):
            at = database.clock()
            wait = None if is_gone else wait_after(delivery.attempts + 1, chance)
            state: State = "delivered" if is_taken else "dead" if wait is None else "waiting"
            due_at = at + (wait or timedelta())
            end_attempt(connection, delivery, state=state, due_at=due_at, at=at, said=said)
            states.append(state)
    return states


def post(
    client: httpx2.Client, endpoint: Endpoint, delivery: Delivery, clock: Callable[[], datetime]
) -> tuple[bool, bool, str]:
    """One attempt: whether it was taken, whether the receiver wants no more of it, and what was answered."""
    body, at = body_of(delivery), clock().astimezone(UTC)
    signatures = " ".join(signer.sign(delivery.event.event_id, at, body) for signer in endpoint.signers())
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": SOURCE,
        "webhook-id": delivery.event.event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }
    try:
        # What the receiver says in its body is not read: it could be anything, and of any length.
        with client.stream("POST", endpoint.url, content=body.encode(), headers=headers) as answer:
            status = answer.status_code
    except httpx2.HTTPError as error:
        return False, False, type(error).__name__
    return HTTPStatus(200) <= status < HTTPStatus(300), status == HTTPStatus.GONE, str(status)


def body_of(delivery: Delivery) -> str:
    """The body of a delivery: the event under the attribute names of CloudEvents, with its place in the order."""
    event = delivery.event
    said = {
        "id": event.event_id,
        "source": SOURCE,
        "type": event.type,
        "time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "subject": event.subject,
        "sequence": event.position,
        "data": event.data,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
