"""Entity tags: who asks again for what has not changed is told so in a line, and need not read it all."""

from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_JSON: Final = "application/json"
_UNCHANGED: Final = 304


class Tagging:
    """Gives every answer to a reading request a tag of its content, and answers 304 to one that names it.

    What tags itself, since it may be changed under a condition, keeps its own tag.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tag its answer."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        known = _named(Headers(scope=scope).get("if-none-match", ""))
        held: Message | None = None
        body = bytearray()

        async def send_tagged(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_whole(message):
                held = message
                return
            if held is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            start, held = held, None
            headers = MutableHeaders(raw=start["headers"])
            tag = headers.setdefault("etag", f'"{sha256(body).hexdigest()[:32]}"')
            if tag in known or "*" in known:
                kept = [pair for pair in headers.raw if pair[0] not in (b"content-type", b"content-length")]
                await send({**start, "status": _UNCHANGED, "headers": kept})
                await send({"type": "http.response.body", "body": b""})
                return
            await send(start)
            await send({"type": "http.response.body", "body": bytes(body)})

        await self._app(scope, receive, send_tagged)


def _is_whole(start: Message) -> bool:
    """Whether an answer is one JSON text: a stream has no end to make a tag of."""
    media_type = MutableHeaders(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and media_type.startswith(_JSON)


def _named(header: str) -> frozenset[str]:
    """The tags of an If-None-Match, weak or strong alike, as RFC 9110 compares them there."""
    return frozenset(tag.strip().removeprefix("W/") for tag in header.split(","))
