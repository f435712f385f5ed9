"""`/v1/groups`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.door import Door
from api.schemas.pages import GroupPage
from api.schemas.queries import GroupQuery, RunQuery
from api.schemas.subjects import GroupAnswer
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["groups"], dependencies=[allowed(Permission.READ)])


@router.get("/groups")
def list_groups(query: Annotated[GroupQuery, Query()], door: Door) -> GroupPage:
    """The groups with their exposure. Groups overlap: a party in two counts in full in both."""
    return GroupPage.model_validate(read.groups(door.snapshots, door.page(query), query.where()))


@router.get("/groups/{group_id:path}")
def get_group(
    group_id: Annotated[
        str,
        Path(
            description="`<book_id>/<anchor party_id>`; the slash may stand as it is.",
            examples=["example_policy/P1"],
        ),
    ],
    query: Annotated[RunQuery, Query()],
    door: Door,
) -> GroupAnswer:
    """One group: its exposure, each member with role and reason, its headroom."""
    return GroupAnswer.model_validate(read.group(door.snapshots, group_id, query.run))
