"""The guarantee network of one circle, as a NetworkX graph: the readable reference of the array face.

A guarantee runs from the guarantor to the debtor. Where several answers are equal, the smallest id counts.
"""

from collections.abc import Iterable

import networkx as nx

PartyGraph = nx.DiGraph
"""Parties as nodes, an edge from a guarantor to each of its debtors."""


def guarantee_graph(pairs: Iterable[tuple[int, int]]) -> "PartyGraph[int]":
    """The parties that guarantee or are guaranteed by another. A guarantee for oneself is none."""
    graph: PartyGraph[int] = nx.DiGraph()
    graph.add_edges_from(sorted({(guarantor, debtor) for guarantor, debtor in pairs if guarantor != debtor}))
    return graph


def circles(graph: "PartyGraph[int]") -> list[list[int]]:
    """Parties that guarantees connect, whichever way they run."""
    return sorted(sorted(circle) for circle in nx.weakly_connected_components(graph))


def rings(graph: "PartyGraph[int]") -> list[list[int]]:
    """Sets of two or more parties of which each answers, through others, for every other."""
    return sorted(sorted(ring) for ring in nx.strongly_connected_components(graph) if len(ring) > 1)


def mutual(graph: "PartyGraph[int]") -> list[tuple[int, int]]:
    """Pairs of parties that guarantee each other."""
    return sorted((one, other) for one, other in graph.edges if one < other and graph.has_edge(other, one))


def longest_chain(graph: "PartyGraph[int]") -> list[int]:
    """The parties of the longest chain of a circle, from the first guarantor to the last debtor.

    A ring on the way counts with all its members. Empty where the whole circle is one ring.
    """
    members = {min(ring): sorted(ring) for ring in nx.strongly_connected_components(graph)}
    head = {party: first for first, ring in members.items() for party in ring}
    upper = {
        first: sorted({head[p] for m in ring for p in graph.pred[m]} - {first})
        for first, ring in members.items()
    }
    condensed: PartyGraph[int] = nx.DiGraph(
        (before, first) for first, above in upper.items() for before in above
    )
    length: dict[int, int] = {}
    previous: dict[int, int] = {}
    for first in nx.topological_sort(condensed):
        length[first] = len(members[first])
        if upper[first]:
            previous[first] = min(upper[first], key=lambda before: (-length[before], before))
            length[first] += length[previous[first]]
    if not previous:
        return []
    way = [min(length, key=lambda first: (-length[first], first))]
    while way[-1] in previous:
        way.append(previous[way[-1]])
    return [party for first in reversed(way) for party in members[first]]


def left_in_no_ring(graph: "PartyGraph[int]", ring: Iterable[int], removed: int) -> int:
    """How many other members of a ring are in no ring any more once one member is gone."""
    rest = graph.subgraph(set(ring) - {removed})
    return sum(len(part) == 1 for part in nx.strongly_connected_components(rest))


def ring_breaker(graph: "PartyGraph[int]", ring: Iterable[int]) -> tuple[int, int]:
    """The member of a ring whose removal leaves most others in no ring, and how many they are."""
    members = sorted(ring)
    loose = {member: left_in_no_ring(graph, members, member) for member in members}
    breaker = min(members, key=lambda member: (-loose[member], member))
    return breaker, loose[breaker]
