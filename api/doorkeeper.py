"""What stands before every route: who the server is called, how much it reads, which headers it sends."""

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from riskmon.settings import Settings

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}

_PORT = re.compile(r":[0-9]+$")


class Doorkeeper:
    """Refuses foreign host names and declared bodies that are too large; adds the security headers to every answer.

    A server on a loopback address is reachable from any page in the same browser whose name is made to resolve to that
    address; such a request still carries the page's own name as its host, and is refused.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Stand before `app`."""
        self._app = app
        self._allowed_hosts = settings.allowed_hosts
        self._max_body_bytes = settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                if scope["path"].startswith("/v1/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        answer: ASGIApp = self._refusal(Headers(scope=scope)) or self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, headers: Headers) -> Response | None:
        if _PORT.sub("", headers.get("host", "")) not in self._allowed_hosts:
            return problem(
                "host_unknown",
                "The request calls this server by a name that is not its own.",
                "Use the address it listens on, or add the name to RISKMON_ALLOWED_HOSTS.",
            )
        declared = headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > self._max_body_bytes:
            return problem(
                "body_too_large",
                f"The request body is larger than {self._max_body_bytes} bytes.",
                "Send less.",
            )
        return None
