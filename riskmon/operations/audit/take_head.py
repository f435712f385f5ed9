"""Taking the head of the audit out of the house: whoever holds it can tell later that nothing before it was touched."""

from collections.abc import Callable
from datetime import datetime

from riskmon.domain.clock import now
from riskmon.operations.audit.examine import ExportedHead, exported
from riskmon.store.audit import GENESIS, Head, head, seal
from riskmon.store.database import Place
from riskmon.store.schema import open_to_read


def take_head(place: Place, *, clock: Callable[[], datetime] = now) -> ExportedHead:
    """The end of the chain, after sealing what was kept until now.

    Raises:
        StoreError: the database cannot be written to.
    """
    database = open_to_read(place, clock=clock)
    if database is None:
        return exported(Head(0, GENESIS), clock())
    try:
        seal(database)
        with database.reading() as connection:
            return exported(head(connection), database.clock())
    finally:
        database.close()
