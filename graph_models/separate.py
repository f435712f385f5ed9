"""Steps of distress, and parties that stand in a set of their own beside each party directly linked with them.

A central government may be assessed with each directly linked party by itself: the government is in every set and
connects no two of them. Its node is replaced by one copy for each such party: the copy has the steps between the two,
in their own directions, and no other. What is left at the node itself are the links that are not separate.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import networkx as nx

from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import LinkKind

Copies = dict[str, tuple[str, str]]
"""The copies of hubs by node: the hub, and the party that the copy stands beside."""


@dataclass(frozen=True, slots=True)
class Step:
    """Distress travels from one party to another along a relationship; in groups with `head` only, if it is set."""

    source_id: str
    target_id: str
    kind: LinkKind
    relationship: Relationship
    head_id: str | None = None

    @property
    def order(self) -> tuple[str, int, int, str]:
        """By source, then by strength of the relationship, then by its id: the first is cited."""
        strength = -(self.relationship.voting_bp or 0) if self.kind == LinkKind.HOLDING else 0
        return self.source_id, self.kind, strength, self.relationship.relationship_id


def reach_graph(nodes: Iterable[str], steps: Iterable[Step]) -> "nx.DiGraph[str]":
    """Who reaches whom; a coalition's step leads from its head."""
    reach: nx.DiGraph[str] = nx.DiGraph()
    reach.add_nodes_from(nodes)
    reach.add_edges_from(
        (step.source_id if step.head_id is None else step.head_id, step.target_id) for step in steps
    )
    return reach


def separated(nodes: Iterable[str], steps: list[Step], policy: GroupingPolicy) -> tuple[list[Step], Copies]:
    """The steps with copies in place of the hubs.

    Where a coalition holds together only through a separate hub, the firm that it carries belongs to each holder's
    set: the step of each holding is open without the head.
    """
    copies: Copies = {}

    def node(hub: str, other: str) -> str:
        if not policy.is_separate(hub, other):
            return hub
        name = f"{hub} beside {other}\0"  # no id of a party holds this character
        copies[name] = hub, other
        return name

    moved = [
        replace(
            step,
            source_id=node(step.source_id, step.target_id),
            target_id=node(step.target_id, step.source_id),
        )
        for step in steps
    ]
    reach = reach_graph(nodes, steps)
    hubs = {hub for hub, _ in copies.values()}
    headless = hubs.union(*(nx.ancestors(reach, hub) for hub in hubs))
    return [replace(step, head_id=None) if step.head_id in headless else step for step in moved], copies
