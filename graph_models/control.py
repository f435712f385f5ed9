"""Who controls whom: pooled votes and records of control, as a least fixpoint. The readable reference.

X controls Y when the votes in Y of X together with all that X controls are strictly above the line, when a record
says so, or through others that X controls. Treasury shares leave the denominator. At 50/50 nobody controls; where
votes pass 100 %, or records say so, a firm has several controllers that do not control each other.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import networkx as nx

from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import BP, LinkKind, votes_pass


@dataclass(frozen=True, slots=True)
class ShareRegister:
    """What is recorded about control of one firm.

    Attributes:
        holdings: shareholdings of others, sorted by relationship id.
        records: records of control, sorted by relationship id.
        treasury_bp: votes that the firm holds in itself.
    """

    holdings: tuple[Relationship, ...]
    records: tuple[Relationship, ...]
    treasury_bp: int

    def is_carried_by(self, coalition: AbstractSet[str], policy: GroupingPolicy) -> bool:
        """Whether the pooled votes of the coalition are strictly above the line."""
        votes_bp = sum(each.voting_bp or 0 for each in self.holdings if each.source_id in coalition)
        return votes_pass(votes_bp, treasury_bp=self.treasury_bp, votes_above_bp=policy.votes_above_bp)

    def is_controlled_by(self, coalition: AbstractSet[str], policy: GroupingPolicy) -> bool:
        """Whether the coalition carries the firm, or a member of it is a recorded controller."""
        recorded = any(each.source_id in coalition for each in self.records)
        return recorded or self.is_carried_by(coalition, policy)


def share_registers(graph: "nx.MultiDiGraph[str]") -> dict[str, ShareRegister]:
    """What is recorded about control of each party of the graph."""
    holdings: dict[str, list[Relationship]] = {party: [] for party in graph}
    records: dict[str, list[Relationship]] = {party: [] for party in graph}
    treasury_bp = dict.fromkeys(graph, 0)
    for source, target, attributes in sorted(graph.edges(data=True), key=_relationship_id):
        relationship: Relationship = attributes["relationship"]
        if attributes["kind"] == LinkKind.CONTROL:
            records[target].append(relationship)
        elif attributes["kind"] == LinkKind.HOLDING and source == target:
            treasury_bp[target] += relationship.voting_bp or 0
        elif attributes["kind"] == LinkKind.HOLDING:
            holdings[target].append(relationship)
    return {
        party: ShareRegister(tuple(holdings[party]), tuple(records[party]), treasury_bp[party])
        for party in graph
    }


def controlled_parties(
    graph: "nx.MultiDiGraph[str]", party_id: str, policy: GroupingPolicy
) -> frozenset[str]:
    """Everything the party controls: its coalition grows by each firm that it wins, until nothing changes."""
    registers = share_registers(graph)
    coalition = {party_id}
    while True:
        won = {
            firm
            for firm, register in registers.items()
            if firm not in coalition and register.is_controlled_by(coalition, policy)
        }
        if not won:
            return frozenset(coalition - {party_id})
        coalition |= won


def joint_ventures(graph: "nx.MultiDiGraph[str]", policy: GroupingPolicy) -> frozenset[str]:
    """Firms that two hold between them and nobody controls: all votes in two hands, and neither hand enough.

    Holders under one ultimate controller are one hand. Votes that come back to the firm itself are nobody's.
    """
    reach = {party: controlled_parties(graph, party, policy) for party in graph}
    controlled = frozenset().union(*reach.values())
    ventures = set()
    for firm, register in share_registers(graph).items():
        hands: dict[str, int] = {}
        for holding in register.holdings:
            hand = _top(holding.source_id, reach)
            hands[hand] = hands.get(hand, 0) + (holding.voting_bp or 0)
        hands.pop(firm, None)
        if firm not in controlled and len(hands) == 2 and sum(hands.values()) >= BP - register.treasury_bp:
            ventures.add(firm)
    return frozenset(ventures)


def _top(party: str, reach: dict[str, frozenset[str]]) -> str:
    """The smallest id of those who control the party, or are it, and whom nobody outside their ring controls."""
    return min(
        top
        for top in reach
        if (top == party or party in reach[top])
        and all(other in reach[top] for other in reach if top in reach[other])
    )


def _relationship_id(edge: tuple[str, str, dict[str, Relationship]]) -> str:
    return edge[2]["relationship"].relationship_id
