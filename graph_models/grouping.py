"""The cover: overlapping groups of parties that stand or fall together, each member with the path that put it there.

Distress travels from controller to controlled and from the party relied on to the dependent; both ways between
parties linked by family, concert or key persons, between mutual dependents, and wherever the policy merges all
dependence. Read literally, the rules start one set at every party that nobody controls (or ring of control), add to
a set whoever depends on a member with all that it controls, and drop sets contained in others. What follows shows
that this is the same as a reach set in the directed graph of these steps:

1. The set started at a party is all that can be reached from it: each addition follows a step of the graph, and
   no step of the graph is left out. A controller of a dependent joins only if a step leads to it, that is, if it
   depends on a member itself.
2. Take a strongly connected component that no step enters from outside. The top of control inside it is entered by
   no control from outside either, so a set starts there; it is the reach of the component. Any other set starts at
   a party that some such component reaches, so it is contained in that component's reach.
3. Two components that nothing enters cannot reach each other, so neither reach contains the other: both stay, and
   may overlap.

So the groups are the reach sets of the components that nothing enters. The anchor is the party itself, or the
smallest id of the component.

A party that the policy separates from those linked with it is replaced by one copy for each of them before that (see
`separate`). A copy that nothing enters starts the group of the party that it stands beside, which is the anchor.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import networkx as nx

from graph_models.control_links import derived_links
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.separate import Copies, Step, reach_graph, separated
from graph_models.terms import LONGEST_TOLD, ROLE_OF, LinkKind, Role


@dataclass(frozen=True, slots=True)
class Membership:
    """One party in one group.

    Attributes:
        party_id: the member.
        role: anchor, or what the last relationship of the reason makes it.
        reason: relationships on a shortest path from the anchor, in order; empty for the anchor, and the last LONGEST_TOLD of a longer path. A holding on it is
            a majority, or part of a coalition whose head is in the group.
    """

    party_id: str
    role: Role
    reason: tuple[Relationship, ...]


@dataclass(frozen=True, slots=True)
class ClientGroup:
    """Parties treated as one risk, sorted by party id."""

    anchor_id: str
    members: tuple[Membership, ...]


def client_groups(graph: "nx.MultiDiGraph[str]", policy: GroupingPolicy) -> tuple[ClientGroup, ...]:
    """The groups of all parties of the graph, sorted by anchor; a party linked to nobody is a group of its own.

    Where the policy separates parties from those linked with them, a group may lie within another.
    """
    steps, copies = separated(graph, _control_steps(graph, policy) + _other_steps(graph, policy), policy)
    reach = reach_graph([*graph, *copies], steps)
    condensed = nx.condensation(reach)
    tops = [
        min(condensed.nodes[node]["members"], key=lambda member: (member in copies, member))
        for node, entering in condensed.in_degree
        if not entering
    ]
    starts = {copies[top][1] if top in copies else top for top in tops}
    return tuple(
        _as_group(
            start,
            _walked(start, {start} | nx.descendants(reach, start), steps)
            | {
                top: Membership(copies[top][0], Role.LINKED, (_first_from(top, steps).relationship,))
                for top in tops
                if top in copies and copies[top][1] == start
            },
            copies,
        )
        for start in sorted(starts)
    )


def _control_steps(graph: "nx.MultiDiGraph[str]", policy: GroupingPolicy) -> list[Step]:
    """A joint link is walked along each holding of the coalition, wherever its head is in the group."""
    relationships = {key: data for _, _, key, data in graph.edges(keys=True, data=True)}
    return [
        Step(
            source_id=relationships[key]["relationship"].source_id,
            target_id=link.controlled_id,
            kind=relationships[key]["kind"],
            relationship=relationships[key]["relationship"],
            head_id=link.controller_id if link.is_joint else None,
        )
        for link in derived_links(graph, policy)
        for key in link.evidence
    ]


def _other_steps(graph: "nx.MultiDiGraph[str]", policy: GroupingPolicy) -> list[Step]:
    steps = []
    for source, target, attributes in graph.edges(data=True):
        kind, relationship = attributes["kind"], attributes["relationship"]
        if kind not in (LinkKind.DEPENDENCE, LinkKind.LINKED):
            continue
        steps.append(Step(source, target, kind, relationship))
        if kind == LinkKind.LINKED or relationship.is_mutual or policy.dependence == "merge_all":
            steps.append(Step(target, source, kind, relationship))
    return steps


def _walked(start: str, nodes: set[str], steps: Iterable[Step]) -> dict[str, Membership]:
    """Walk outward from the start, one step a round; of several steps to a node the first in order is cited."""
    open_steps = sorted(
        (
            step
            for step in steps
            if step.source_id in nodes and (step.head_id is None or step.head_id in nodes)
        ),
        key=lambda step: step.order,
    )
    members = {start: Membership(start, Role.ANCHOR, ())}
    while len(members) < len(nodes):
        found: dict[str, Membership] = {}
        for step in open_steps:
            if step.source_id in members and step.target_id not in members:
                reason = (*members[step.source_id].reason, step.relationship)[-LONGEST_TOLD:]
                found.setdefault(step.target_id, Membership(step.target_id, ROLE_OF[step.kind], reason))
        members |= found
    return members


def _as_group(anchor: str, members: dict[str, Membership], copies: Copies) -> ClientGroup:
    """Nodes as parties; of a hub that is there several times the hub itself stays, else the nearest copy."""
    nearest: dict[str, Membership] = {}
    for node in sorted(
        members, key=lambda node: (node in copies, len(members[node].reason), copies.get(node, ()))
    ):
        party = copies[node][0] if node in copies else node
        nearest.setdefault(party, replace(members[node], party_id=party))
    return ClientGroup(anchor, tuple(nearest[party] for party in sorted(nearest)))


def _first_from(node: str, steps: Iterable[Step]) -> Step:
    return min((step for step in steps if step.source_id == node), key=lambda step: step.order)
