"""The feed: which event is the newest, asked of the database once for all who listen."""

from typing import Annotated

from fastapi import Depends, Request

from riskmon.operations.assessments import Place
from riskmon.operations.events import latest_position


class Feed:
    """The position of the newest event. One thread looks, any number read."""

    def __init__(self, place: Place) -> None:
        """Of the database at this place; nothing is read yet."""
        self._place = place
        self.latest = 0

    def look(self) -> None:
        """See what is the newest now."""
        self.latest = latest_position(self._place)


async def feed_of(request: Request) -> Feed:
    """The feed of the application that serves the request."""
    feed: Feed = request.app.state.feed
    return feed


LiveFeed = Annotated[Feed, Depends(feed_of)]
