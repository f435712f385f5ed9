"""The application. Nothing is open by default: every route says who may use it, and is told who is calling."""

from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from api.door import DoorState
from api.doorkeeper import Doorkeeper
from api.feed import Feed
from api.lifespan import lifespan
from api.log import Logged
from api.masking import Masked
from api.metrics import Measured, Metrics
from api.openapi import describe
from api.problems import handle_problems
from api.routes import (
    assessments,
    audit,
    checks,
    deliveries,
    earmarks,
    events,
    findings,
    forecast,
    groups,
    health,
    limit_proposals,
    limits,
    metrics,
    obligors,
    relationships,
    rulebooks,
    runs,
    signals,
    waivers,
    why,
)
from api.security import refuse_open_routes
from api.sign_in import SignIn
from api.tagging import Tagging
from riskmon import __version__
from riskmon.operations.figures import Figures
from riskmon.operations.read import Snapshots
from riskmon.operations.settings import read_settings
from riskmon.settings import Settings

_DESCRIPTION = (
    "What the latest run of the exposure monitor says: who is one risk with whom and why, how much is at stake, what "
    "may still be lent. Every answer names its run and business date; `run` reads an older one. Amounts are decimal "
    "text with their currency, null is unknown. Lists are paged: send `next` back as `cursor`."
)

_TAGS = [
    {"name": "runs", "description": "Finished passes of the pipeline."},
    {"name": "groups", "description": "Groups of connected clients, each member with its reason."},
    {"name": "obligors", "description": "Parties exposed to, and the facilities behind the exposure."},
    {
        "name": "relationships",
        "description": "Recorded control, dependence, guarantees and family, and what persons found of them.",
    },
    {"name": "limits", "description": "Limits, the headroom under them, and breaches."},
    {
        "name": "proposals",
        "description": "Limits of the bank's own, and waivers: one person proposes, another decides.",
    },
    {
        "name": "checks",
        "description": "May we lend this? Every limit that a deal concerns, before and after.",
    },
    {
        "name": "earmarks",
        "description": "Claims on headroom until a deal is booked: place, confirm, release.",
    },
    {"name": "signals", "description": "Early-warning signals."},
    {
        "name": "events",
        "description": "What happened, as it happens, and what became of telling other systems.",
    },
    {"name": "audit", "description": "Who wrote what, and past decisions made again."},
    {"name": "rulebooks", "description": "The rules that a run applied, with their clauses."},
    {"name": "findings", "description": "What is wrong with the data."},
    {"name": "health", "description": "Whether the server is up, and whether it can answer."},
]


class Application(FastAPI):
    """The framework's application behind our own doorkeeper, with our own description of it."""

    def build_middleware_stack(self) -> ASGIApp:
        """What a request passes: the doorkeeper first, so that even an unforeseen fault leaves through it."""
        door: DoorState = self.state.door
        answering = Tagging(super().build_middleware_stack())
        return Logged(Measured(Doorkeeper(answering, door.settings), self.state.metrics))

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        return describe(self)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over one data folder; without settings, over those of the environment."""
    settings = settings or read_settings()
    app = Application(
        title="riskmon",
        version=__version__,
        summary="Credit-risk and group-client exposure monitor: the read side.",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        docs_url=None,  # the framework's pages load scripts from other hosts
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        max_body_size=settings.max_body_bytes,
        generate_unique_id_function=lambda route: route.name,
    )
    door = app.state.door = DoorState(Snapshots(settings.data_dir), settings)
    app.state.feed = Feed(door.database)
    app.state.metrics = Metrics(Figures(door.snapshots, door.database))
    app.add_middleware(Masked)
    app.add_middleware(SignIn)  # the last that is added is the first that is passed
    for resource in (
        checks,  # asked most, and the first that fits is taken
        earmarks,
        runs,
        groups,
        why,
        obligors,
        relationships,
        assessments,
        limits,
        limit_proposals,
        waivers,
        forecast,
        signals,
        rulebooks,
        findings,
        events,
        deliveries,
        audit,
    ):
        app.include_router(resource.router, prefix="/v1")
    app.include_router(health.router)
    app.include_router(metrics.router)
    handle_problems(app)
    refuse_open_routes(app)
    return app
