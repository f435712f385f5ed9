"""Relationships to a NetworkX graph: the parties and the links that count, in sorted order."""

from collections.abc import Iterable

import networkx as nx

from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import LinkKind


def build_graph(
    party_ids: Iterable[str], relationships: Iterable[Relationship], policy: GroupingPolicy
) -> "nx.MultiDiGraph[str]":
    """The relationships that count under the policy, as a frozen graph that no order of records changes.

    Nodes are the parties named, and both ends of what counts. An edge has its relationship_id as key, and the
    attributes `relationship` and `kind` (LinkKind). A record of control on the basis of votes gives way to the
    shareholdings where any are known for the firm, since the line between votes and control is the book's.
    """
    counted = [
        (relationship, kind)
        for relationship in sorted(relationships, key=lambda each: each.relationship_id)
        if (kind := policy.link_kind(relationship)) is not None
    ]
    held = {
        relationship.target_id
        for relationship, kind in counted
        if kind == LinkKind.HOLDING and relationship.source_id != relationship.target_id
    }
    linked = [
        (relationship, kind)
        for relationship, kind in counted
        if not (kind == LinkKind.CONTROL and relationship.basis == "votes" and relationship.target_id in held)
    ]
    ends = {end for relationship, _ in linked for end in (relationship.source_id, relationship.target_id)}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(sorted(ends.union(party_ids)))
    for relationship, kind in linked:
        graph.add_edge(
            relationship.source_id,
            relationship.target_id,
            key=relationship.relationship_id,
            relationship=relationship,
            kind=kind,
        )
    frozen: nx.MultiDiGraph[str] = nx.freeze(graph)
    return frozen
