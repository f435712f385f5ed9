"""The sealer of a running server: what was written becomes part of the chain soon after."""

from riskmon.store.audit import seal
from riskmon.store.database import Database, Place
from riskmon.store.schema import open_to_read


class Sealer:
    """Seals what was written to the audit, each time it is called. For one thread; any number of servers may have one."""

    def __init__(self, place: Place) -> None:
        """Of the database at this place."""
        self._place = place
        self._database: Database | None = None

    def __call__(self) -> int:
        """Seal what waits. Returns how many entries; 0 where nobody has written to the database yet.

        Raises:
            StoreError: the database cannot be written to.
        """
        if self._database is None:
            self._database = open_to_read(self._place)
        return 0 if self._database is None else seal(self._database)

    def close(self) -> None:
        """Close the database."""
        if self._database is not None:
            self._database.close()
            self._database = None
