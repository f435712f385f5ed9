"""The log of requests: one line each, with an id that the caller may give and is told."""

import re
from functools import lru_cache
from hashlib import sha256
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import template
from api.security import CALLER
from riskmon.domain.access import Caller
from riskmon.operations.logs import where_it_failed

HEADER: Final = "X-Request-Id"

_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_NAME: Final = HEADER.lower().encode()
_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Logged:
    """Gives every request an id, and writes a line when it is answered: who, what, how it ended, how long it took.

    The path is the template of the route, the caller a mark of his name: no id of anybody stands in the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app
        self._log: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = perf_counter(), 0
        request_id = _request_id(scope)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (_NAME, request_id.encode())]
            await send(message)

        fault: dict[str, object] = {}
        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            fault = where_it_failed(error)
            if not status:  # nothing was answered, so that the server itself has to
                raise
        finally:
            if structlog.is_configured():  # by who serves; a test client writes no log
                self._tell(scope, request_id, status, perf_counter() - start, fault)

    def _tell(
        self, scope: Scope, request_id: str, status: int, seconds: float, fault: dict[str, object]
    ) -> None:
        if self._log is None:
            self._log = structlog.get_logger().bind()
        write = self._log.error if fault else self._log.info
        write(
            "request",
            request_id=request_id,
            method=scope["method"] if scope["method"] in _METHODS else None,
            path=template(scope),
            status=status,
            milliseconds=round(seconds * 1000, 3),
            caller=mark(scope.get(CALLER)),
            **fault,
        )


@lru_cache(maxsize=1_000)
def mark(caller: Caller | None) -> str | None:
    """What stands for a caller in the log: always the same, and not his name."""
    return None if caller is None else sha256(caller.name.encode()).hexdigest()[:12]


def _request_id(scope: Scope) -> str:
    """The id that the caller gave, if it is one; else a new one."""
    for name, value in scope["headers"]:
        if name == _NAME and _ID.fullmatch(value):
            return str(value, "ascii")
    return uuid4().hex
