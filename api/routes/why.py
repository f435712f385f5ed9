"""`/v1/group-changes`, `/v1/attribution` and `/v1/connections`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.pages import AttributionPage, GroupChangePage
from api.schemas.queries import AttributionQuery, ConnectionQuery, GroupChangeQuery
from api.schemas.why import ConnectionAnswer
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["groups"], dependencies=[allowed(Permission.READ)])


@router.get("/group-changes")
def list_group_changes(query: Annotated[GroupChangeQuery, Query()], door: Door) -> GroupChangePage:
    """What became of the groups since the run before, each with the relationships that did it."""
    return GroupChangePage.model_validate(read.group_changes(door.snapshots, door.page(query), query.where()))


@router.get("/attribution")
def list_attribution(query: Annotated[AttributionQuery, Query()], door: Door) -> AttributionPage:
    """What changed exposures and headroom since the run before; the causes of one amount add up to its change."""
    return AttributionPage.model_validate(read.attribution(door.snapshots, door.page(query), query.where()))


@router.get("/connections")
def get_connection(query: Annotated[ConnectionQuery, Query()], door: Door) -> ConnectionAnswer:
    """What connects two parties: the groups that hold both, and the fewest relationships that join them."""
    pair = (query.party_id, query.other_id)
    return ConnectionAnswer.model_validate(read.connection(door.snapshots, pair, query.book_id, query.run))
