"""`/metrics`: figures for the bank's own monitoring, in the text format of Prometheus."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api.metrics import Metrics
from api.security import allowed
from riskmon.domain.access import Permission

router = APIRouter(dependencies=[allowed(Permission.READ_METRICS)])


async def _metrics_of(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


@router.get("/metrics", include_in_schema=False)
def get_metrics(metrics: Annotated[Metrics, Depends(_metrics_of)]) -> Response:
    """Every figure as it stands now."""
    return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
