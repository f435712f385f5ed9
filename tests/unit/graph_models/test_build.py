"""Records to a graph."""

import networkx as nx
import pytest

from graph_models.build import build_graph
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship

POLICY = GroupingPolicy(5_000, "directed", control_bases=frozenset({"votes"}))
BY_VOTES = Relationship("R1", "A", "B", "control", "votes")


def links(graph):
    return [key for _, _, key in graph.edges(keys=True)]


def test_a_party_without_a_link_is_in_the_graph():
    assert list(build_graph(["B", "A"], [], POLICY)) == ["A", "B"]


def test_two_links_between_the_same_parties_both_stay():
    twice = [Relationship(f"R{row}", "A", "B", "shareholding", voting_bp=3_000) for row in (2, 1)]
    assert links(build_graph([], twice, POLICY)) == ["R1", "R2"]


def test_control_by_votes_is_taken_from_the_record_where_no_holding_is_known():
    assert links(build_graph([], [BY_VOTES], POLICY)) == ["R1"]


def test_control_by_votes_gives_way_to_the_holdings_where_they_are_known():
    holding = Relationship("R2", "C", "B", "shareholding", voting_bp=10)
    treasury = Relationship("R3", "B", "B", "shareholding", voting_bp=10)
    assert links(build_graph([], [BY_VOTES, holding], POLICY)) == ["R2"]
    assert links(build_graph([], [BY_VOTES, treasury], POLICY)) == ["R1", "R3"]


def test_the_graph_cannot_be_changed():
    with pytest.raises(nx.NetworkXError):
        build_graph(["A"], [], POLICY).add_node("B")
