"""Random guarantee networks: the arrays say what the readable graph says, and every search keeps to its bound."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph_models import guarantees as readable
from graph_models.arrays import (
    RingBounds,
    distinct_pairs,
    longest_chains,
    mutual_pairs,
    neighbourhoods,
    ring_facts,
    strong_rings,
)
from graph_models.ring_searches import bounded_cycles, near_cliques

COUNT = 9
PARTY = st.integers(0, COUNT - 1)
PAIRS = st.lists(st.tuples(PARTY, PARTY), max_size=24)
BOUNDS = RingBounds(
    cycle_length=5,
    cycle_count=10_000,
    search_steps=100_000,
    removal_steps=10_000,
    pool_size=3,
    pool_density_bp=6_000,
)


def arrays(pairs):
    ends = np.asarray(pairs, dtype=np.int32).reshape(-1, 2)
    return distinct_pairs(COUNT, ends[:, 0], ends[:, 1])


def successors(pairs):
    found = [set() for _ in range(COUNT)]
    for guarantor, debtor in pairs:
        if guarantor != debtor:
            found[guarantor].add(debtor)
    return [sorted(each) for each in found]


@given(PAIRS)
def test_both_faces_find_the_same_pairs_and_chains(pairs):
    graph, ends = readable.guarantee_graph(pairs), arrays(pairs)
    assert list(zip(*(end.tolist() for end in mutual_pairs(COUNT, *ends)), strict=True)) == readable.mutual(
        graph
    )
    chains = longest_chains(COUNT, *ends)
    numbers = dict.fromkeys(chains.circle.tolist())
    found = [chains.party[chains.circle == number].tolist() for number in numbers]
    circles = [readable.longest_chain(graph.subgraph(circle)) for circle in readable.circles(graph)]
    assert sorted(found) == sorted(chain for chain in circles if chain)


@given(PAIRS)
def test_both_faces_find_the_same_rings_breakers_and_cycles(pairs):
    graph, ends = readable.guarantee_graph(pairs), arrays(pairs)
    ring = strong_rings(COUNT, *ends)
    found = [np.flatnonzero(ring == number).tolist() for number in range(ring.max() + 1)]
    assert found == readable.rings(graph)
    facts = ring_facts(ring, *ends, BOUNDS)
    breakers = list(zip(facts.breaker.tolist(), facts.broken.tolist(), strict=True))
    assert breakers == [readable.ring_breaker(graph, members) for members in found]
    cycles = [len(list(nx.simple_cycles(graph.subgraph(members), length_bound=5))) for members in found]
    assert (facts.cycles.tolist(), facts.is_truncated) == (cycles, [False] * len(found))


@given(PAIRS, st.integers(2, 6), st.integers(1, 8), st.integers(1, 60))
def test_a_search_for_cycles_keeps_to_its_bounds_and_says_when_it_stopped(pairs, length, count, steps):
    search = bounded_cycles(successors(pairs), length=length, count=count, steps=steps)
    every = {
        tuple(cycle)
        for cycle in map(_from_smallest, nx.simple_cycles(readable.guarantee_graph(pairs), length))
    }
    found = {tuple(cycle) for cycle in search.found}
    assert len(found) == len(search.found) <= count
    assert found <= every
    assert search.is_truncated or found == every


def _from_smallest(cycle):
    at = cycle.index(min(cycle))
    return cycle[at:] + cycle[:at]


@given(PAIRS, st.integers(1, 10_000))
def test_joint_pools_share_nobody_and_are_as_dense_as_asked(pairs, density_bp):
    search = near_cliques(successors(pairs), size=3, density_bp=density_bp, steps=10_000)
    members = [member for pool in search.found for member in pool]
    assert len(members) == len(set(members))
    mutual = set(readable.mutual(readable.guarantee_graph(pairs)))
    for pool in search.found:
        inside = [pair for pair in mutual if set(pair) <= set(pool)]
        assert len(pool) >= 3
        assert 2 * len(inside) * 10_000 >= density_bp * len(pool) * (len(pool) - 1)


@given(PAIRS, st.permutations(range(COUNT)), st.integers(1, 3), st.integers(2, 9))
def test_every_seed_is_in_a_part_and_no_part_leaves_out_a_partner_of_its_centre(
    pairs, seeds, hops, readable_size
):
    centres, parts = neighbourhoods(
        COUNT, arrays(pairs), np.asarray(seeds), hops=hops, readable_size=readable_size
    )
    graph = nx.Graph(readable.guarantee_graph(pairs))
    graph.add_nodes_from(range(COUNT))
    assert set(parts.party.tolist()) == set(seeds)
    for number, centre in enumerate(centres.tolist()):
        part = set(parts.party[parts.circle == number].tolist())
        near = nx.single_source_shortest_path_length(graph, centre, cutoff=hops)
        assert {centre, *graph[centre]} <= part <= set(near)
        assert len(part) <= max(readable_size, len(graph[centre]) + 1)
