"""A dispatcher: dispatching again and again for a server, over a database that may not be there yet."""

from collections.abc import Sequence

from riskmon.operations.webhooks.dispatch import Dispatched, dispatch
from riskmon.operations.webhooks.endpoints import Endpoint
from riskmon.store.database import Database, Place
from riskmon.store.schema import open_to_read


class Dispatcher:
    """Tells endpoints what happened, each time it is called. For one thread."""

    def __init__(self, place: Place, endpoints: Sequence[Endpoint]) -> None:
        """Of the database at this place."""
        self._place = place
        self._endpoints = endpoints
        self._database: Database | None = None

    def __call__(self) -> Dispatched | None:
        """Dispatch once; None where nobody has written to the database yet.

        Raises:
            CallerError: the database or a secret cannot be used.
        """
        if self._database is None:
            self._database = open_to_read(self._place)
        return None if self._database is None else dispatch(self._database, self._endpoints)

    def close(self) -> None:
        """Close the database."""
        if self._database is not None:
            self._database.close()
            self._database = None
