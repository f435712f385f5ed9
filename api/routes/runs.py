"""`/v1/runs`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.door import Door
from api.schemas.queries import PageQuery
from api.schemas.runs import RunAnswer, RunPage
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations import read

router = APIRouter(tags=["runs"], dependencies=[allowed(Permission.READ, in_branches=True)])


@router.get("/runs")
def list_runs(query: Annotated[PageQuery, Query()], door: Door) -> RunPage:
    """The finished runs, the newest date first and of one date the last completed first."""
    return RunPage.model_validate(read.runs(door.snapshots, door.page(query)))


@router.get("/runs/{run_id}")
def get_run(
    run_id: Annotated[str, Path(description="The run's id.", examples=["c0ffee"])], door: Door
) -> RunAnswer:
    """One run: its books, the hashes of what went in, what it could not evaluate."""
    return RunAnswer.model_validate(read.run(door.snapshots, run_id))
