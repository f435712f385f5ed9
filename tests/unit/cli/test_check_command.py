"""`riskmon check`: the answer on a terminal and as JSON, and its exit codes."""

import json

import pytest

from tests import builders


@pytest.fixture
def asked(riskmon, tmp_path):
    """`riskmon check` on a bank whose P1 owes 1 000.00 under a group limit of 1 500.00."""
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("P1"), builders.party("P2")],
        relationships=[builders.relationship("R1", "P1", "P2")],
        facilities=[
            builders.facility("F1", "P1", drawn="900.00", commitment="900.00"),
            builders.facility("F2", "P2", drawn="100.00"),
        ],
        capital=[builders.capital()],
    )
    options = ("--as-of", "2026-06-30", "--books", "cn_group_credit", "--out", "data", "--input", "bank")
    assert riskmon("run", *options, "--json").returncode == 0
    return lambda *words: riskmon("check", "--data", "data", "--max-age", "100000", *words)


def test_a_deal_that_fits_ends_with_0(asked):
    done = asked("--obligor", "P1", "--amount", "100.00")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("PASS It fits every limit")
    assert (
        "cn_group_credit/group_credit on cn_group_credit/P1: 1000.00 to 1100.00 of 1500.00 CNY" in done.stdout
    )


def test_a_deal_that_is_refused_ends_with_3_and_tells_what_would_fit(asked):
    done = asked("--obligor", "P1", "--amount", "600.00")
    assert done.returncode == 3
    # 90 % of 1 500 is the first line: 349.99 stay below it.
    assert "Largest amount that passes: 349.99" in done.stdout
    assert "Would pass, smaller_amount: loan of 349.99 CNY" in done.stdout


def test_a_file_of_deals_is_answered_with_the_body_of_the_api(asked, tmp_path):
    deal = {"obligor_id": "P2", "product": "loan", "amount": "600.00", "currency": "CNY"}
    (tmp_path / "deals.json").write_text(json.dumps({"deals": [deal]}))
    done = asked("--deal", "deals.json", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["binding"]["after"] == "1600.00"
    assert "将突破" in json.loads(asked("--deal", "deals.json", "--json", "--lang", "zh").stdout)["reason"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "No deal is given."),
        (("--deal", "nothing.json"), "nothing.json cannot be read"),
        (("--obligor", "P1", "--amount", "1,000"), "deal.amount cannot be used"),
        (("--obligor", "P1", "--amount", "1", "--product", "lease"), "deal.product cannot be used"),
    ],
)
def test_a_deal_that_cannot_be_read_is_the_callers_mistake(asked, words, message):
    done = asked(*words)
    assert done.returncode == 2
    assert message in done.stderr.replace("\n", " ")


def test_an_old_run_is_refused_unless_it_is_allowed(riskmon, asked):
    done = riskmon("check", "--data", "data", "--obligor", "P1", "--amount", "1.00", "--max-age", "0")
    assert done.returncode == 3
    assert "too old to decide on" in done.stdout
