"""What a deal claims under one run, before anybody knows whether there is room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from riskmon.operations.checks import Deal
from riskmon.operations.earmarks.answers import PlaceOutcome
from riskmon.store.ledger import Claim


@dataclass(frozen=True, slots=True)
class Measured:
    """What a deal claims under one run, and why no new one may be placed whatever is left.

    Attributes:
        claims: None where they cannot be told.
        currency: of the claims: the reporting currency of the run.
    """

    claims: tuple[Claim, ...] | None
    refused: PlaceOutcome | None = None
    detail: str = ""
    currency: str = ""


class Measure(Protocol):
    """What a deal does to the limits of one run, whatever else is claimed. `at`: the instant of the question."""

    def __call__(self, deal: Deal, at: datetime) -> Measured:
        """What the deal claims."""


Measures = Callable[[str, int], Measure]
"""From the id of a run, and how many approvals of limits count, to its measure."""
