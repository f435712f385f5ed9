"""The gate of a book: nothing connects two parties while the bank has little at stake with both."""

import pytest

from riskmon.operations.groups import list_groups
from riskmon.rulebook.select import select
from tests import builders


def groups(folder, loans, relationships, *, tier1="10000.00", **more):
    """The US groups of firms with these loans; tier 1 capital of 10 000.00 puts the line at 500.00."""
    ends = {row[end] for row in relationships for end in ("source_party_id", "target_party_id")}
    builders.write_bank(
        folder,
        parties=[builders.party(name) for name in sorted(ends.union(loans))],
        relationships=relationships,
        facilities=[
            builders.facility(f"F{name}", name, commitment=amount, drawn=amount) | more
            for name, amount in loans.items()
        ],
        capital=[builders.capital(tier1_capital=tier1)] if tier1 else [],
    )
    answer = list_groups(folder, select(["us_sccl"], as_of=builders.AS_OF))
    members = sorted(
        sorted(m["party_id"] for m in group["members"] if m["role"] != "connector")
        for group in answer["groups"]
    )
    return members, answer["not_evaluated"]


HOLDING = [builders.shareholding("R1", "A", "B", 3_000)]


@pytest.mark.parametrize(("parent", "subsidiary", "expected"), [
    ("500.01", "100.00", [["A", "B"]]),    # strictly above 5 % of tier 1
    ("500.00", "100.00", [["A"], ["B"]]),  # exactly 5 % opens nothing
    ("499.99", "499.99", [["A"], ["B"]]),  # nor does a sum of two below it
    ("100.00", "500.01", [["A", "B"]]),    # either of the two
])  # fmt: skip
def test_exposure_to_one_of_two_must_be_above_five_percent_of_tier_1(tmp_path, parent, subsidiary, expected):
    assert groups(tmp_path, {"A": parent, "B": subsidiary}, HOLDING)[0] == expected


@pytest.mark.parametrize(("votes", "expected"), [(2_499, [["A"], ["B"]]), (2_500, [["A", "B"]])])
def test_a_quarter_of_the_votes_controls_under_the_us_rule(tmp_path, votes, expected):
    rows = [builders.shareholding("R1", "A", "B", votes)]
    assert groups(tmp_path, {"A": "600.00", "B": "1.00"}, rows)[0] == expected


def test_a_holding_company_without_exposure_does_not_hide_its_parent(tmp_path):
    # A above the line controls B through H: B is indirectly controlled by A, though neither end of H-B is above.
    rows = [builders.relationship("R1", "A", "H"), builders.relationship("R2", "H", "B")]
    assert groups(tmp_path, {"A": "600.00", "B": "1.00"}, rows)[0] == [["A", "B"]]


def test_dependence_between_two_below_the_line_does_not_count_beside_one_above(tmp_path):
    # D1 above the line relies on R; D2 relies on R too: R and D2 are both below.
    rows = [
        builders.relationship(f"R{end}", "R", end, kind="economic_dependence", basis="receipts")
        for end in ("D1", "D2")
    ]
    found, _ = groups(tmp_path, {"R": "1.00", "D1": "600.00", "D2": "1.00"}, rows)
    assert found == [["D1", "R"], ["D2"]]


def test_without_capital_the_gate_is_taken_as_passed_and_named(tmp_path):
    found, missing = groups(tmp_path, {"A": "1.00", "B": "1.00"}, HOLDING, tier1=None)
    assert found == [["A", "B"]]
    assert any(row["item"] == "exposure gate" and "capital" in row["missing"] for row in missing)


def test_an_exposure_that_is_not_complete_opens_the_gate(tmp_path):
    # A derivative counts with what is booked only, and what is missing could pass the line.
    found, _ = groups(tmp_path, {"A": "1.00", "B": "1.00"}, HOLDING, product="derivative")
    assert found == [["A", "B"]]
