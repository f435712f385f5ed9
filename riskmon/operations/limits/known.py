"""The declared limits at hand: those that a run counts, those that count now, and every proposal as a JSON-ready item."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from riskmon.operations.assessments import Item, decision_item, reading
from riskmon.operations.limits.terms import declared_rows, of_content
from riskmon.store.database import Place
from riskmon.store.limits import DECLARATIONS, Declared
from riskmon.store.proposals import Proposal


def limits_known(place: Place, known_at: date) -> pl.DataFrame:
    """The table `declared_limits` of a run: what was approved on or before `known_at` (a day of UTC), in order of approval.

    Raises:
        StoreError: the database cannot be read; without it a run would quietly leave out what people decided.
    """
    return declared_rows(approved_limits(place, known_at))


@dataclass(frozen=True, slots=True)
class LimitsNow:
    """What counts now: the table `declared_limits`, and how many approvals it is made of."""

    rows: pl.DataFrame
    count: int


def limits_now(place: Place, *further: Proposal[Declared]) -> LimitsNow:
    """Every declared limit that is approved, and `further` proposals as if they were.

    Raises:
        StoreError: the database cannot be read.
    """
    approved = approved_limits(place, date.max)
    return LimitsNow(declared_rows([*approved, *further]), len(approved))


def approved_limits(place: Place, known_at: date) -> list[Proposal[Declared]]:
    """The proposals approved on or before a day (of UTC), in order of approval."""
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            return DECLARATIONS.approved(connection, known_at)


def limit_proposals(place: Place, *, is_open: bool | None = None) -> list[Proposal[Declared]]:
    """Every proposal, oldest first; only those that wait for a decision, or only those that do not."""
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            found = DECLARATIONS.all(connection)
    return [each for each in found if is_open is None or (each.state == "open") == is_open]


def limit_item(proposal: Proposal[Declared]) -> Item:
    """A proposal as JSON-ready values: its limits as they were declared, null is nothing."""
    limits = [each.model_dump(mode="json") for each in of_content(proposal.content.limits)]
    return {
        "proposal_id": proposal.proposal_id,
        "limits": limits,
        "reason": proposal.content.reason,
        "run_id": proposal.content.run_id,
        **decision_item(proposal),
    }
