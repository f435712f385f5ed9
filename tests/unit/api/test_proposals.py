"""`/v1/limit-proposals` and `/v1/waivers`: two persons, each signed in. A and B of the steel industry owe 1 700 together."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.problems import PROBLEMS
from api.proposal_answers import DONE, REFUSALS
from riskmon.domain.access import Role
from riskmon.domain.clock import now
from riskmon.operations.deciding import DecideOutcome
from riskmon.operations.events import events
from riskmon.operations.limits.propose import ProposeLimitOutcome
from riskmon.operations.waivers.ask import AskOutcome
from riskmon.settings import Settings
from riskmon.store.database import place_of
from riskmon.store.outbox import number_events
from riskmon.store.schema import open_to_write
from tests.declaring import LimitOffice, steel, steel_bank
from tests.signing_in import bearer

LIMITS, WAIVERS = "/v1/limit-proposals", "/v1/waivers"
LINE = {"book_id": "bank_limits", "limit_id": "STEEL", "subject_kind": "industry", "subject_id": "C31"}
WAIVER = {
    **LINE, "amount": "100.00", "currency": "CNY", "valid_until": "2999-12-31", "reason": "bridge to the bond"
}  # fmt: skip
AUTHORITY = """
currency = "CNY"
group_budget = "150.00"
[[approver]]
name = "Wang Wei"
most = "100.00"
budget = "180.00"
"""


class Bank:
    """The server, and who calls it."""

    def __init__(self, office, client):
        self.office, self.client, self.place = office, client, office.place

    def caller(self, name, *roles):
        return bearer(self.place, *roles, name=name)

    def post(self, path, caller, body=None):
        return self.client.post(path, json=body or {}, headers=caller)

    def listed(self, path, caller, **query):
        return self.client.get(path, params=query, headers=caller).json()["items"]

    def told(self):
        database = open_to_write(self.place)
        with database.writing() as connection:
            number_events(connection)
        database.close()
        return [(each["type"], each["subject"], each["data"]) for each in events(self.place, 0, most=50)[0]]


@pytest.fixture
def bank(tmp_path):
    office = LimitOffice(tmp_path, place_of(tmp_path / "data"), today=now().date())
    office.deliver(**steel_bank())
    office.run()
    (tmp_path / "waivers.toml").write_text(AUTHORITY)
    app = create_app(
        Settings(
            data_dir=tmp_path / "data", waivers_file=tmp_path / "waivers.toml", snapshot_max_age_days=10**5
        )
    )
    with TestClient(app, base_url="http://localhost") as client:
        yield Bank(office, client)


def refused(response, status, code):
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"urn:riskmon:problem:{code}"


def proposed(bank, caller, amount="1500.00"):
    answer = bank.post(LIMITS, caller, {"limits": [steel(amount)], "reason": "board of 12 June"})
    assert (answer.status_code, answer.json().get("outcome")) == (201, "proposed"), answer.text
    return answer.json()["proposal"]["proposal_id"]


def asked(bank, caller, **more):
    answer = bank.post(WAIVERS, caller, WAIVER | more)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "asked"), answer.text
    return answer.json()["proposal"]["proposal_id"]


def test_nobody_approves_limits_of_his_own_even_with_both_roles_and_another_can(bank):
    both = bank.caller("Li Na", Role.LIMIT_ADMINISTRATOR, Role.RISK_OFFICER)
    other = bank.caller("Wang Wei", Role.RISK_OFFICER)
    proposal_id = proposed(bank, both)
    refused(bank.post(f"{LIMITS}/{proposal_id}/approve", both), 409, "same_person")
    assert bank.told() == []
    # 1 700 is owed and 1 500 would be allowed: 200 too much.
    preview = bank.client.get(f"{LIMITS}/{proposal_id}/preview", headers=other).json()
    (line,) = [each for each in preview["limits"] if each["limit_id"] == "STEEL"]
    assert (line["headroom_before"], line["headroom_after"], line["breach"]) == (None, "-200.00", "new")
    answer = bank.post(f"{LIMITS}/{proposal_id}/approve", other, {"note": "as agreed"})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["over"]) == (200, "approved", [])
    (item,) = bank.listed(LIMITS, other)
    assert (item["state"], item["proposed_by"], item["decided_by"]) == ("approved", "Li Na", "Wang Wei")
    assert (item["note"], item["limits"][0]["amount"]) == ("as agreed", "1500.00")
    assert bank.listed(LIMITS, other, state="open") == []
    data = {"proposal_id": proposal_id, "proposed_by": "Li Na", "approved_by": "Wang Wei"}
    assert bank.told() == [("limit.approved", proposal_id, data)]
    refused(bank.post(f"{LIMITS}/{proposal_id}/decline", other), 409, "already_decided")


def test_who_approves_is_told_where_more_is_earmarked_than_now_fits(bank):
    bank.office.settle(steel("1900.00"))
    bank.office.publish()
    proposer = bank.caller("Li Na", Role.LIMIT_ADMINISTRATOR)
    officer = bank.caller("Wang Wei", Role.RISK_OFFICER)
    deal = {"obligor_id": "A", "product": "loan", "amount": "100.00", "currency": "CNY"}
    system = bank.caller("LOS", Role.WORKFLOW_SYSTEM)
    placed = bank.post("/v1/earmarks", system, {"earmark_id": "E1", "deal": deal, "hours": 24})
    assert placed.status_code == 201, placed.text
    proposal_id = proposed(bank, proposer, "1750.00")
    # 1 700 is owed and 100 earmarked: 50 more than 1 750.
    over = {**LINE, "currency": "CNY"}
    preview = bank.client.get(f"{LIMITS}/{proposal_id}/preview", headers=officer).json()
    assert preview["earmarks_over"] == [over | {"over_before": "0.00", "over_after": "50.00"}]
    answer = bank.post(f"{LIMITS}/{proposal_id}/approve", officer).json()
    assert (answer["outcome"], answer["over"]) == ("approved", [over | {"over": "50.00"}])


def test_only_who_proposed_limits_withdraws_them_and_another_declines(bank):
    proposer = bank.caller("Li Na", Role.LIMIT_ADMINISTRATOR)
    another = bank.caller("Zhao Min", Role.LIMIT_ADMINISTRATOR)
    officer = bank.caller("Wang Wei", Role.RISK_OFFICER)
    first, second = proposed(bank, proposer), proposed(bank, proposer)
    refused(bank.post(f"{LIMITS}/{first}/withdraw", another), 409, "not_proposer")
    assert bank.post(f"{LIMITS}/{first}/withdraw", proposer).json()["outcome"] == "withdrawn"
    assert bank.post(f"{LIMITS}/{second}/decline", officer).json()["outcome"] == "declined"
    assert [each["state"] for each in bank.listed(LIMITS, officer)] == ["withdrawn", "declined"]
    assert bank.told() == []
    refused(bank.post(f"{LIMITS}/{'0' * 12}/approve", officer), 404, "not_found")


def test_nobody_approves_a_waiver_of_his_own_even_with_both_roles_and_another_with_authority_can(bank):
    bank.office.settle(steel("1700.00"))
    both = bank.caller("Wang Wei", Role.RISK_OFFICER, Role.CREDIT_APPROVER)
    officer = bank.caller("Li Na", Role.RISK_OFFICER)
    without = bank.caller("Zhao Min", Role.CREDIT_APPROVER)
    own, other = asked(bank, both), asked(bank, officer)
    refused(bank.post(f"{WAIVERS}/{own}/approve", both), 409, "same_person")
    refused(bank.post(f"{WAIVERS}/{other}/approve", without), 409, "authority_lacking")
    refused(bank.post(f"{WAIVERS}/{own}/withdraw", officer), 409, "not_proposer")
    answer = bank.post(f"{WAIVERS}/{other}/approve", both)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "approved")
    (item,) = bank.listed(WAIVERS, officer, is_live=True)
    assert (item["proposal_id"], item["decided_by"], item["amount"]) == (other, "Wang Wei", "100.00")
    data = {"proposal_id": other, "proposed_by": "Li Na", "approved_by": "Wang Wei"}
    assert bank.told()[-1] == ("waiver.approved", other, data)
    assert bank.post(f"{WAIVERS}/{own}/withdraw", both).json()["outcome"] == "withdrawn"
    # 180 is the budget of Wang Wei, of which 100 is spent.
    refused(bank.post(f"{WAIVERS}/{asked(bank, officer)}/approve", both), 409, "budget_spent")


@pytest.mark.parametrize(
    ("path", "body", "role"),
    [
        (LIMITS, {"limits": [steel()], "reason": "r"}, Role.RISK_OFFICER),
        (f"{LIMITS}/{'0' * 12}/approve", {}, Role.LIMIT_ADMINISTRATOR),
        (f"{LIMITS}/{'0' * 12}/decline", {}, Role.LIMIT_ADMINISTRATOR),
        (f"{LIMITS}/{'0' * 12}/withdraw", {}, Role.RISK_OFFICER),
        (WAIVERS, WAIVER, Role.CREDIT_APPROVER),
        (f"{WAIVERS}/{'0' * 12}/approve", {}, Role.RISK_OFFICER),
        (f"{WAIVERS}/{'0' * 12}/decline", {}, Role.RISK_OFFICER),
        (f"{WAIVERS}/{'0' * 12}/withdraw", {}, Role.CREDIT_APPROVER),
    ],
)
def test_a_role_without_the_permission_is_refused(bank, path, body, role):
    refused(bank.post(path, bank.caller("Li Na", role), body), 403, "forbidden")


def test_what_cannot_be_proposed_says_why(bank):
    proposer = bank.caller("Li Na", Role.LIMIT_ADMINISTRATOR)
    officer = bank.caller("Wang Wei", Role.RISK_OFFICER)
    ends = {"limit_id": "NONE", "is_ended": True, "valid_from": "2999-01-01"}
    for limit, code in ((ends, "no_such_limit"), (steel(parent_limit_id="NONE"), "not_testable")):
        refused(bank.post(LIMITS, proposer, {"limits": [limit], "reason": "r"}), 409, code)
    refused(bank.post(LIMITS, proposer, {"limits": [steel()], "reason": " "}), 409, "reason_missing")
    refused(bank.post(WAIVERS, officer, WAIVER), 409, "no_such_line")
    refused(bank.post(WAIVERS, officer, WAIVER | {"amount": "0"}), 409, "amount_missing")
    refused(bank.post(WAIVERS, officer, WAIVER | {"valid_until": "2020-01-01"}), 409, "until_past")
    refused(bank.post(WAIVERS, officer, WAIVER | {"amount": "0.001"}), 400, "bad_request")


def test_every_outcome_has_its_answer():
    outcomes = {*ProposeLimitOutcome, *AskOutcome, *DecideOutcome}
    assert outcomes == DONE | set(REFUSALS)
    assert {code for code, _ in REFUSALS.values()} <= set(PROBLEMS)
