"""What goes on while the server runs, beside the requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.background import Recurring, going_on
from api.door import DoorState
from api.feed import Feed
from riskmon.operations.webhooks import Dispatcher, read_endpoints

_TELL_SECONDS = 0.5
"""How long what happened waits to be told, if nothing else delays it."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What goes on while the server runs: others are told what happened."""
    door: DoorState = app.state.door
    dispatcher = Dispatcher(door.database, read_endpoints(door.settings.webhooks_file))
    feed: Feed = app.state.feed

    def tell() -> None:
        dispatcher()
        feed.look()

    async with going_on([Recurring("telling others what happened", _TELL_SECONDS, tell)]):
        yield
    dispatcher.close()
