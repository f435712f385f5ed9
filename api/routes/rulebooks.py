"""`/v1/rulebooks`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.door import Door
from api.schemas.pages import RulebookPage
from api.schemas.queries import ListQuery, RunQuery
from api.schemas.runs import RulebookAnswer
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["rulebooks"], dependencies=[allowed(Permission.READ, in_branches=True)])


@router.get("/rulebooks")
def list_rulebooks(query: Annotated[ListQuery, Query()], door: Door) -> RulebookPage:
    """The books that the run applied, each with its edition and choices."""
    return RulebookPage.model_validate(read.rulebooks(door.snapshots, door.page(query)))


@router.get("/rulebooks/{book_id}")
def get_rulebook(
    book_id: Annotated[str, Path(description="The book's id.", examples=["example_policy"])],
    query: Annotated[RunQuery, Query()],
    door: Door,
) -> RulebookAnswer:
    """One book with every entry of its edition and the place where each is written."""
    return RulebookAnswer.model_validate(read.rulebook(door.snapshots, book_id, query.run))
