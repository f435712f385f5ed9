"""What a monitoring system scrapes: the figures of the run and the database, and how requests are answered.

Of one process: behind several, each is scraped by itself.
"""

from collections.abc import Iterable
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from riskmon.operations.figures import Figures

PREFIX: Final = "riskmon_"

_NONE: Final = "none"
"""The label of a request that no route is for."""

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one application."""

    def __init__(self, figures: Figures) -> None:
        """Of these figures, and of the requests that `Measured` sees."""
        self._registry = CollectorRegistry()
        self._registry.register(_Gauges(figures))
        labels = ("method", "path")
        self.seconds = Histogram(
            f"{PREFIX}request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            labels,
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.answers = Counter(
            f"{PREFIX}answers", "Answers by status.", (*labels, "status"), registry=self._registry
        )

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        for figure in self._figures.now():
            gauge = GaugeMetricFamily(f"{PREFIX}{figure.name}", figure.meaning, labels=figure.labels)
            for labels, value in figure.values:
                gauge.add_metric(labels, value)
            yield gauge

    def describe(self) -> Iterable[Metric]:
        """Nothing: what there is to tell depends on the run."""
        return ()


class Measured:
    """Measures every request by the template of its path, so that no id of anybody becomes a label."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Stand before `app`."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = perf_counter(), 0

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        finally:
            path = template(scope)
            method = scope["method"] if path != _NONE else _NONE
            self._metrics.seconds.labels(method, path).observe(perf_counter() - start)
            self._metrics.answers.labels(method, path, str(status)).inc()


def template(scope: Scope) -> str:
    """The path with names for its parameters, as the description of the API has it."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return _NONE
    # A route knows its own part only, not what it was included under.
    return f"/v1{path}" if scope["path"].startswith("/v1/") else str(path)
