"""`/v1/events`: what happened, as pages and as a stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.door import Door
from api.feed import LiveFeed
from api.schemas.events import EventPage, EventQuery
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations.events import events

router = APIRouter(tags=["events"], dependencies=[allowed(Permission.READ_EVENTS)])

_MOST = 200
_PAUSE_SECONDS = 0.2


@router.get("/events")
def list_events(query: Annotated[EventQuery, Query()], door: Door) -> EventPage:
    """What happened behind a position, oldest first, whoever was told of it. Ask again with `next` as `after`."""
    items, position = events(door.database, query.after, most=query.limit, types=query.type)
    return EventPage.model_validate({"items": items, "next": position})


@router.get("/events/stream", response_class=EventSourceResponse)
async def stream_events(
    door: Door,
    feed: LiveFeed,
    after: Annotated[
        int | None,
        Query(
            ge=0, le=2**53, description="The position to go on from; left out: only what happens from now on."
        ),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(
            pattern="^[0-9]{1,15}$", description="Sent by a browser that comes back; goes before `after`."
        ),
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """What happens, as it happens: server-sent events, each with its position as id and its type as event."""
    begun = feed.latest if after is None else after
    position = begun if last_event_id is None else int(last_event_id)
    while True:
        if feed.latest <= position:
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        items, position = await run_in_threadpool(events, door.database, position, most=_MOST)
        for item in items:
            yield ServerSentEvent(data=item, event=str(item["type"]), id=str(item["sequence"]))
