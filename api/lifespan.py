"""What goes on while the server runs, beside the requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.background import Recurring, going_on
from api.door import DoorState
from api.feed import Feed
from riskmon.operations.audit import Sealer
from riskmon.operations.earmarks.live import served_alone
from riskmon.operations.webhooks import Dispatcher, read_endpoints

_TELL_SECONDS = 0.5
"""How long what happened waits to be told, if nothing else delays it."""

_SEAL_SECONDS = 2.0
"""How long what was written waits for its seal in the audit."""

_EXPIRE_SECONDS = 5.0
"""How long an earmark whose time is over still counts, if nobody asks the ledger for anything."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What goes on while the server runs: others are told, the audit is sealed, earmarks end."""
    door: DoorState = app.state.door
    dispatcher = Dispatcher(door.database, read_endpoints(door.settings.webhooks_file))
    sealer = Sealer(door.database)
    feed: Feed = app.state.feed

    def tell() -> None:
        dispatcher()
        feed.look()

    recurring = [
        Recurring("telling others what happened", _TELL_SECONDS, tell),
        Recurring("sealing the audit", _SEAL_SECONDS, sealer),
        Recurring("ending earmarks whose time is over", _EXPIRE_SECONDS, door.ledger.sweep),
    ]
    with served_alone(door.database):
        async with going_on(recurring):
            yield
    dispatcher.close()
    sealer.close()
    door.ledger.close()
    door.keys.close()
