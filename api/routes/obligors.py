"""`/v1/obligors` and `/v1/facilities`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.door import Door
from api.schemas.facility import FacilityAnswer
from api.schemas.pages import FacilityPage, ObligorPage
from api.schemas.queries import FacilityQuery, ObligorQuery, RunQuery
from api.schemas.subjects import ObligorAnswer
from api.security import Reader, allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["obligors"])


@router.get("/obligors")
def list_obligors(query: Annotated[ObligorQuery, Query()], door: Door, caller: Reader) -> ObligorPage:
    """The obligors with their exposure, one item for each book."""
    return ObligorPage.model_validate(read.obligors(door.snapshots, door.page(query, caller), query.where()))


@router.get("/obligors/{obligor_id:path}", dependencies=[allowed(Permission.READ)])
def get_obligor(
    obligor_id: Annotated[str, Path(description="The party's id.", examples=["P1"])],
    query: Annotated[RunQuery, Query()],
    door: Door,
) -> ObligorAnswer:
    """One obligor: its exposure under each book, its groups and why, its headroom and signals."""
    return ObligorAnswer.model_validate(read.obligor(door.snapshots, obligor_id, query.run))


@router.get("/facilities")
def list_facilities(query: Annotated[FacilityQuery, Query()], door: Door, caller: Reader) -> FacilityPage:
    """The facilities, amounts in their own currency."""
    return FacilityPage.model_validate(
        read.facilities(door.snapshots, door.page(query, caller), query.where())
    )


@router.get("/facilities/{facility_id:path}", dependencies=[allowed(Permission.READ)])
def get_facility(
    facility_id: Annotated[str, Path(description="The facility's id.", examples=["F1"])],
    query: Annotated[RunQuery, Query()],
    door: Door,
) -> FacilityAnswer:
    """One facility from its contract to the limits: factor, protections, exemptions with clauses, where it counts."""
    return FacilityAnswer.model_validate(read.facility(door.snapshots, facility_id, query.run))
