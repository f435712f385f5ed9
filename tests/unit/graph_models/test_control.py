"""Pooled voting control on books small enough to work out by hand. The line is 50 %, strictly."""

import pytest

from graph_models.build import build_graph
from graph_models.control import controlled_parties
from graph_models.control_links import ControlLink, control_links, derived_links
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship

POLICY = GroupingPolicy(5_000, "off")


def graph(*records):
    """Records are (source, target, votes), or (source, target) for a record of control; ids run R0, R1, ..."""
    relationships = [
        Relationship(
            f"R{row}",
            source,
            target,
            "shareholding" if votes else "control",
            voting_bp=votes[0] if votes else None,
        )
        for row, (source, target, *votes) in enumerate(records)
    ]
    return build_graph([], relationships, POLICY)


def pairs(links):
    return [(link.controller_id, link.controlled_id, link.is_joint) for link in links]


# fmt: off
@pytest.mark.parametrize(
    ("records",                                                              "controlled_by_a"),
    [
        ([("A", "B", 5_001)],                                                "B"),
        ([("A", "B", 5_000)],                                                ""),    # 50/50 has no controller
        ([("A", "B", 2_600), ("A", "B", 2_500)],                             "B"),   # two rows of one holder pool
        ([("A", "B", 6_000), ("B", "C", 6_000)],                             "BC"),  # 60 % of 60 % is control, not 36 %
        ([("A", "B", 6_000), ("A", "C", 6_000), ("B", "D", 3_000), ("C", "D", 3_000)], "BCD"),
        ([("A", "B", 6_000), ("A", "D", 3_000), ("B", "D", 2_001)],          "BD"),
        ([("A", "B", 6_000), ("X", "C", 6_000), ("B", "D", 3_000), ("C", "D", 3_000)], "B"),
        ([("A", "B")],                                                       "B"),   # a record needs no votes
        ([("A", "B", 4_800), ("B", "B", 500)],                               "B"),   # 48 of 95 is above half
        ([("A", "B", 4_750), ("B", "B", 500)],                               ""),    # 47.5 of 95 is half
        ([("A", "B", 6_000), ("B", "C", 6_000), ("C", "B", 4_000)],          "BC"),
        ([("B", "C", 6_000), ("C", "B", 6_000)],                             ""),
    ],
)
def test_what_a_party_controls(records, controlled_by_a):
    book = graph(("A", "Z", 1), *records)
    assert controlled_parties(book, "A", POLICY) == set(controlled_by_a)
# fmt: on


def test_a_firm_held_by_a_coalition_is_linked_to_its_lowest_head_with_all_its_holdings():
    # T holds P, P holds A and B, and A and B hold 30 % of D each: P is the lowest whose coalition passes.
    book = graph(
        ("T", "P", 6_000), ("P", "A", 6_000), ("P", "B", 6_000), ("A", "D", 3_000), ("B", "D", 3_000)
    )
    assert control_links(book, POLICY) == (
        ControlLink("A", "P", False, ("R1",)),
        ControlLink("B", "P", False, ("R2",)),
        ControlLink("D", "P", True, ("R3", "R4")),
        ControlLink("P", "T", False, ("R0",)),
    )


def test_votes_above_a_hundred_percent_may_give_two_controllers():
    book = graph(("X", "J", 5_200), ("Y", "J", 5_200))
    assert pairs(control_links(book, POLICY)) == [("X", "J", False), ("Y", "J", False)]


def test_a_record_beside_joint_votes_of_strangers_gives_two_controllers():
    # R is recorded; P pools 60 % through A and B. Neither R nor P controls the other: both stay.
    book = graph(("R", "J"), ("P", "A", 6_000), ("P", "B", 6_000), ("A", "J", 3_000), ("B", "J", 3_000))
    assert {("R", "J", False), ("P", "J", True)} < set(pairs(control_links(book, POLICY)))


def test_a_ring_carries_what_it_holds_together_and_is_named_by_its_smallest_id():
    book = graph(("N", "M", 6_000), ("M", "N", 6_000), ("M", "D", 3_000), ("N", "D", 3_000))
    assert ("M", "D", True) in pairs(control_links(book, POLICY))
    assert controlled_parties(book, "N", POLICY) == {"M", "D"}


def test_a_ring_won_from_outside_keeps_the_link_of_who_won_it():
    # Y and W are recorded as controlling each other; U pools 60 % of both through A and B. Were the joint links
    # dropped because somebody further down (W for Y, Y for W) is a controller too, U would lose the ring.
    book = graph(
        ("Y", "W"), ("W", "Y"), ("U", "A", 6_000), ("U", "B", 6_000),
        ("A", "Y", 3_000), ("B", "Y", 3_000), ("A", "W", 3_000), ("B", "W", 3_000),
    )  # fmt: skip
    assert {("U", "Y", True), ("U", "W", True)} < set(pairs(control_links(book, POLICY)))


def test_a_joint_link_gives_way_to_a_lower_head_that_a_later_round_finds():
    # X controls L and Q, L controls K. Round 1: X pools 55 % of Y (L 25, Q 30); L pools 60 % of N (L 30, K 30).
    # Round 2: with N, L pools 55 % of Y (L 25, N 30), so the lowest controller of Y is L and X has Y through L.
    book = graph(
        ("X", "L", 6_000), ("X", "Q", 6_000), ("L", "K", 6_000), ("L", "N", 3_000), ("K", "N", 3_000),
        ("L", "Y", 2_500), ("Q", "Y", 3_000), ("N", "Y", 3_000),
    )  # fmt: skip
    assert {("X", "Y", True), ("L", "Y", True)} < set(pairs(derived_links(book, POLICY)))
    assert [pair for pair in pairs(control_links(book, POLICY)) if pair[1] == "Y"] == [("L", "Y", True)]


def test_a_joint_link_starts_at_the_smallest_id_of_a_ring_that_only_a_later_round_closes():
    # A holds M, and M holds P and Q: M is the lowest that pools 60 % of D. But P and Q also carry A for M, so that
    # A and M control each other in the end, and the ring is named A.
    book = graph(
        ("A", "M", 6_000), ("M", "P", 6_000), ("M", "Q", 6_000),
        ("P", "D", 3_000), ("Q", "D", 3_000), ("P", "A", 3_000), ("Q", "A", 3_000),
    )  # fmt: skip
    assert ("M", "D", True) in pairs(derived_links(book, POLICY))
    assert [pair for pair in pairs(control_links(book, POLICY)) if pair[2]] == [
        ("M", "A", True),
        ("A", "D", True),
    ]
