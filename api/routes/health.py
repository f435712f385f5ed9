"""`/healthz` and `/readyz`."""

from fastapi import APIRouter

from api.door import Door
from api.schemas.runs import Health, Readiness
from riskmon.operations import read

router = APIRouter(tags=["health"])


@router.get("/healthz")
def get_health() -> Health:
    """Whether the process is up. Reads nothing."""
    return Health(status="ok")


@router.get("/readyz")
def get_readiness(door: Door) -> Readiness:
    """Whether there is a run to answer from, and which."""
    return Readiness.model_validate(read.readiness(door.snapshots))
