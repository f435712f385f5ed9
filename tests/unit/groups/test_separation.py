"""A central government party by party: in every set, and connecting no two of them."""

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.groups import list_groups
from riskmon.rulebook.select import select
from tests import builders


def groups(folder, choice, *rows, governments=("CG",)):
    ends = sorted({end for row in rows for end in (row["source_party_id"], row["target_party_id"])})
    builders.write_bank(
        folder,
        parties=[
            builders.party(name, kind="sovereign" if name in governments else "corporate") for name in ends
        ],
        relationships=rows,
    )
    choices = {"eu_crr.central_government": choice}
    answer = list_groups(folder, select(["eu_crr"], as_of=builders.AS_OF, choices=choices))
    return {
        group["group_id"]: {m["party_id"]: (m["role"], m["reason"]) for m in group["members"]}
        for group in answer["groups"]
    }


def control(source, target):
    return builders.relationship(f"{source}-{target}", source, target)


BRANCHES = (control("CG", "A"), control("A", "A1"), control("CG", "B"), control("CG", "C"))


def test_each_directly_controlled_party_has_a_set_with_the_government_in_it(tmp_path):
    assert groups(tmp_path, "alternative", *BRANCHES) == {
        "eu_crr/A": {"A": ("anchor", []), "A1": ("controlled", ["A-A1"]), "CG": ("linked", ["CG-A"])},
        "eu_crr/B": {"B": ("anchor", []), "CG": ("linked", ["CG-B"])},
        "eu_crr/C": {"C": ("anchor", []), "CG": ("linked", ["CG-C"])},
    }


def test_by_default_the_government_connects_all(tmp_path):
    assert {name: set(found) for name, found in groups(tmp_path, "grouped", *BRANCHES).items()} == {
        "eu_crr/CG": {"A", "A1", "B", "C", "CG"}
    }


@pytest.mark.parametrize(("choice", "expected"), [
    ("alternative:A",   {"eu_crr/A": {"A", "A1", "CG"}, "eu_crr/CG": {"B", "C", "CG"}}),
    ("alternative:A;B", {"eu_crr/A": {"A", "A1", "CG"}, "eu_crr/B": {"B", "CG"}, "eu_crr/CG": {"C", "CG"}}),
    ("alternative:CG",  {"eu_crr/A": {"A", "A1", "CG"}, "eu_crr/B": {"B", "CG"}, "eu_crr/C": {"C", "CG"}}),
])  # fmt: skip
def test_the_approach_may_be_chosen_for_some_parties_only(tmp_path, choice, expected):
    assert {name: set(found) for name, found in groups(tmp_path, choice, *BRANCHES).items()} == expected


def test_a_party_that_is_not_there_cannot_be_named(tmp_path):
    with pytest.raises(CallerError, match="'X', which is none of the parties"):
        groups(tmp_path, "alternative:X", *BRANCHES)


def test_a_firm_that_two_branches_hold_only_together_is_in_both_sets(tmp_path):
    # 30 % each: neither branch controls J, the government does through both.
    held = [builders.shareholding(f"{branch}-J", branch, "J", 3_000) for branch in ("B", "C")]
    found = groups(tmp_path, "alternative", control("CG", "B"), control("CG", "C"), *held)
    assert {name: set(members) for name, members in found.items()} == {
        "eu_crr/B": {"B", "CG", "J"},
        "eu_crr/C": {"C", "CG", "J"},
    }


def test_two_governments_of_one_firm_are_in_its_one_set(tmp_path):
    rows = (control("CG", "A"), control("CG2", "A"), control("CG2", "B"))
    found = groups(tmp_path, "alternative", *rows, governments=("CG", "CG2"))
    assert {name: set(members) for name, members in found.items()} == {
        "eu_crr/A": {"A", "CG", "CG2"},
        "eu_crr/B": {"B", "CG2"},
    }


def test_whoever_relies_on_the_government_is_directly_linked_with_it(tmp_path):
    reliance = builders.relationship("CG-D", "CG", "D", kind="economic_dependence", basis="receipts")
    found = groups(tmp_path, "alternative", control("CG", "A"), reliance)
    assert {name: set(members) for name, members in found.items()} == {
        "eu_crr/A": {"A", "CG"},
        "eu_crr/D": {"CG", "D"},
    }


@pytest.mark.parametrize("basis", ["funding_source", "judgement", None])
def test_clients_of_one_central_counterparty_are_not_connected_by_it(tmp_path, basis):
    rows = [
        builders.relationship(f"K-{name}", "K", name, kind="economic_dependence", basis=basis)
        for name in ("A", "B")
    ]
    builders.write_bank(
        tmp_path,
        parties=[builders.party("K", kind="ccp"), builders.party("A"), builders.party("B")],
        relationships=rows,
    )
    answer = list_groups(tmp_path, select(["eu_crr"], as_of=builders.AS_OF))
    assert [[m["party_id"] for m in group["members"]] for group in answer["groups"]] == [["A"], ["B"], ["K"]]
