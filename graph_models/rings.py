"""Strongly connected parties: rings, and the components that nothing enters from outside."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from graph_models.array_types import IntArray


def components(count: int, source: IntArray, target: IntArray, *, is_strong: bool) -> IntArray:
    """A component label per party; labels run by the smallest member of each component."""
    if not count:
        return np.zeros(0, dtype=np.int32)
    edges = coo_matrix((np.ones(len(source), dtype=np.bool_), (source, target)), shape=(count, count)).tocsr()
    _, labels = connected_components(edges, directed=True, connection="strong" if is_strong else "weak")
    smallest = smallest_members(labels)
    is_smallest = np.zeros(count, dtype=np.bool_)
    is_smallest[smallest] = True
    numbered: IntArray = (np.cumsum(is_smallest, dtype=np.int32) - 1)[smallest][labels]
    return numbered


def smallest_members(labels: IntArray) -> IntArray:
    """The smallest party of each component, by label; labels are 0, 1, ... without a gap."""
    smallest = np.empty(int(labels.max(initial=-1)) + 1, dtype=np.int32)
    # Of several assignments to one place the last one stands, so the parties are assigned in descending order.
    smallest[labels[::-1]] = np.arange(len(labels), dtype=np.int32)[::-1]
    return smallest


def strong_rings(count: int, source: IntArray, target: IntArray) -> IntArray:
    """The ring of each party, or -1: strongly connected components of two or more, numbered by smallest member."""
    labels = components(count, source, target, is_strong=True)
    is_ring = np.bincount(labels) > 1
    ring_of_label = np.where(is_ring, np.cumsum(is_ring) - 1, -1).astype(np.int32)
    return ring_of_label[labels]


def top_parties(count: int, source: IntArray, target: IntArray) -> IntArray:
    """The smallest party of each component that no edge enters from outside, ascending."""
    labels = components(count, source, target, is_strong=True)
    smallest = smallest_members(labels)
    is_top = np.ones(len(smallest), dtype=np.bool_)
    is_top[labels[target][labels[source] != labels[target]]] = False
    return smallest[is_top]
