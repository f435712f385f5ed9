"""Who sees single branches. Net capital is 10 000.00: a group may owe 1 500.00 of it.

P1 (North) -R1-> P2 (South), a group that owes 1 000.00 + 700.00
P3, of no branch, has one loan at each, F3 of North 10.00 and F4 of South 20.00
P4 (South) 40.00, P5 of no branch at all 50.00
"""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security import permissions_asked
from riskmon.domain.access import Permission, Role
from riskmon.settings import Settings
from riskmon.store.database import place_of
from tests import builders
from tests.checking import decisions_on
from tests.signing_in import bearer


def loan(facility_id, obligor_id, amount, branch):
    return builders.facility(facility_id, obligor_id, drawn=amount, commitment=amount, branch=branch)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    decisions_on(
        folder,
        books=("cn_group_credit", "basel_lex"),
        parties=[
            builders.party("P1", branch="North"),
            builders.party("P2", branch="South"),
            builders.party("P3", branch=None),
            builders.party("P4", branch="South"),
            builders.party("P5", branch=None),
        ],
        facilities=[
            loan("F1", "P1", "1000.00", "North"),
            loan("F2", "P2", "700.00", "South"),
            loan("F3", "P3", "10.00", "North"),
            loan("F4", "P3", "20.00", "South"),
            loan("F5", "P4", "40.00", "South"),
            loan("F6", "P5", "50.00", None),
        ],
        relationships=[builders.relationship("R1", "P1", "P2")],
    )
    data = folder / "data"
    place = place_of(data)
    headers = {
        name: bearer(place, Role.RISK_OFFICER, name=name, branches=branches)
        for name, branches in (
            ("north", frozenset({"North"})),
            ("south", frozenset({"South"})),
            ("both", frozenset({"North", "South"})),
            ("nowhere", frozenset({"Moon"})),
            ("all", None),
        )
    }
    with TestClient(create_app(Settings(data_dir=data)), base_url="http://127.0.0.1") as client:
        yield lambda name, path, **query: client.get(path, params=query, headers=headers[name])


def listed(answer, column):
    assert answer.status_code == 200, answer.text
    return sorted({item[column] for item in answer.json()["items"]})


@pytest.mark.parametrize(
    ("who",    "facilities",                         "obligors"),
    [
        ("north", ["F1", "F3"],                         ["P1", "P3"]),
        ("south", ["F2", "F4", "F5"],                   ["P2", "P3", "P4"]),
        ("both",  ["F1", "F2", "F3", "F4", "F5"],       ["P1", "P2", "P3", "P4"]),
        ("nowhere", [],                                 []),
        ("all",   ["F1", "F2", "F3", "F4", "F5", "F6"], ["P1", "P2", "P3", "P4", "P5"]),
    ],
)  # fmt: skip
def test_a_branch_sees_its_facilities_and_its_obligors(ask, who, facilities, obligors):
    assert listed(ask(who, "/v1/facilities"), "facility_id") == facilities
    assert listed(ask(who, "/v1/obligors"), "obligor_id") == obligors


def test_a_filter_does_not_reach_into_another_branch(ask):
    assert listed(ask("north", "/v1/facilities", obligor_id="P3"), "facility_id") == ["F3"]
    assert listed(ask("north", "/v1/facilities", obligor_id="P4"), "facility_id") == []
    assert listed(ask("north", "/v1/headroom", subject_id="P4"), "subject_id") == []


def test_pages_of_a_branch_follow_each_other_and_a_cursor_of_another_caller_tells_no_more(ask):
    first = ask("south", "/v1/facilities", limit=2).json()
    rest = ask("south", "/v1/facilities", limit=2, cursor=first["next"]).json()
    assert [item["facility_id"] for item in first["items"] + rest["items"]] == ["F2", "F4", "F5"]

    all_of_them = ask("all", "/v1/facilities", limit=1).json()["next"]
    assert listed(ask("north", "/v1/facilities", cursor=all_of_them), "facility_id") == ["F3"]


def test_the_total_of_a_group_is_that_of_all_branches(ask):
    (breach,) = ask("north", "/v1/breaches", limit_id="group_credit").json()["items"]

    assert (breach["subject_id"], breach["exposure"]) == ("cn_group_credit/P1", "1700.00")
    assert ask("south", "/v1/breaches").json()["items"] == ask("north", "/v1/breaches").json()["items"]
    assert ask("nowhere", "/v1/breaches").json()["items"] == []


def test_headroom_is_told_of_what_a_branch_sees_and_of_nothing_else(ask):
    seen = {
        (item["subject_kind"], item["subject_id"]) for item in ask("north", "/v1/headroom").json()["items"]
    }
    everything = {
        (item["subject_kind"], item["subject_id"]) for item in ask("all", "/v1/headroom").json()["items"]
    }

    assert {("group", "cn_group_credit/P1"), ("obligor", "P3")} <= seen
    assert seen < everything
    assert not {subject for _, subject in seen} & {
        "P2",
        "P4",
        "P5",
        "cn_group_credit/P4",
        "cn_group_credit/P5",
    }


def test_everything_else_of_the_bank_is_closed_to_who_sees_single_branches(ask):
    kept = {"/v1/facilities", "/v1/obligors", "/v1/headroom", "/v1/breaches", "/v1/runs", "/v1/runs/{run_id}",
            "/v1/rulebooks", "/v1/rulebooks/{book_id}", "/v1/limits"}  # fmt: skip
    asked = [path for path, methods, permissions in permissions_asked(create_app(Settings()))
             if permissions == {Permission.READ} and "GET" in methods]  # fmt: skip
    assert kept < set(asked)
    for path in set(asked) - kept:
        assert ask("north", path).status_code == 403, path
