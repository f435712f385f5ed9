"""`/v1/signals`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.pages import SignalPage
from api.schemas.queries import SignalQuery
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["signals"], dependencies=[allowed(Permission.READ)])


@router.get("/signals")
def list_signals(query: Annotated[SignalQuery, Query()], door: Door) -> SignalPage:
    """The early-warning signals, and those that could not be evaluated for want of data."""
    return SignalPage.model_validate(read.signals(door.snapshots, door.page(query), query.where()))
