"""`riskmon limit`: from a file or options to a limit that counts, and which mistakes end with 2."""

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
BY = ("--by", "Li Na", "--reason", "board of 12 June")
STEEL = ("--id", "STEEL", "--on", "industry:C31", "--set", "is_shared=true", "--set", "currency=CNY")


@pytest.fixture
def bank(riskmon, tmp_path):
    builders.write_bank(tmp_path / "bank", **steel_bank())
    return riskmon(*RUN)


def proposed(riskmon, *more):
    return json.loads(riskmon("limit", "propose", *BY, *more, *DATA, "--json").stdout)["proposal"]


def test_from_the_proposal_to_the_breach(riskmon, bank):
    assert bank.returncode == 0
    proposal_id = proposed(riskmon, *STEEL, "--set", "amount=1500")["proposal_id"]
    waiting = riskmon("limit", "list", "--open", *DATA).stdout
    assert f"{proposal_id}  board of 12 June" in waiting
    assert "STEEL on industry C31: 1500 CNY, is_shared true" in waiting
    preview = riskmon("limit", "preview", proposal_id, *DATA)
    # 1 500 less 900 and 800
    assert "bank_limits/STEEL industry C31" in preview.stdout
    assert "-200.00 CNY, NEW BREACH" in preview.stdout
    alone = riskmon("limit", "approve", proposal_id, "--by", "LI NA", *DATA)
    assert (alone.returncode, "Nobody approves a proposal of his own" in alone.stderr) == (2, True)
    approved = riskmon("limit", "approve", proposal_id, "--by", "Wang Wei", *DATA)
    assert "approved by Wang Wei" in approved.stdout
    after = json.loads(riskmon(*RUN, "--known-at", "2099-12-31").stdout)
    assert [(each["limit_id"], each["excess"]) for each in after["breaches"]] == [("STEEL", "200.00")]


def test_limits_of_a_file_are_declared_together_and_withdrawn_by_who_proposed_them(riskmon, bank, tmp_path):
    (tmp_path / "limits.csv").write_text(
        "limit_id,subject_kind,subject_id,parent_limit_id,is_shared,amount,currency\n"
        "STEEL,industry,C31,,true,2000,CNY\n"
        "STEEL-A,obligor,A,STEEL,,950.00,CNY\n"
    )
    told = proposed(riskmon, "limits.csv")
    assert [each["limit_id"] for each in told["limits"]] == ["STEEL", "STEEL-A"]
    withdrawn = riskmon("limit", "withdraw", told["proposal_id"], "--by", "Li Na", *DATA, "--json")
    assert json.loads(withdrawn.stdout)["outcome"] == "withdrawn"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "named in a file, or one by --id"),
        (("limits.csv", "--id", "STEEL"), "named in a file, or one by --id"),
        ((*STEEL, "--set", "amount"), "is not COLUMN=VALUE"),
        ((*STEEL, "--set", "amount=ten"), "cannot be used"),
        (STEEL, "No run could test what is proposed"),
        (("--id", "NONE", "--end", "2026-07-01"), "What is to end is no limit: NONE"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_proposed(riskmon, bank, words, said):
    refused = riskmon("limit", "propose", *BY, *words, *DATA)
    assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
    assert riskmon("limit", "list", *DATA).stdout.strip() == "No proposal."


def test_what_cannot_be_decided_says_what_to_do(riskmon, bank):
    unknown = riskmon("limit", "decline", "nosuch", "--by", "Li Na", *DATA)
    assert (unknown.returncode, "`riskmon limit list`" in unknown.stderr) == (2, True)
