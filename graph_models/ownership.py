"""Integrated ownership: how much of a firm belongs in the end to whom. The readable reference, in exact fractions.

An end owner is a party that nobody is recorded to own. Its share in a firm is the sum, over all paths of holdings from
it to the firm, of the product of the shares on the path. Paths around a ring of cross-holdings never end; their sum is
the solution of one linear system a ring. What is recorded of a firm and leads to no end owner is its residual: owners
of firms between that nobody recorded, and rings that own themselves whole. Ownership says nothing about control.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import networkx as nx

from graph_models.terms import BP

Holding = tuple[str, str, int]
"""Holder, firm, and the holder's share in it in basis points; a firm's share in itself is treasury stock."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What is known of the owners of one firm, as shares of the capital that the firm does not hold itself.

    Attributes:
        recorded: the sum of the direct holdings; above 1 where the records say so.
        owners: end owners with their shares.
    """

    recorded: Fraction
    owners: Mapping[str, Fraction]

    @property
    def residual(self) -> Fraction:
        """What is recorded and leads to no end owner; negative where more than the whole of a firm above is."""
        return self.recorded - sum(self.owners.values(), Fraction())


def integrated_ownership(holdings: Iterable[Holding]) -> dict[str, Ownership]:
    """The ownership of every firm in which anybody holds a share."""
    graph, whole = _weights(holdings)
    ends = {party: {party: Fraction(1)} for party in graph.nodes - whole if not graph.in_degree(party)}
    reached: dict[str, dict[str, Fraction]] = dict(ends)
    condensed = nx.condensation(graph)
    for node in nx.topological_sort(condensed):
        ring = sorted(condensed.nodes[node]["members"])
        if ring[0] not in ends:
            reached |= _through(ring, graph, reached)
    return {
        firm: Ownership(_recorded(graph, firm) + (firm in whole), reached[firm])
        for firm in sorted(graph)
        if firm not in ends
    }


def _weights(holdings: Iterable[Holding]) -> "tuple[nx.DiGraph[str], set[str]]":
    """Shares in the capital that each firm does not hold itself, and the firms that hold themselves whole."""
    held: dict[tuple[str, str], int] = {}
    for holder, firm, share_bp in holdings:
        held[holder, firm] = held.get((holder, firm), 0) + share_bp
    graph: nx.DiGraph[str] = nx.DiGraph()
    whole = {firm for holder, firm in held if holder == firm and held[firm, firm] >= BP}
    graph.add_nodes_from(whole)
    for (holder, firm), share_bp in held.items():
        if holder != firm and share_bp > 0 and firm not in whole:
            graph.add_edge(holder, firm, share=Fraction(share_bp, BP - held.get((firm, firm), 0)))
    return graph, whole


def _through(
    ring: list[str], graph: "nx.DiGraph[str]", reached: Mapping[str, Mapping[str, Fraction]]
) -> dict[str, dict[str, Fraction]]:
    """The end owners of the firms of one ring, or of one firm, from those of its holders outside."""
    entering: dict[str, dict[str, Fraction]] = {firm: {} for firm in ring}
    for firm in ring:
        for holder in graph.predecessors(firm):
            for owner, share in reached.get(holder, {}).items() if holder not in entering else ():
                known = entering[firm].get(owner, Fraction())
                entering[firm][owner] = known + share * graph[holder][firm]["share"]
    owners = sorted({owner for shares in entering.values() for owner in shares})
    if len(ring) > 1:
        # The last column asks whether the sum over paths ends at all: it does if and only if the answer is positive.
        columns = [
            [entering[firm].get(owner, Fraction()) for owner in owners] + [Fraction(1)] for firm in ring
        ]
        inside = [[_share(graph, holder, firm) for holder in ring] for firm in ring]
        solved = _solve(inside, columns)
        if solved is None or any(row[-1] <= 0 for row in solved):
            return {firm: {} for firm in ring}
        entering = {
            firm: dict(zip(owners, row, strict=False)) for firm, row in zip(ring, solved, strict=True)
        }
    return {
        firm: {owner: share for owner, share in sorted(shares.items()) if share}
        for firm, shares in entering.items()
    }


def _share(graph: "nx.DiGraph[str]", holder: str, firm: str) -> Fraction:
    share: Fraction = graph[holder][firm]["share"] if graph.has_edge(holder, firm) else Fraction()
    return share


def _solve(inside: list[list[Fraction]], columns: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """X of X = columns + inside X, by elimination; None where there is no such single X."""
    count = len(inside)
    rows = [
        [(Fraction(row == column) - inside[row][column]) for column in range(count)] + columns[row]
        for row in range(count)
    ]
    for column in range(count):
        pivot = next((row for row in range(column, count) if rows[row][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = [each / rows[column][column] for each in rows[column]]
        rows[column] = head
        for row in range(count):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [each - factor * known for each, known in zip(rows[row], head, strict=True)]
    return [row[count:] for row in rows]


def _recorded(graph: "nx.DiGraph[str]", firm: str) -> Fraction:
    return sum((graph[holder][firm]["share"] for holder in graph.predecessors(firm)), Fraction())
