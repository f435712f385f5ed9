"""`/v1/deliveries`: what became of telling other systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.events import DeliveryList, DeliveryQuery, ResendWish, Resent
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations.webhooks import delivery_items, resend

router = APIRouter(tags=["events"], dependencies=[allowed(Permission.MANAGE_WEBHOOKS)])


@router.get("/deliveries")
def list_deliveries(query: Annotated[DeliveryQuery, Query()], door: Door) -> DeliveryList:
    """What became of each delivery to a webhook endpoint; `dead` were given up."""
    return DeliveryList.model_validate({"items": delivery_items(door.database, query.state)})


@router.post("/deliveries/resend")
def resend_deliveries(wish: ResendWish, door: Door) -> Resent:
    """Try what was given up again from the beginning. The same request again finds nothing left to do."""
    again = resend(door.database, endpoint_id=wish.endpoint_id, event_id=wish.event_id)
    return Resent(again=again)
