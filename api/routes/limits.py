"""`/v1/limits`, `/v1/headroom` and `/v1/breaches`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.door import Door
from api.schemas.limits import LimitAnswer
from api.schemas.pages import BreachPage, HeadroomPage, LimitPage
from api.schemas.queries import BreachQuery, HeadroomQuery, LimitQuery, RunQuery
from api.security import Reader, allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["limits"])


@router.get("/limits", dependencies=[allowed(Permission.READ, in_branches=True)])
def list_limits(query: Annotated[LimitQuery, Query()], door: Door) -> LimitPage:
    """The limits in force in the run, each with its clause."""
    return LimitPage.model_validate(read.limits(door.snapshots, door.page(query), query.where()))


@router.get("/limits/{book_id}/{limit_id}", dependencies=[allowed(Permission.READ)])
def get_limit(
    book_id: Annotated[str, Path(description="The book's id.", examples=["example_policy"])],
    limit_id: Annotated[str, Path(description="The limit's id within its book.", examples=["group_credit"])],
    query: Annotated[RunQuery, Query()],
    door: Door,
) -> LimitAnswer:
    """One limit: what it says, and the subjects nearest to it."""
    return LimitAnswer.model_validate(read.limit(door.snapshots, f"{book_id}/{limit_id}", query.run))


@router.get("/headroom")
def list_headroom(query: Annotated[HeadroomQuery, Query()], door: Door, caller: Reader) -> HeadroomPage:
    """Every subject against every limit. What may still be lent is the least headroom: the binding limit."""
    return HeadroomPage.model_validate(read.headroom(door.snapshots, door.page(query, caller), query.where()))


@router.get("/breaches")
def list_breaches(query: Annotated[BreachQuery, Query()], door: Door, caller: Reader) -> BreachPage:
    """The exposures over a limit."""
    return BreachPage.model_validate(read.breaches(door.snapshots, door.page(query, caller), query.where()))
