"""`/v1/assessments` over both stores: what the operation says, page by page, and a store that cannot be used."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from riskmon.domain.access import Role
from riskmon.operations import read
from riskmon.operations.read import PageRequest
from riskmon.settings import Settings
from tests.assessing import Office
from tests.signing_in import bearer, signed_in
from tests.snapshot_builder import write_snapshot


@pytest.fixture
def office(store_place, tmp_path):
    write_snapshot(tmp_path / "data")
    opened = Office(tmp_path, store_place)
    opened.approve(opened.propose("R4", "rejected", reason="press only"))
    opened.propose("R2", "doubtful")
    opened.propose("R4", "confirmed")
    return opened


@pytest.fixture
def client(office, store_url, tmp_path):
    settings = Settings(data_dir=tmp_path / "data", database_url=store_url)
    headers = bearer(office.place, Role.VIEWER)
    with TestClient(create_app(settings), base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def test_the_list_is_what_the_operation_says(client, office):
    body = client.get("/v1/assessments").json()
    assert body == read.assessments(office.place, PageRequest(), {})
    assert [(row["relationship_id"], row["assessment"], row["state"], row["decided_by"]) for row in body["items"]] == [
        ("R4", "rejected", "approved", "Wang Wei"),
        ("R2", "doubtful", "open", None),
        ("R4", "confirmed", "open", None),
    ]  # fmt: skip
    assert body["next"] is None


def test_filters_hold_together_and_pages_follow_each_other(client):
    got = client.get("/v1/assessments", params={"relationship_id": "R4", "limit": 1}).json()
    assert [row["assessment"] for row in got["items"]] == ["rejected"]
    rest = client.get(
        "/v1/assessments", params={"relationship_id": "R4", "limit": 1, "cursor": got["next"]}
    ).json()
    assert ([row["assessment"] for row in rest["items"]], rest["next"]) == (["confirmed"], None)
    assert (
        client.get("/v1/assessments", params={"state": "open", "assessment": "rejected"}).json()["items"]
        == []
    )
    assert client.get("/v1/assessments", params={"relationship_id": "\0"}).json()["items"] == []


def test_a_foreign_cursor_and_a_gone_proposal_are_problems(client):
    relationships = client.get("/v1/relationships", params={"limit": 1}).json()["next"]
    assert client.get("/v1/assessments", params={"cursor": relationships}).status_code == 400
    gone = read.paging.encode(["0123456789ab", "assessments", 0])
    assert client.get("/v1/assessments", params={"cursor": gone}).status_code == 404


def test_nothing_is_written_through_this_door(client):
    assert client.post("/v1/assessments", json={}).status_code == 405


def test_a_folder_in_which_nobody_assessed_has_none(tmp_path):
    headers = signed_in(tmp_path)
    client = TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://127.0.0.1", headers=headers)
    assert client.get("/v1/assessments").json() == {"items": [], "next": None}


def test_a_store_that_cannot_be_used_is_a_problem_and_no_empty_list(tmp_path):
    headers = signed_in(tmp_path)
    (tmp_path / "riskmon.sqlite").write_bytes(b"no database" * 1000)
    client = TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://127.0.0.1", headers=headers)
    response = client.get("/v1/assessments")
    assert (response.status_code, response.json()["type"]) == (503, "urn:riskmon:problem:store_unusable")
