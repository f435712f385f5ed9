"""The assessments at hand: those that a run counts, and every proposal as a JSON-ready item."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from riskmon.domain.assessment import none_approved
from riskmon.operations.settings import read_settings
from riskmon.settings import Settings
from riskmon.store.assessments import ASSESSMENTS, Assessed, approved_assessments
from riskmon.store.database import Database, Place, place_of
from riskmon.store.proposals import Proposal
from riskmon.store.schema import open_to_read

__all__ = [
    "Item",
    "Place",
    "assessments_known",
    "database_place",
    "decision_item",
    "item",
    "place_of_settings",
    "proposals",
    "reading",
]

Item = dict[str, object]


def database_place(data: Path) -> Place:
    """Where the database of a data folder is, as the environment says.

    Raises:
        CallerError: the address cannot be used.
    """
    return place_of_settings(read_settings(), data)


def place_of_settings(settings: Settings, data: Path | None = None) -> Place:
    """Where the database is: as the settings say, else in the data folder given, else in that of the settings.

    Raises:
        StoreError: the address cannot be used.
    """
    url = settings.database_url
    return place_of(data or settings.data_dir, url.get_secret_value() if url else None)


def assessments_known(place: Place, known_at: date) -> pl.DataFrame:
    """The table `assessments` of a run: those approved on or before `known_at` (a day of UTC), in order of approval.

    Raises:
        StoreError: the database cannot be read; without it a run would quietly leave out what people decided.
    """
    with reading(place) as database:
        return none_approved() if database is None else approved_assessments(database, known_at)


def proposals(place: Place, *, is_open: bool | None = None) -> list[Proposal[Assessed]]:
    """Every proposal, oldest first; only those that wait for a decision, or only those that do not."""
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            found = ASSESSMENTS.all(connection)
    return [each for each in found if is_open is None or (each.state == "open") == is_open]


@contextmanager
def reading(place: Place) -> Iterator[Database | None]:
    """The database opened to read, and closed again; None where nobody has written to an embedded one."""
    database = open_to_read(place)
    try:
        yield database
    finally:
        if database is not None:
            database.close()


def item(proposal: Proposal[Assessed]) -> Item:
    """A proposal as JSON-ready values: instants and dates are ISO text, null is nothing."""
    content = proposal.content
    said = {
        name: getattr(content, name) for name in Assessed.__slots__ if name not in ("valid_until", "run_id")
    }
    return {
        "proposal_id": proposal.proposal_id,
        **said,
        "valid_until": content.valid_until and content.valid_until.isoformat(),
        "run_id": content.run_id,
        **decision_item(proposal),
    }


def decision_item(proposal: Proposal[Any]) -> Item:
    """Who proposed, who decided and when, as JSON-ready values."""
    return {
        "proposed_by": proposal.proposed_by,
        "proposed_at": _instant(proposal.proposed_at),
        "state": proposal.state,
        "decided_by": proposal.decided_by,
        "decided_at": proposal.decided_at and _instant(proposal.decided_at),
        "note": proposal.note,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
