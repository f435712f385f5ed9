"""`POST /v1/checks`. Net capital is 10 000.00: 15 % of it, the line of a group, is 1 500.00."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.schemas.checks import CheckAnswer
from riskmon.domain.access import Role
from riskmon.operations.checks import Deal, Decisions
from riskmon.operations.earmarks import PlaceWish, place_earmark, publish_run
from riskmon.operations.earmarks.claims import measures_of
from riskmon.operations.earmarks.ledger import open_ledger
from riskmon.settings import Settings
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF
from tests.checking import decisions_on, line
from tests.signing_in import bearer, signed_in
from tests.unit.api.test_problems import assert_problem

DEAL = {"obligor_id": "P1", "product": "loan", "amount": "200.00", "currency": "CNY"}
GROUP = ("group_credit", "cn_group_credit/P1")


@pytest.fixture
def data(tmp_path):
    """P1 controls P2: they owe 100.00 and 300.00."""
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
def client(data):
    settings = Settings(data_dir=data, snapshot_max_age_days=10**5)
    headers = bearer(place_of(data), Role.WORKFLOW_SYSTEM)
    with TestClient(create_app(settings), base_url="http://localhost", headers=headers) as client:
        yield client


def ask(client, body, **headers):
    return client.post("/v1/checks", json=body, headers=headers)


def test_a_deal_is_answered_with_every_limit_before_and_after(client):
    response = ask(client, {"deal": DEAL})
    body = response.json()

    assert response.status_code == 200
    assert body["verdict"] == "pass"
    assert CheckAnswer.model_validate_json(response.content).model_dump(mode="json") == body
    found = line(body, *GROUP)
    assert (found["before"], found["after"], found["limit"]) == ("400.00", "600.00", "1500.00")


def test_a_refusal_is_an_answer(client):
    response = ask(client, {"deal": {**DEAL, "amount": "1100.01"}})

    assert (response.status_code, response.json()["verdict"]) == (200, "refuse")
    assert response.json()["binding"]["headroom_after"] == "-0.01"


def test_a_package_is_judged_together(client):
    deals = [{**DEAL, "deal_id": name, "amount": "600.00"} for name in ("A", "B")]
    body = ask(client, {"deals": deals}).json()

    assert (body["verdict"], body["order"]) == ("refuse", ["A", "B"])
    assert line(body, *GROUP)["after"] == "1600.00"


@pytest.mark.parametrize(
    ("body",             "header",                 "begins"),
    [
        ({},             "zh-CN,zh;q=0.9,en;q=0.8", "快照中没有"),
        ({},             "fr, en;q=0.5",            "P9 is"),
        ({"lang": "zh"}, "en",                      "快照中没有"),
        ({"lang": "en"}, "zh",                      "P9 is"),
    ],
)  # fmt: skip
def test_the_reason_is_told_in_the_language_of_the_caller(client, body, header, begins):
    deal = {**DEAL, "obligor_id": "P9"}
    answer = ask(client, {"deal": deal, **body}, **{"accept-language": header})

    assert answer.json()["reason"].startswith(begins)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"{}", "body"),
        (json.dumps({"deal": DEAL, "deals": [DEAL]}).encode(), "body"),
        (json.dumps({"deal": {**DEAL, "amount": 200}}).encode(), "body.deal.amount"),
        (json.dumps({"deal": {**DEAL, "amount": "-1"}}).encode(), "body.deal.amount"),
        (json.dumps({"deal": {**DEAL, "product": "lone"}}).encode(), "body.deal.product"),
        (json.dumps({"deal": {**DEAL, "maturity": "2028-01-01"}}).encode(), "body.deal.maturity"),
        (json.dumps({"deal": {**DEAL, "maturity_date": 20280101}}).encode(), "body.deal.maturity_date"),
        (json.dumps({"deals": []}).encode(), "body.deals"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_that_says_where(client, body, place):
    response = client.post("/v1/checks", content=body)

    assert_problem(response, 422, "request_invalid")
    assert [fault["place"] for fault in response.json()["errors"]] == [place]


def test_a_deal_that_no_bank_could_book_is_a_bad_request(client):
    response = ask(client, {"deal": {**DEAL, "amount": "0.001"}})

    assert_problem(response, 400, "bad_request")
    assert "more decimals" in response.json()["detail"]


def test_a_stale_run_is_its_own_answer(data):
    headers = signed_in(data)
    client = TestClient(create_app(Settings(data_dir=data)), base_url="http://localhost", headers=headers)

    assert ask(client, {"deal": DEAL}).json()["reason"].startswith("The snapshot is too old")


def test_without_a_run_nothing_can_be_checked(tmp_path):
    headers = signed_in(tmp_path)
    client = TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://localhost", headers=headers)

    assert_problem(ask(client, {"deal": DEAL}), 503, "not_ready")


def ledger_of(data):
    place = place_of(data)
    measures = measures_of(Decisions(Snapshots(data), place), most_days=3)
    # The clock of the day of the run, on which its earmarks may be placed.
    clock = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC) + timedelta(hours=1)
    return open_ledger(place, measures, most_hours=100, clock=lambda: clock)


def test_what_is_earmarked_counts_from_the_moment_it_is_placed(client, data):
    assert line(ask(client, {"deal": DEAL}).json(), *GROUP)["before"] == "400.00"
    with ledger_of(data) as ledger:
        publish_run(ledger, Snapshots(data), "Li Na")
        assert line(ask(client, {"deal": DEAL}).json(), *GROUP)["before"] == "400.00"
        deal = Deal(obligor_id="P2", product="loan", amount="50.00", currency="CNY")
        place_earmark(ledger, PlaceWish("E1", deal, 24, "Li Na"))
        found = line(ask(client, {"deal": DEAL}).json(), *GROUP)

    # 100 + 300 owed and 50 earmarked for the other member; then the 200 of the deal.
    assert (found["before"], found["after"]) == ("450.00", "650.00")
