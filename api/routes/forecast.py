"""`/v1/forecast`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.forecast import ForecastAnswer, ForecastQuery
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations.forecast import forecast

router = APIRouter(tags=["limits"], dependencies=[allowed(Permission.READ)])


@router.get("/forecast")
def get_forecast(query: Annotated[ForecastQuery, Query()], door: Door) -> ForecastAnswer:
    """Headroom and breaches of the months ahead, from what matures, ends, begins and is promised already."""
    body = forecast(door.snapshots, door.database, months=query.months, subject_id=query.subject_id)
    return ForecastAnswer.model_validate(body)
