"""The reference: an application of the same framework that answers every body with itself."""

from typing import Any

from fastapi import FastAPI, Request, Response


def create_app() -> FastAPI:
    """Two endpoints: one that reads its body as JSON and answers it, as the framework does it, and one that hands on its bytes."""
    app = FastAPI(openapi_url=None)

    @app.post("/echo")
    async def echo(body: dict[str, Any]) -> dict[str, Any]:
        return body

    @app.post("/bytes")
    async def hand_on(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    return app
