"""`riskmon earmark`: what is printed, what is data, and what each call ends with."""

import json

import pytest

from tests import builders

DATA = ("--data", "data")
BY = ("--by", "Li Na")
DEAL = ("--obligor", "A", "--currency", "CNY", "--hours", "24", *BY, *DATA)


@pytest.fixture
def bank(riskmon, tmp_path, monkeypatch):
    # The bank of the test is as of a fixed day, however long ago that is when the test runs.
    monkeypatch.setenv("RISKMON_SNAPSHOT_MAX_AGE_DAYS", "100000")
    facility = builders.facility("F1", "A", commitment="300.00", drawn="300.00")
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("B")],
        relationships=[builders.relationship("R1", "A", "B")],
        facilities=[facility],
        capital=[builders.capital("2026-01-31")],
    )
    books = ("--as-of", "2026-06-30", "--books", "example_policy", "--json")
    riskmon("run", "--input", "bank", "--out", "data", *books)


def test_from_placing_to_the_end(riskmon, bank):
    assert "In force: run" in riskmon("earmark", "publish", *BY, *DATA).stdout
    placed = riskmon("earmark", "place", "D-1", "--amount", "700.00", *DEAL, "--json")
    assert (placed.returncode, json.loads(placed.stdout)["outcome"]) == (0, "placed")
    # 15 % of 10 000 less 300 owed and 700 earmarked are 500.
    refused = riskmon("earmark", "place", "D-2", "--amount", "500.01", *DEAL, "--json")
    told = json.loads(refused.stdout)
    assert (refused.returncode, told["outcome"], told["left_minor"]) == (3, "limit_broken", 500_00)
    confirmed = riskmon("earmark", "confirm", "D-1", "--amount", "200", "--facility", "F2", *BY, *DATA)
    assert "D-1  700.00 CNY on A: confirmed as F2" in confirmed.stdout
    again = riskmon("earmark", "publish", *BY, *DATA)
    assert (again.returncode, "in force already" in again.stderr) == (2, True)
    assert riskmon("earmark", "expire", *DATA).stdout == "Nothing was due.\n"
    listed = json.loads(riskmon("earmark", "list", "--live", *DATA, "--json").stdout)
    assert [each["counted_amount"] for each in listed["items"]] == ["200.00"]
    assert {each["earmarked_minor"] for each in listed["lines"]} == {200_00}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("place", "D-1", "--amount", "1.00", *DEAL), "No run is in force."),
        (("place", "D-1", "--amount", "1,00", *DEAL), "amount cannot be used"),
        (("release", "D-1", *BY, *DATA), "There is no such earmark."),
    ],
)
def test_a_mistake_ends_with_2_and_says_what_to_do(riskmon, bank, words, said):
    done = riskmon("earmark", *words)
    assert (done.returncode, said in done.stderr) == (2, True)
