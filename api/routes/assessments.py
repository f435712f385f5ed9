"""`/v1/assessments`."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.assessments import AssessmentPage
from api.schemas.queries import AssessmentQuery
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["relationships"], dependencies=[allowed(Permission.READ)])


@router.get("/assessments")
def list_assessments(query: Annotated[AssessmentQuery, Query()], door: Door) -> AssessmentPage:
    """What persons proposed about relationships and what others decided, oldest first; not bound to a run."""
    return AssessmentPage.model_validate(read.assessments(door.database, door.page(query), query.where()))
