"""The API does what its description says, for requests that fit it and for requests that do not."""

import tempfile
from pathlib import Path

import pytest
import schemathesis

from api.app import create_app
from api.door import DoorState
from api.security import permissions_asked
from riskmon.domain.access import PERMISSIONS, Role
from riskmon.operations.read import Snapshots
from riskmon.settings import Settings
from tests import builders
from tests.checking import decisions_on
from tests.signing_in import everybody
from tests.snapshot_builder import write_snapshot

CONFIG = {
    "generation": {"mode": "all", "max-examples": 20, "deterministic": True},
    # A cursor fits its schema and is refused all the same where it was not given out; `*` names every tag.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "404", "409", "412"]}},
}
# A folder of its own: reading the description starts a server, and one server owns a database.
NOBODYS = Path(tempfile.mkdtemp())
APP = create_app(
    Settings(data_dir=NOBODYS, allowed_hosts=frozenset({"testserver"}), failed_sign_ins_per_minute=10**6)
)

schema = schemathesis.openapi.from_asgi("/openapi.json", APP, config=schemathesis.Config.from_dict(CONFIG))
# A stream does not end; its own tests read it from a real server.
schema = schema.exclude(path="/v1/events/stream")


ASKED = {
    (path, method): permissions for path, methods, permissions in permissions_asked(APP) for method in methods
}


@pytest.fixture(scope="module")
def callers(tmp_path_factory):
    """Somebody of every role, at a snapshot that the application now stands over."""
    folder = tmp_path_factory.mktemp("bank")
    data_dir = folder / "data"
    write_snapshot(data_dir)
    # Deals are checked on the inputs of a run, which the snapshot written by hand does not have.
    decisions_on(folder, facilities=[builders.facility("F1", "P1")], parties=[builders.party("P1")])
    settings = APP.state.door.settings.model_copy(update={"data_dir": data_dir})
    APP.state.door = DoorState(Snapshots(data_dir), settings)
    return everybody(data_dir)


def who_may(operation):
    """The first role that may ask for this."""
    asked = ASKED.get((operation.path, operation.method.upper()), frozenset())
    return next(role for role in Role if asked <= PERMISSIONS[role])


@pytest.mark.slow
@schema.parametrize()
def test_the_api_does_what_its_description_says(case, callers):
    case.call_and_validate(headers=callers[who_may(case.operation)])
