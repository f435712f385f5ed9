"""Values are those of the hand-made snapshot; its arithmetic stands at the head of `snapshot_builder`."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from riskmon.operations import read
from riskmon.operations.read import PageRequest, Snapshots
from riskmon.settings import Settings
from tests.signing_in import signed_in
from tests.snapshot_builder import RUN_ID, write_snapshot

LISTS = ["groups", "obligors", "facilities", "relationships", "limits", "headroom", "breaches", "signals",
         "rulebooks", "findings", "group-changes"]  # fmt: skip


@pytest.mark.parametrize("resource", LISTS)
def test_every_list_names_its_run_and_has_its_items(client, resource):
    response = client.get(f"/v1/{resource}")
    body = response.json()

    assert response.status_code == 200
    assert (body["run_id"], body["as_of"], body["currency"]) == (RUN_ID, "2026-06-30", "CNY")
    assert body["items"]
    assert body["next"] is None


def test_a_breach_is_answered_as_the_run_wrote_it(client):
    (breach,) = client.get("/v1/breaches").json()["items"]

    assert (breach["exposure"], breach["limit"], breach["excess"]) == ("1530.00", "1500.00", "30.00")
    assert breach["clause"] == "Example bank, concentration policy, 4.2"


def test_an_unknown_limit_is_null_and_not_zero(client):
    (row,) = client.get("/v1/headroom", params={"subject_id": "S1"}).json()["items"]

    assert (row["limit"], row["headroom"], row["is_breach"], row["is_binding"]) == (None, None, None, None)


def test_a_group_is_found_by_its_id_with_the_slash_as_it_is_or_encoded(client):
    plain = client.get("/v1/groups/example_policy/P1")
    encoded = client.get("/v1/groups/example_policy%2FP1")

    assert plain.status_code == 200
    assert plain.json() == encoded.json()
    assert [member["party_id"] for member in plain.json()["members"]] == ["P1", "P2", "P3"]
    assert [step["relationship_id"] for step in plain.json()["members"][2]["reason"]] == ["R1", "R2"]


def test_the_api_and_the_operation_say_the_same(app, client, tmp_path):
    snapshots = Snapshots(tmp_path)

    assert client.get("/v1/obligors/P3").json() == read.obligor(snapshots, "P3")
    assert client.get("/v1/groups/example_policy/P1").json() == read.group(snapshots, "example_policy/P1")
    limit = read.limit(snapshots, "example_policy/group_credit")
    assert client.get("/v1/limits/example_policy/group_credit").json() == limit
    pair = {"party_id": "P1", "other_id": "P3", "book_id": "example_policy"}
    connection = client.get("/v1/connections", params=pair).json()
    assert connection == read.connection(snapshots, ("P1", "P3"), "example_policy")
    assert [step["relationship_id"] for step in connection["relationships"]] == ["R1", "R2"]
    assert client.get("/v1/signals").json() == read.signals(snapshots, PageRequest(), {})
    assert client.get("/v1/rulebooks/example_policy").json() == read.rulebook(snapshots, "example_policy")


def test_an_older_run_is_read_where_it_is_named(client, tmp_path):
    write_snapshot(tmp_path, run_id="beef", as_of="2026-07-31", tables={"breaches": []})

    assert client.get("/v1/breaches").json()["run_id"] == "beef"
    assert client.get("/v1/breaches").json()["items"] == []
    older = client.get("/v1/breaches", params={"run": RUN_ID}).json()
    assert (older["run_id"], len(older["items"])) == (RUN_ID, 1)
    assert [run["run_id"] for run in client.get("/v1/runs").json()["items"]] == ["beef", RUN_ID]


def test_a_run_names_its_books_and_what_it_could_not_evaluate(client):
    body = client.get(f"/v1/runs/{RUN_ID}").json()

    assert body["book_ids"] == ["example_policy"]
    assert [row["item"] for row in body["not_evaluated"]] == ["payments"]


def test_a_list_is_walked_by_its_cursor(client):
    first = client.get("/v1/headroom", params={"limit": 3}).json()
    second = client.get("/v1/headroom", params={"limit": 3, "cursor": first["next"]}).json()

    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 1, None)


def test_the_settings_bound_the_size_of_a_page(tmp_path):
    write_snapshot(tmp_path)
    settings = Settings(data_dir=tmp_path, page_size_default=1, page_size_max=2)
    client = TestClient(create_app(settings), base_url="http://localhost", headers=signed_in(tmp_path))

    assert len(client.get("/v1/headroom").json()["items"]) == 1
    assert len(client.get("/v1/headroom", params={"limit": 200}).json()["items"]) == 2


def test_the_server_is_up_without_a_run_but_not_ready(tmp_path):
    headers = signed_in(tmp_path)
    client = TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://localhost", headers=headers)

    assert client.get("/healthz").json() == {"status": "ok"}
    for path in ("/readyz", "/v1/groups"):
        assert client.get(path).status_code == 503
        assert client.get(path).json()["type"] == "urn:riskmon:problem:not_ready"
    write_snapshot(tmp_path)
    assert client.get("/readyz").json() == {"status": "ready", "run_id": RUN_ID, "as_of": "2026-06-30"}
