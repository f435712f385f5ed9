"""How two parties are connected: paths of links between them, whichever way the links point."""

from collections.abc import Iterable, Iterator

import networkx as nx

Link = tuple[str, str, str]
"""Its id and its two ends."""


def paths_between(links: Iterable[Link], party_id: str, other_id: str) -> Iterator[tuple[str, ...]]:
    """The paths between two parties as ids of links, the shortest first; none if nothing connects them.

    Every set of links that connects the two holds one of these paths. Parallel links make paths of their own.
    """
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    graph.add_nodes_from([("party", party_id), ("party", other_id)])
    for link_id, source_id, target_id in sorted(links):
        graph.add_edge(("party", source_id), ("link", link_id))
        graph.add_edge(("link", link_id), ("party", target_id))
    ends = ("party", party_id), ("party", other_id)
    if not nx.has_path(graph, *ends):
        return
    for path in nx.shortest_simple_paths(graph, *ends):
        yield tuple(name for what, name in path if what == "link")
