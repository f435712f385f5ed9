"""The ledger as the verbs see it: a database, a measure for every run, and how long an earmark may stand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from riskmon.domain.clock import now
from riskmon.operations.checks import Deal
from riskmon.operations.earmarks.answers import PlaceOutcome
from riskmon.store.database import Database, Place
from riskmon.store.ledger import Claim
from riskmon.store.schema import open_to_write


@dataclass(frozen=True, slots=True)
class Measured:
    """What a deal claims under one run, and why no new one may be placed whatever is left.

    Attributes:
        claims: None where they cannot be told.
    """

    claims: tuple[Claim, ...] | None
    refused: PlaceOutcome | None = None
    detail: str = ""


class Measure(Protocol):
    """What a deal does to the limits of one run, whatever else is claimed. `at`: the instant of the question."""

    def __call__(self, deal: Deal, at: datetime) -> Measured:
        """What the deal claims."""


Measures = Callable[[str, int], Measure]
"""From the id of a run, and how many approvals of limits count, to its measure."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. Safe to share between threads."""

    database: Database
    measures: Measures
    most_hours: int


@contextmanager
def open_ledger(
    place: Place, measures: Measures, *, most_hours: int, clock: Callable[[], datetime] = now
) -> Iterator[Ledger]:
    """The ledger in a database, which is made first if it is an embedded one that nobody has written to.

    Raises:
        StoreError: the database cannot be written to.
    """
    database = open_to_write(place, clock=clock)
    try:
        yield Ledger(database, measures, most_hours)
    finally:
        database.close()


CLOCK_TOLERANCE_SECONDS: Final = 1.0
"""Clocks of several servers differ; only more than this is told."""


def is_behind(clock: datetime, recorded: datetime) -> bool:
    """Whether a clock lies behind the instant used in its place by more than clocks differ."""
    return (recorded - clock).total_seconds() > CLOCK_TOLERANCE_SECONDS
