"""`/v1/relationships`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.pages import RelationshipPage
from api.schemas.queries import RelationshipQuery
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["relationships"], dependencies=[allowed(Permission.READ)])


@router.get("/relationships")
def list_relationships(query: Annotated[RelationshipQuery, Query()], door: Door) -> RelationshipPage:
    """The relationships in force at the run's date, whatever their assessment."""
    return RelationshipPage.model_validate(
        read.relationships(door.snapshots, door.page(query), query.where())
    )
