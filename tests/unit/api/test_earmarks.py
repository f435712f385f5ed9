"""`/v1/earmarks`. Net capital is 10 000.00: 15 % of it, the line of the group of P1 and P2, is 1 500.00; 400.00 are owed."""

from itertools import chain

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.earmark_answers import DONE, REFUSALS
from api.problems import PROBLEMS
from api.schemas.earmarks import EarmarkAnswer, Refusal
from riskmon.domain.access import Role
from riskmon.domain.errors import StoreError
from riskmon.operations.earmarks import PlaceOutcome, ResolveOutcome, publish_run
from riskmon.settings import Settings
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.checking import decisions_on
from tests.signing_in import bearer

DEAL = {"obligor_id": "P1", "product": "loan", "amount": "700.00", "currency": "CNY"}
GROUP = {
    "book_id": "cn_group_credit", "limit_id": "group_credit", "subject_kind": "group", "subject_id": "cn_group_credit/P1"
}  # fmt: skip


def assert_problem(response, status, code):
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"urn:riskmon:problem:{code}"


@pytest.fixture
def data(tmp_path):
    decisions_on(
        tmp_path,
        parties=[builders.party("P1"), builders.party("P2")],
        facilities=[
            builders.facility("F1", "P1", drawn="100.00", commitment="100.00"),
            builders.facility("F2", "P2", drawn="300.00", commitment="300.00"),
        ],
        relationships=[builders.relationship("R1", "P1", "P2")],
    )
    return tmp_path / "data"


@pytest.fixture
def app(data):
    return create_app(Settings(data_dir=data, snapshot_max_age_days=10**5))


@pytest.fixture
def client(app, data):
    headers = bearer(place_of(data), Role.WORKFLOW_SYSTEM)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        yield client


@pytest.fixture
def published(app, client, data):
    publish_run(app.state.door.ledger.opened(), Snapshots(data), "Li Na")
    return client


def place(client, earmark_id="D-1", amount="700.00", *, hours=72, **headers):
    body = {"earmark_id": earmark_id, "deal": {**DEAL, "amount": amount}, "hours": hours}
    return client.post(
        "/v1/earmarks", json=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def end(client, verb, body=None, earmark_id="D-1", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/v1/earmarks/{earmark_id}/{verb}", json=body or {}, headers=named)


def test_from_placing_to_confirming(published):
    placed = place(published)
    answer = EarmarkAnswer.model_validate_json(placed.content)
    assert (placed.status_code, answer.is_new, answer.earmark.counted_amount) == (201, True, "700.00")
    again = place(published)
    assert (again.status_code, again.json()["is_new"], again.json()["earmark"]) == (
        200,
        False,
        placed.json()["earmark"],
    )
    confirmed = end(published, "confirm", {"amount": "200.00", "facility_id": "F3", "reason": "signed"})
    told = confirmed.json()["earmark"]
    assert (confirmed.status_code, told["state"], told["counted_amount"]) == (200, "confirmed", "200.00")
    assert (told["facility_id"], told["reason"]) == ("F3", "signed")
    assert told["resolved_by"] == told["placed_by"] != ""


def test_a_refusal_says_which_limit_and_what_it_has_left(published):
    place(published)
    refused = place(published, "D-2", "400.01")
    assert_problem(refused, 409, "limit_broken")
    told = Refusal.model_validate_json(refused.content)
    # 1 500 less 400 owed less 700 earmarked are 400.
    assert (told.line.model_dump(), told.left, told.currency) == (GROUP, "400.00", "CNY")
    assert place(published, "D-2", "400.00").status_code == 201


def test_a_request_with_a_key_is_answered_the_same_and_another_under_it_is_refused(published):
    first = place(published, Idempotency_Key="K-1")
    end(published, "release")
    again = place(published, Idempotency_Key="K-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert_problem(place(published, "D-2", Idempotency_Key="K-1"), 409, "key_reused")
    assert_problem(end(published, "release", Idempotency_Key="K-1"), 409, "key_reused")
    refused = place(published, "D-3", "1200.00", Idempotency_Key="K-2")
    assert_problem(refused, 409, "limit_broken")
    assert place(published, "D-3", "1200.00", Idempotency_Key="K-2").content == refused.content


def test_an_earmark_ends_only_in_a_state_that_the_caller_saw(published):
    tag = place(published).headers["etag"]
    read = published.get("/v1/earmarks/D-1")
    assert (read.headers["etag"], read.json()["state"]) == (tag, "placed")
    assert published.get("/v1/earmarks/D-1", headers={"If-None-Match": tag}).status_code == 304
    for stale in ('"confirmed"', f"W/{tag}", "0"):
        assert_problem(end(published, "release", If_Match=stale), 412, "state_changed")
    done = end(published, "release", If_Match=f'"other", {tag}')
    assert (done.status_code, done.headers["etag"]) == (200, '"released"')
    assert_problem(end(published, "confirm"), 409, "already_resolved")


def test_earmarks_are_listed_oldest_first_in_pages(published):
    for n in range(3):
        place(published, f"D-{n}", "1.00")
    end(published, "release", earmark_id="D-1")
    first = published.get("/v1/earmarks", params={"limit": 2}).json()
    assert [each["earmark_id"] for each in first["items"]] == ["D-0", "D-1"]
    rest = published.get("/v1/earmarks", params={"limit": 2, "cursor": first["next"]}).json()
    assert ([each["earmark_id"] for each in rest["items"]], rest["next"]) == (["D-2"], None)
    live = published.get("/v1/earmarks", params={"is_live": True, "obligor_id": "P1"}).json()
    assert [each["earmark_id"] for each in live["items"]] == ["D-0", "D-2"]
    assert_problem(published.get("/v1/earmarks", params={"cursor": "foreign"}), 400, "bad_request")


def test_what_is_not_there_is_told(client, published):
    assert_problem(published.get("/v1/earmarks/D-9"), 404, "not_found")
    assert_problem(end(published, "release", earmark_id="D-9"), 404, "not_found")
    assert_problem(place(published, hours=0), 422, "request_invalid")
    assert_problem(place(published, hours=721), 409, "hours_out_of_range")


def test_nothing_is_placed_before_a_run_is_in_force(client):
    assert client.get("/v1/earmarks").json() == {"items": [], "next": None}
    assert_problem(place(client), 409, "nothing_published")


def test_who_may_not_place_is_told_so(published, data):
    headers = bearer(place_of(data), Role.VIEWER)
    assert place(published, Authorization=headers["Authorization"]).status_code == 403


def test_a_path_names_all_of_its_methods(client):
    assert client.put("/v1/earmarks").headers["allow"] == "GET, POST"


def test_a_second_server_on_one_file_is_refused(client, data):
    with pytest.raises(StoreError, match="Another server"), TestClient(create_app(Settings(data_dir=data))):
        pass


def test_every_outcome_has_its_answer():
    outcomes = set(chain(PlaceOutcome, ResolveOutcome))
    assert set(REFUSALS) | DONE == outcomes
    assert {code for code, _ in REFUSALS.values()} <= set(PROBLEMS)
