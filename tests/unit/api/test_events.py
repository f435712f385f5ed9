"""Events over HTTP: pages, a stream that can be resumed, deliveries, and figures for monitoring."""

import json
import threading
from datetime import UTC, datetime

import httpx2
import pytest

from api.app import create_app
from riskmon.domain.access import Role
from riskmon.operations.assessments import database_place
from riskmon.settings import Settings
from riskmon.store.outbox import Event, announce, end_attempt, number_events, plan_deliveries, take_due
from riskmon.store.schema import open_to_write
from tests.serving import served
from tests.signing_in import bearer
from tests.unit.operations.webhooks.test_dispatch import Receiver
from tests.unit.operations.webhooks.test_endpoints import SECRET

AT = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    opened = open_to_write(database_place(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def bearers(tmp_path, database):
    """The headers of who listens to events, and of who sees to webhooks."""
    place = database_place(tmp_path)
    return bearer(place, Role.WORKFLOW_SYSTEM), bearer(place, Role.ADMINISTRATOR)


def happened(database, *subjects, event_type="earmark.placed"):
    with database.writing() as connection:
        for subject in subjects:
            announce(connection, Event(event_type, subject, {"currency": "CNY"}), AT)


def numbered(database):
    with database.writing() as connection:
        number_events(connection)


def test_pages_go_on_behind_the_last_event_seen(client, database):
    happened(database, "D-1", "D-2", "D-3")
    numbered(database)
    first = client.get("/v1/events", params={"limit": 2}).json()
    assert [item["subject"] for item in first["items"]] == ["D-1", "D-2"]
    rest = client.get("/v1/events", params={"after": first["next"]}).json()
    assert [(item["sequence"], item["subject"]) for item in rest["items"]] == [(3, "D-3")]
    assert client.get("/v1/events", params={"after": 3}).json() == {"items": [], "next": 3}


def test_a_filter_leaves_out_types_and_still_goes_on(client, database):
    happened(database, "D-1")
    happened(database, "R-1", event_type="run.published")
    numbered(database)
    found = client.get("/v1/events", params={"type": ["run.published"]}).json()
    assert [item["subject"] for item in found["items"]] == ["R-1"]
    assert client.get("/v1/events", params={"type": ["none.such"]}).json() == {"items": [], "next": 2}


def lines_until(lines, wanted):
    """The events of a stream until one has this subject, as (id, type, subject)."""
    found, event = [], {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "data" in event:
            data = json.loads(event["data"])
            found.append((event["id"], event["event"], data["subject"]))
            event = {}
            if data["subject"] == wanted:
                break
    return found


def test_a_stream_tells_what_happens_and_can_be_resumed_without_a_loss(tmp_path, database, bearers):
    app = create_app(Settings(data_dir=tmp_path))
    happened(database, "D-1", "D-2")
    with served(app) as address, httpx2.Client(base_url=address, timeout=20, headers=bearers[0]) as client:
        with client.stream("GET", "/v1/events/stream", params={"after": 0}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.iter_lines()
            assert lines_until(lines, "D-2") == [
                ("1", "earmark.placed", "D-1"),
                ("2", "earmark.placed", "D-2"),
            ]
            happened(database, "D-3")
            assert lines_until(lines, "D-3") == [("3", "earmark.placed", "D-3")]
        happened(database, "D-4")
        with client.stream("GET", "/v1/events/stream", headers={"Last-Event-ID": "2"}) as answer:
            assert [subject for _, _, subject in lines_until(answer.iter_lines(), "D-4")] == ["D-3", "D-4"]


def test_a_stream_without_a_position_tells_only_what_happens_from_now_on(tmp_path, database, bearers):
    app = create_app(Settings(data_dir=tmp_path))
    happened(database, "before")
    with served(app) as address, httpx2.Client(base_url=address, timeout=20, headers=bearers[0]) as client:
        with client.stream("GET", "/v1/events/stream", params={"after": 0}) as answer:
            lines_until(answer.iter_lines(), "before")  # the feed has seen it
        with client.stream("GET", "/v1/events/stream") as answer:
            threading.Timer(0.3, happened, (database, "after")).start()
            assert [subject for _, _, subject in lines_until(answer.iter_lines(), "after")] == ["after"]


@pytest.mark.parametrize("position", ["-1", "x", "1e3", "9" * 16])
def test_a_position_that_is_none_is_refused(client, position):
    answer = client.get("/v1/events/stream", headers={"Last-Event-ID": position})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:riskmon:problem:request_invalid"


def test_a_server_tells_its_endpoints_by_itself(tmp_path, database, bearers):
    receiver = Receiver()
    (tmp_path / "core.secret").write_text(SECRET)
    url = f"http://127.0.0.1:{receiver.port}/"
    (tmp_path / "hooks.toml").write_text(
        f'[[endpoint]]\nid = "core"\nurl = "{url}"\nsecret_files = ["core.secret"]'
    )
    app = create_app(Settings(data_dir=tmp_path, webhooks_file=tmp_path / "hooks.toml"))
    with served(app) as address, httpx2.Client(base_url=address, timeout=20, headers=bearers[0]) as client:
        happened(database, "D-1")
        with client.stream("GET", "/v1/events/stream", params={"after": 0}) as answer:
            lines_until(answer.iter_lines(), "D-1")
        delivered = []
        while not delivered:
            answer = client.get("/v1/deliveries", params={"state": "delivered"}, headers=bearers[1])
            delivered = answer.json()["items"]
    assert [json.loads(body)["subject"] for _, body in receiver.seen] == ["D-1"]
    assert delivered[0]["last_said"] == "200"
    receiver.stop()


def test_what_was_given_up_is_listed_and_tried_again(client, database, bearers):
    client.headers.update(bearers[1])
    happened(database, "D-1")
    with database.writing() as connection:
        position = number_events(connection)[0].position
        plan_deliveries(connection, [("core", position)], AT)
        (taken,) = take_due(connection, ["core"], AT, lease=AT - AT, most=1)
        end_attempt(connection, taken, state="dead", due_at=AT, at=AT, said="503")
    (dead,) = client.get("/v1/deliveries", params={"state": "dead"}).json()["items"]
    assert (dead["endpoint_id"], dead["attempts"], dead["last_said"], dead["due_at"]) == (
        "core",
        1,
        "503",
        None,
    )
    asked = {"event_id": dead["event_id"]}
    assert client.post("/v1/deliveries/resend", json=asked).json() == {"again": 1}
    assert client.post("/v1/deliveries/resend", json=asked).json() == {"again": 0}
    assert client.get("/v1/deliveries", params={"state": "dead"}).json() == {"items": []}


def test_metrics_tell_the_run_and_the_answers_and_no_id_of_anybody(client):
    client.get("/v1/obligors/P1")
    client.get("/v1/obligors/nobody-of-this-name")
    client.get("/no/such/path/nobody-of-this-name")
    text = client.get("/metrics").text
    assert (
        'riskmon_answers_total{method="GET",path="/v1/obligors/{obligor_id:path}",status="200"} 1.0' in text
    )
    assert 'path="/v1/obligors/{obligor_id:path}",status="404"} 1.0' in text
    assert 'riskmon_answers_total{method="none",path="none",status="404"} 1.0' in text
    assert "riskmon_breaches{" in text
    assert "nobody-of-this-name" not in text
