"""Sending what waits, as one verb: for a scheduler beside the server, or where no server runs."""

from pathlib import Path

from riskmon.operations.assessments import database_place
from riskmon.operations.settings import read_settings
from riskmon.operations.webhooks.dispatch import Dispatched, dispatch
from riskmon.operations.webhooks.endpoints import read_endpoints
from riskmon.store.schema import open_to_write


def send_waiting(data: Path) -> Dispatched:
    """Number what happened and try every delivery that is due, to the endpoints that the settings name.

    Raises:
        CallerError: an endpoint, a secret or the database cannot be used.
    """
    endpoints = read_endpoints(read_settings().webhooks_file)
    database = open_to_write(database_place(data))
    try:
        return dispatch(database, endpoints)
    finally:
        database.close()
