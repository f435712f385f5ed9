"""`/v1/audit` and `/v1/replays`: for auditors, and nobody else."""

import json

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from riskmon.domain.access import Role
from riskmon.settings import Settings
from riskmon.store.audit import Head
from riskmon.store.audit_chain import examine
from riskmon.store.database import connect, place_of
from tests import builders
from tests.checking import decisions_on
from tests.signing_in import everybody

DEAL = {"obligor_id": "P1", "product": "loan", "amount": "200.00", "currency": "CNY"}


@pytest.fixture
def data(tmp_path):
    decisions_on(tmp_path, parties=[builders.party("P1")], facilities=[builders.facility("F1", "P1")])
    return tmp_path / "data"


@pytest.fixture
def callers(data):
    return everybody(data)


@pytest.fixture
def client(data):
    settings = Settings(data_dir=data, snapshot_max_age_days=10**5)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        yield client


def test_an_auditor_reads_who_wrote_what_and_goes_on_where_it_ended(client, callers):
    as_auditor = callers[Role.AUDITOR]
    first = client.get("/v1/audit", params={"action": "key", "limit": 3}, headers=as_auditor).json()["items"]
    assert [item["action"] for item in first] == ["key.created"] * 3
    assert first[0]["after"]["roles"] == ["viewer"]
    rest = client.get("/v1/audit", params={"after": first[-1]["sequence"]}, headers=as_auditor).json()[
        "items"
    ]
    assert len(rest) == len(Role) - 3
    later = {"since": "2999-01-01T00:00:00Z"}
    assert client.get("/v1/audit", params=later, headers=as_auditor).json()["items"] == []


def test_the_head_that_an_auditor_takes_is_held_by_the_chain(client, callers, data):
    taken = client.get("/v1/audit/head", headers=callers[Role.AUDITOR]).json()
    assert taken["position"] == len(Role)
    database = connect(place_of(data))
    with database.reading() as connection:
        assert examine(connection, [Head(taken["position"], taken["hash"])]).broken == []
    database.close()


def test_an_auditor_has_a_check_made_again_from_its_answer(client, callers):
    answer = client.post("/v1/checks", json={"deal": DEAL}, headers=callers[Role.WORKFLOW_SYSTEM]).json()
    as_auditor = callers[Role.AUDITOR]
    done = client.post("/v1/replays", json={"answer": answer}, headers=as_auditor).json()
    assert (done["outcome"], done["differences"]) == ("identical", [])
    assert done["answer"] == answer
    told = client.post("/v1/replays", json={"answer": {**answer, "reason": "?"}}, headers=as_auditor).json()
    assert (told["outcome"], told["causes"]) == ("differs", ["answer_or_snapshot_changed"])
    unknown = client.post("/v1/replays", json={"earmark_id": "D-1"}, headers=as_auditor)
    both = client.post("/v1/replays", json={"earmark_id": "D-1", "answer": answer}, headers=as_auditor)
    assert (unknown.status_code, both.status_code) == (404, 422)
    refused = client.post("/v1/replays", json={"answer": {}}, headers=as_auditor)
    assert (refused.status_code, "not the answer of a check" in json.dumps(refused.json())) == (400, True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_sees_the_audit(client, callers, role):
    for answer in (
        client.get("/v1/audit", headers=callers[role]),
        client.get("/v1/audit/head", headers=callers[role]),
        client.post("/v1/replays", json={"answer": {}}, headers=callers[role]),
    ):
        assert answer.status_code == 403
