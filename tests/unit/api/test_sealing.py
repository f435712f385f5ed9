"""A server seals what is written to the audit while it runs."""

from fastapi.testclient import TestClient

from riskmon.operations.assessments import database_place
from riskmon.store.audit_chain import examine
from riskmon.store.schema import open_to_write
from tests.auditing import entry, written


def test_a_running_server_seals_what_was_written(app, tmp_path):
    database = open_to_write(database_place(tmp_path))
    written(database, entry("D-1"), entry("D-2"))
    with TestClient(app):
        pass  # what goes on beside the requests is done once, and waited for
    with database.reading() as connection:
        found = examine(connection)
    assert (found.sealed, list(found.unsealed), found.broken) == (2, [], [])
    database.close()
