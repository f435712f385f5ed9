"""The API does what its description says, for requests that fit it and for requests that do not."""

import pytest
import schemathesis

from api.app import create_app
from api.door import DoorState
from riskmon.operations.read import Snapshots
from riskmon.settings import Settings
from tests import builders
from tests.checking import decisions_on
from tests.snapshot_builder import write_snapshot

CONFIG = {
    "generation": {"mode": "all", "max-examples": 20, "deterministic": True},
    # A cursor fits its schema and is refused all the same where it was not given out; `*` names every tag.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "400", "404"]}},
}
APP = create_app(Settings(allowed_hosts=frozenset({"testserver"})))

schema = schemathesis.openapi.from_asgi("/openapi.json", APP, config=schemathesis.Config.from_dict(CONFIG))
# A stream does not end; its own tests read it from a real server.
schema = schema.exclude(path="/v1/events/stream")


@pytest.fixture(scope="module", autouse=True)
def over_a_snapshot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    data_dir = folder / "data"
    write_snapshot(data_dir)
    # Deals are checked on the inputs of a run, which the snapshot written by hand does not have.
    decisions_on(folder, facilities=[builders.facility("F1", "P1")], parties=[builders.party("P1")])
    settings = APP.state.door.settings.model_copy(update={"data_dir": data_dir})
    APP.state.door = DoorState(Snapshots(data_dir), settings)


@pytest.mark.slow
@schema.parametrize()
def test_the_api_does_what_its_description_says(case):
    case.call_and_validate()
