"""The references: endpoints of the same framework that answer every body with itself."""

from typing import Any

from fastapi import FastAPI

from api.app import create_app as create_product
from api.security import allowed
from riskmon.domain.access import Permission


async def echo(body: dict[str, Any]) -> dict[str, Any]:
    """Read a body as JSON and answer it, as the framework does it."""
    return body


def create_app() -> FastAPI:
    """The echo in an application that has nothing else."""
    app = FastAPI(openapi_url=None)
    app.post("/echo")(echo)
    return app


def create_product_with_echo() -> FastAPI:
    """The product with the echo behind the same door: sign-in, limits of size, headers, metrics."""
    app = create_product()
    app.post("/v1/echo", dependencies=[allowed(Permission.CHECK)])(echo)
    # Asked first, as the checks are.
    app.router.routes.insert(0, app.router.routes.pop())
    return app
