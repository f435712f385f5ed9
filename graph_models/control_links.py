"""The links of control: few, each with its evidence, and together the full control relation.

Pairs are found in rounds. A direct majority holder or a recorded controller is there from the start. Then, round
after round, of the parties whose coalition (they and what they are known to control) carries a firm, and that are
not yet known to control it, the lowest get a link. When no round adds any, the closure of the pairs contains every
party that the fixpoint wins, and nothing else: the closure is the full control relation.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from graph_models.control import ShareRegister, share_registers
from graph_models.policy import GroupingPolicy

Pair = tuple[str, str]
"""Controller and controlled."""

Reach = dict[str, frozenset[str]]
"""Per party, all that it is known to control; itself only as a member of a ring."""


@dataclass(frozen=True, slots=True, order=True)
class ControlLink:
    """One party controls another, with the relationships that prove it.

    Attributes:
        controlled_id: the firm.
        controller_id: a majority holder, a recorded controller, or the head of a coalition.
        is_joint: only the pooled votes of a coalition (the controller and all it controls) pass the line.
        evidence: relationship ids, sorted: the majority and the records, or all the coalition's holdings.
    """

    controlled_id: str
    controller_id: str
    is_joint: bool
    evidence: tuple[str, ...]


def derived_links(graph: "nx.MultiDiGraph[str]", policy: GroupingPolicy) -> tuple[ControlLink, ...]:
    """The links as they are found: each rests on earlier ones only, so that every reason has firm ground."""
    registers = share_registers(graph)
    pairs = _found_pairs(registers, policy)
    return _with_evidence(pairs, registers, policy)


def control_links(graph: "nx.MultiDiGraph[str]", policy: GroupingPolicy) -> tuple[ControlLink, ...]:
    """The links from the lowest controllers only; the same closure.

    Of the derived joint links, one whose controller is in a ring starts at the ring's smallest id, or goes where a
    member of the ring has a direct link; and one gives way to a controller further down, found in a later round,
    that is not itself in a ring with the firm. Direct links always stay: they are facts.
    """
    registers = share_registers(graph)
    found = _found_pairs(registers, policy)
    direct = _direct_pairs(registers, policy)
    reach = _reach(registers, found)
    joint = {
        (_head(controller, firm, reach), firm)
        for controller, firm in found - direct
        if not any(
            owned == firm and _is_ring(other, controller, reach) and not _is_ring(firm, controller, reach)
            for other, owned in direct
        )
    }
    pairs = direct | {
        (controller, firm)
        for controller, firm in joint
        if not any(
            owned == firm and _is_below(other, controller, reach) and not _is_ring(other, firm, reach)
            for other, owned in direct | joint
        )
    }
    return _with_evidence(pairs, registers, policy)


def _found_pairs(registers: dict[str, ShareRegister], policy: GroupingPolicy) -> set[Pair]:
    found = _direct_pairs(registers, policy)
    while True:
        reach = _reach(registers, found)
        new = {
            (controller, firm)
            for firm, register in registers.items()
            for controller in _lowest(
                {
                    party
                    for party in registers
                    if party != firm
                    and firm not in reach[party]
                    and register.is_carried_by({party} | reach[party], policy)
                },
                reach,
            )
        }
        if not new:
            return found
        found |= new


def _direct_pairs(registers: dict[str, ShareRegister], policy: GroupingPolicy) -> set[Pair]:
    return {
        (source, firm)
        for firm, register in registers.items()
        for source in {each.source_id for each in register.holdings + register.records}
        if register.is_controlled_by({source}, policy)
    }


def _with_evidence(
    pairs: Iterable[Pair], registers: dict[str, ShareRegister], policy: GroupingPolicy
) -> tuple[ControlLink, ...]:
    reach = _reach(registers, pairs)
    links = []
    for controller, firm in pairs:
        register = registers[firm]
        is_joint = not register.is_controlled_by({controller}, policy)
        coalition = {controller} | (reach[controller] if is_joint else frozenset())
        evidence = [each.relationship_id for each in register.records if each.source_id == controller]
        if is_joint or register.is_carried_by(coalition, policy):
            evidence += [each.relationship_id for each in register.holdings if each.source_id in coalition]
        links.append(ControlLink(firm, controller, is_joint, tuple(sorted(evidence))))
    return tuple(sorted(links))


def _reach(parties: Iterable[str], pairs: Iterable[Pair]) -> Reach:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(parties)
    graph.add_edges_from(pairs)
    return {party: frozenset(nx.descendants(graph, party)) for party in graph}


def _lowest(parties: set[str], reach: Reach) -> set[str]:
    """The parties that control none of the others; of a ring, the smallest id."""
    return {
        party
        for party in parties
        if not any(
            _is_below(other, party, reach) or (_is_ring(other, party, reach) and other < party)
            for other in parties
        )
    }


def _head(controller: str, firm: str, reach: Reach) -> str:
    """The smallest id of the controller's ring, unless the firm is in that ring."""
    ring = {other for other in reach if _is_ring(other, controller, reach)}
    return controller if firm in ring else min(ring)


def _is_ring(party: str, other: str, reach: Reach) -> bool:
    """Whether two parties control each other, or are the same."""
    return party == other or (party in reach[other] and other in reach[party])


def _is_below(party: str, other: str, reach: Reach) -> bool:
    """Whether `other` controls `party`, and not the reverse."""
    return party in reach[other] and other not in reach[party]
