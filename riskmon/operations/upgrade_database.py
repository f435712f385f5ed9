"""Making the database, or bringing it to the version of this program."""

from pathlib import Path

from riskmon.operations.assessments import database_place
from riskmon.store.schema import SCHEMA_VERSION, upgrade


def upgrade_database(data: Path) -> dict[str, str | None]:
    """Upgrade the database of a data folder: `database` (without a password), `version_before` (null: none), `version`.

    Raises:
        CallerError: it cannot be reached or made, or a newer program made it.
    """
    place = database_place(data)
    return {"database": str(place), "version_before": upgrade(place), "version": SCHEMA_VERSION}
