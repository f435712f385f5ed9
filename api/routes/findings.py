"""`/v1/findings`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.pages import FindingPage
from api.schemas.queries import FindingQuery
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["findings"], dependencies=[allowed(Permission.READ)])


@router.get("/findings")
def list_findings(query: Annotated[FindingQuery, Query()], door: Door) -> FindingPage:
    """What is wrong with the data, each with its remedy and its owner."""
    return FindingPage.model_validate(read.findings(door.snapshots, door.page(query), query.where()))
