"""The log: one JSON object a line, on standard error. It names no obligor, no person and no secret.

Of a fault it has the kind and where in the program it happened, never the message: that is made of the values at hand.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import Processor

_FRAMES: Final = 12
"""Of a traceback the innermost."""

Line = MutableMapping[str, Any]


def configure_logs(stream: TextIO | None = None) -> None:
    """Let this program and the libraries it uses write their lines to a stream, standard error unless named."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _without_message,
    ]
    out = stream or sys.stderr
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def where_it_failed(error: BaseException) -> dict[str, object]:
    """The kind of a fault and where it happened, without a value of anybody."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "fault": type(error).__qualname__,
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _without_message(_logger: object, _method: str, line: Line) -> Line:
    """Put the place of a fault where its text would stand."""
    fault = line.pop("exc_info", None)
    error = fault[1] if isinstance(fault, tuple) else fault
    if isinstance(error, BaseException):
        line.update(where_it_failed(error))
    return line
