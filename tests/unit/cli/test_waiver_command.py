"""`riskmon waiver`: from the wish to what counts, and which mistakes end with 2."""

import json

import pytest

from tests import builders
from tests.declaring import steel_bank

RUN = (
    "run",
    "--input",
    "bank",
    "--out",
    "data",
    "--as-of",
    "2026-06-30",
    "--books",
    "cn_large_exposures",
    "--json",
)
DATA = ("--data", "data")
LINE = "bank_limits/OWN/obligor/A"
ASK = (
    "waiver", "ask", LINE, "--amount", "50.00", "--currency", "CNY", "--until", "2099-12-31", "--reason", "bridge",
    "--by", "Li Na", *DATA,
)  # fmt: skip
AUTHORITY = """currency = "CNY"
group_budget = "100.00"

[[approver]]
name = "Wang Wei"
most = "50.00"
budget = "50.00"
"""


@pytest.fixture
def bank(riskmon, tmp_path):
    own = {
        "limit_id": "OWN",
        "subject_kind": "obligor",
        "subject_id": "A",
        "amount": "900.00",
        "currency": "CNY",
    }
    builders.write_bank(tmp_path / "bank", **steel_bank(), bank_limits=[own])
    return riskmon(*RUN)


def test_from_the_wish_to_the_live_waiver(riskmon, bank, tmp_path, monkeypatch):
    assert bank.returncode == 0
    proposal_id = json.loads(riskmon(*ASK, "--json").stdout)["proposal"]["proposal_id"]
    nobody = riskmon("waiver", "approve", proposal_id, "--by", "Wang Wei", *DATA)
    assert (nobody.returncode, "no authority for the amount" in nobody.stderr) == (2, True)
    (tmp_path / "waivers.toml").write_text(AUTHORITY)
    monkeypatch.setenv("RISKMON_WAIVERS_FILE", "waivers.toml")
    approved = riskmon("waiver", "approve", proposal_id, "--by", "Wang Wei", *DATA)
    assert "50.00 CNY beyond the limit until 2099-12-31, counts now: bridge" in approved.stdout
    again = json.loads(riskmon(*ASK, "--json").stdout)["proposal"]["proposal_id"]
    spent = riskmon("waiver", "approve", again, "--by", "Wang Wei", *DATA)
    assert (spent.returncode, "leave no budget" in spent.stderr) == (2, True)
    withdrawn = riskmon("waiver", "withdraw", again, "--by", "Li Na", *DATA, "--json")
    assert json.loads(withdrawn.stdout)["outcome"] == "withdrawn"
    live = json.loads(riskmon("waiver", "list", "--live", *DATA, "--json").stdout)["items"]
    assert [each["proposal_id"] for each in live] == [proposal_id]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({LINE: "OWN"}, "is no line"),
        ({LINE: "bank_limits/NONE/obligor/A"}, "tests no such limit"),
        ({"50.00": "1.001"}, "is no amount of CNY"),
        ({"50.00": "0"}, "not above zero"),
        ({"2099-12-31": "2020-01-01"}, "lies in the past"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_asked(riskmon, bank, changes, said):
    refused = riskmon(*(changes.get(word, word) for word in ASK))
    assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
    assert riskmon("waiver", "list", *DATA).stdout.strip() == "No waiver."


def test_a_file_of_authority_that_cannot_be_read_gives_none(riskmon, bank, tmp_path, monkeypatch):
    (tmp_path / "waivers.toml").write_text('currency = "XXX"')
    monkeypatch.setenv("RISKMON_WAIVERS_FILE", "waivers.toml")
    refused = riskmon("waiver", "approve", "any", "--by", "Wang Wei", *DATA)
    assert (refused.returncode, "cannot be read as the authority" in refused.stderr) == (2, True)
