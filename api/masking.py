"""The one place on the way out where natural persons are taken from an answer, for callers who may not see them."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.door import DoorState
from api.problems import of_ours
from api.security import CALLER
from riskmon.domain.access import Caller, Permission
from riskmon.domain.errors import CallerError

_JSON: Final = ("application/json", "application/problem+json")


class Masked:
    """Masks every JSON answer to a caller who may not read persons; who may is not waited for."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and look at its answer."""
        caller: Caller | None = scope.get(CALLER)
        if scope["type"] != "http" or caller is None or caller.may(Permission.READ_PERSONS):
            await self._app(scope, receive, send)
            return
        door: DoorState = scope["app"].state.door
        held: Message | None = None
        body = bytearray()

        async def send_masked(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_json(message):
                held = message
                return
            if held is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            try:
                masked = await run_in_threadpool(door.persons.masked, bytes(body)) if body else b""
            except CallerError as error:
                await of_ours(error)(scope, receive, send)
                return
            MutableHeaders(raw=held["headers"])["content-length"] = str(len(masked))
            await send(held)
            await send({"type": "http.response.body", "body": masked})

        await self._app(scope, receive, send_masked)


def _is_json(start: Message) -> bool:
    media_type = MutableHeaders(raw=start["headers"]).get("content-type", "")
    return media_type.startswith(_JSON)
