"""`riskmon outbox` as it is called: what waits is sent, what was given up is shown and sent again."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from riskmon.cli import app
from riskmon.operations.assessments import database_place
from riskmon.store.outbox import Event, announce
from riskmon.store.schema import open_to_write
from tests.unit.operations.webhooks.test_dispatch import Receiver
from tests.unit.operations.webhooks.test_endpoints import SECRET

AT = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    made = Receiver()
    (tmp_path / "core.secret").write_text(SECRET)
    lines = (
        "[[endpoint]]",
        'id = "core"',
        f'url = "http://127.0.0.1:{made.port}/"',
        'secret_files = ["core.secret"]',
    )
    (tmp_path / "webhooks.toml").write_text("\n".join(lines))
    monkeypatch.setenv("RISKMON_WEBHOOKS_FILE", str(tmp_path / "webhooks.toml"))
    yield made
    made.stop()


def said(tmp_path, *words):
    done = CliRunner().invoke(app, ["outbox", *words, "--data", str(tmp_path)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_happened_is_sent_listed_and_what_was_given_up_is_sent_again(tmp_path, receiver):
    database = open_to_write(database_place(tmp_path))
    with database.writing() as connection:
        announce(connection, Event("earmark.placed", "D-1", {}), AT)
    receiver.status = 410
    assert said(tmp_path, "send") == "1 new events; 0 delivered, 0 to be tried again, 1 given up.\n"
    (dead,) = json.loads(said(tmp_path, "list", "--state", "dead", "--json"))["deliveries"]
    assert (dead["endpoint_id"], dead["subject"], dead["last_said"], dead["due_at"]) == (
        "core",
        "D-1",
        "410",
        None,
    )
    assert "D-1" in said(tmp_path, "list")
    receiver.status = 200
    assert said(tmp_path, "resend", "--event", dead["event_id"]) == "1 deliveries will be tried again.\n"
    assert json.loads(said(tmp_path, "send", "--json")) == {
        "numbered": 0,
        "delivered": 1,
        "waiting": 0,
        "dead": 0,
    }
    assert json.loads(said(tmp_path, "list", "--state", "dead", "--json"))["deliveries"] == []
    database.close()


def test_a_folder_without_a_database_has_nothing_to_tell(tmp_path):
    assert json.loads(said(tmp_path, "list", "--json"))["deliveries"] == []
