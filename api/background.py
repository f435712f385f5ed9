"""Work that goes on beside the requests: again and again, for as long as the server runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from riskmon.domain.errors import CallerError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something to do every so many seconds. One that fails is told in the log, and tried again."""

    name: str
    seconds: float
    work: Callable[[], object]


@asynccontextmanager
async def going_on(recurring: Sequence[Recurring]) -> AsyncIterator[None]:
    """Do all of it until the block ends; what is under way then is waited for."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_repeat(each, stop)) for each in recurring]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _repeat(recurring: Recurring, stop: asyncio.Event) -> None:
    has_failed = False
    while not stop.is_set():
        try:
            await run_in_threadpool(recurring.work)
        except CallerError as error:
            if not has_failed:  # once, and not every second for as long as it lasts
                _LOG.warning("%s cannot be done: %s", recurring.name, error)
            has_failed = True
        except Exception:  # noqa: BLE001  whatever it is, the next turn may be better
            _LOG.exception("%s failed.", recurring.name)
        else:
            has_failed = False
        try:
            async with asyncio.timeout(recurring.seconds):
                await stop.wait()
        except TimeoutError:
            continue
