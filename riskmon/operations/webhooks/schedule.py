"""When a delivery that was not taken is tried again, and when it is given up."""

import random
from datetime import timedelta
from typing import Final

WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After each attempt that failed; after the one behind the last of these a delivery is dead. About three days in all."""

SPREAD: Final = 0.1
"""The share by which a wait may be longer, so that what failed together is not tried together."""


def wait_after(attempts: int, chance: random.Random) -> timedelta | None:
    """How long to wait after so many attempts; None where no more is tried."""
    if attempts > len(WAITS):
        return None
    return WAITS[attempts - 1] * (1 + SPREAD * chance.random())
