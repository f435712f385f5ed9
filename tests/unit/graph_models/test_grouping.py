"""Groups and their reasons on books small enough to work out by hand."""

import pytest

from graph_models.build import build_graph
from graph_models.grouping import client_groups
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import Role

KINDS = {"c": "control", "d": "economic_dependence", "m": "economic_dependence", "k": "key_person"}


def graph_and_policy(records, dependence="directed"):
    """Records like `A c B`: A controls B; `d`: B depends on A; `m`: both depend; `k`: linked both ways."""
    policy = GroupingPolicy(5_000, dependence, linked_kinds=frozenset({"key_person"}))
    relationships = [
        Relationship(f"R{row}", source, target, KINDS[kind], is_mutual=kind == "m")
        for row, (source, kind, target) in enumerate(record.split() for record in records)
    ]
    return build_graph("A", relationships, policy), policy


def groups(records, dependence="directed"):
    return {
        group.anchor_id: "".join(member.party_id for member in group.members)
        for group in client_groups(*graph_and_policy(records, dependence))
    }


# fmt: off
@pytest.mark.parametrize(
    ("records",                                     "expected"),
    [
        ([],                                        {"A": "A"}),
        (["A c B", "B c C"],                        {"A": "ABC"}),
        (["A d D", "B d D"],                        {"A": "AD", "B": "BD"}),                # D is in two groups
        (["A c B", "P c Q", "B d Q", "Q c R"],      {"A": "ABQR", "P": "PQR"}),             # P is not drawn in
        (["A c B", "P c Q", "B d Q", "Q d P"],      {"A": "ABPQ"}),                         # P depends on Q itself
        (["B d C", "C d B", "B d A"],               {"B": "ABC"}),                          # a ring, by its smallest id
        (["A m B", "X c B"],                        {"X": "ABX"}),
        (["A k B", "A c C", "B c D"],               {"A": "ABCD"}),
        (["A c J", "B c J"],                        {"A": "AJ", "B": "BJ"}),
    ],
)
def test_who_stands_or_falls_with_whom(records, expected):
    assert groups(records) == expected
# fmt: on


@pytest.mark.parametrize(
    ("dependence", "expected"),
    [
        ("directed", {"A": "AD", "B": "BD", "E": "E"}),
        ("merge_all", {"A": "ABD", "E": "E"}),
        ("off", {"A": "A", "B": "B", "D": "D", "E": "E"}),
    ],
)
def test_dependence_does_what_the_policy_says(dependence, expected):
    policy = GroupingPolicy(5_000, dependence)
    records = [Relationship(f"R{source}", source, "D", "economic_dependence") for source in "AB"]
    found = client_groups(build_graph("ABDE", records, policy), policy)
    assert {group.anchor_id: "".join(m.party_id for m in group.members) for group in found} == expected


def test_each_member_has_the_shortest_path_and_the_role_of_its_last_relationship():
    (group,) = client_groups(*graph_and_policy(["A c B", "B d C", "C k D", "A d C"]))
    told = {m.party_id: (m.role, [each.relationship_id for each in m.reason]) for m in group.members}
    assert told == {
        "A": (Role.ANCHOR, []),
        "B": (Role.CONTROLLED, ["R0"]),
        "C": (Role.DEPENDENT, ["R3"]),
        "D": (Role.LINKED, ["R3", "R2"]),
    }


def test_joint_control_is_explained_along_a_holding_of_the_coalition():
    policy = GroupingPolicy(5_000, "directed")
    records = [
        Relationship("R0", "P", "A", "shareholding", voting_bp=6_000),
        Relationship("R1", "P", "B", "shareholding", voting_bp=6_000),
        Relationship("R2", "A", "D", "shareholding", voting_bp=3_000),
        Relationship("R3", "B", "D", "shareholding", voting_bp=3_000),
        Relationship("R4", "Z", "A", "economic_dependence"),
    ]
    found = client_groups(build_graph([], records, policy), policy)
    reasons = {
        (group.anchor_id, m.party_id): [r.relationship_id for r in m.reason]
        for group in found
        for m in group.members
    }
    assert reasons["P", "D"] == ["R0", "R2"]
    # Z carries A, but A alone does not carry D: without P its 30 % put nobody into a group.
    assert {party for anchor, party in reasons if anchor == "Z"} == {"Z", "A"}
