"""The array face of the guarantee network, on networks that a careless search never finishes."""

import numpy as np
import pytest

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

BOUNDS = RingBounds(
    cycle_length=6,
    cycle_count=1_000,
    search_steps=100_000,
    removal_steps=200_000,
    pool_size=3,
    pool_density_bp=6_000,
)


def network(count, source, target):
    pairs = distinct_pairs(count, np.asarray(source, dtype=np.int32), np.asarray(target, dtype=np.int32))
    return pairs, ring_facts(strong_rings(count, *pairs), *pairs, BOUNDS)


@pytest.mark.slow
def test_a_dense_web_of_a_thousand_firms_ends_at_its_bounds_and_says_so():
    count = 1_000
    pairs, facts = network(count, np.repeat(np.arange(count), count), np.tile(np.arange(count), count))
    assert facts.is_truncated == [True]
    assert 0 < facts.cycles[0] <= BOUNDS.cycle_count
    # everybody guarantees everybody: no removal loosens anything, and all are one joint pool
    assert (facts.breaker.tolist(), facts.broken.tolist()) == ([0], [0])
    assert facts.pools.party.tolist() == list(range(count))
    assert len(mutual_pairs(count, *pairs)[0]) == count * (count - 1) // 2
    assert len(longest_chains(count, *pairs).party) == 0


def test_layers_without_a_short_way_back_end_without_a_cycle():
    # Ten layers of fifty, each member guaranteeing all of the next: a cycle has ten members, paths are without number.
    layers, wide = 10, 50
    at = np.arange(layers * wide)
    following = (at // wide + 1) % layers * wide
    source = np.repeat(at, wide)
    target = (following[:, None] + np.arange(wide)).ravel()
    _, facts = network(layers * wide, source, target)
    assert facts.cycles.tolist() == [0]


def test_a_ring_of_a_thousand_is_broken_by_any_member():
    count = 1_000
    _, facts = network(count, np.arange(count), np.roll(np.arange(count), -1))
    assert (facts.breaker.tolist(), facts.broken.tolist()) == ([0], [999])
    assert facts.cycles.tolist() == [0]  # its only cycle has a thousand members
    assert facts.is_truncated == [False]


@pytest.mark.parametrize("is_out", [True, False])
def test_a_star_of_a_hundred_thousand_is_one_part_around_its_centre(is_out):
    rays = np.arange(1, 100_001, dtype=np.int32)
    centre = np.zeros(100_000, dtype=np.int32)
    pairs = distinct_pairs(100_001, *((centre, rays) if is_out else (rays, centre)))
    centres, parts = neighbourhoods(100_001, pairs, np.arange(100_001), hops=2, readable_size=50)
    assert (centres.tolist(), len(parts.party)) == ([0], 100_001)
    assert longest_chains(100_001, *pairs).party.tolist() == ([0, 1] if is_out else [1, 0])


def test_a_chain_of_three_thousand_is_as_long_as_it_is():
    at = np.arange(2_999, dtype=np.int32)
    assert longest_chains(3_000, at, at + 1).party.tolist() == list(range(3_000))


@pytest.mark.parametrize(
    ("bounds",                                   "found",     "is_truncated"),
    [
        ({"length": 3, "count": 9, "steps": 99}, 3,           False),  # two of two members, one of three
        ({"length": 2, "count": 9, "steps": 99}, 2,           False),
        ({"length": 3, "count": 3, "steps": 99}, 3,           False),  # exactly as many as may be
        ({"length": 3, "count": 2, "steps": 99}, 2,           True),
        ({"length": 3, "count": 9, "steps": 1},  0,           True),
    ],
)  # fmt: skip
def test_cycles_are_listed_up_to_a_length_and_a_number(bounds, found, is_truncated):
    # 0 <-> 1, 1 <-> 2, and 2 -> 0
    search = bounded_cycles([[1], [0, 2], [0, 1]], **bounds)
    assert (len(search.found), search.is_truncated) == (found, is_truncated)


def test_what_a_first_pool_leaves_over_is_searched_again_up_to_the_bound():
    # two triangles of mutual guarantees that share nobody: 4 of 15 pairs between six would be too few
    triangles = [[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]]
    assert near_cliques(triangles, size=3, density_bp=6_000, steps=99).found == [[0, 1, 2], [3, 4, 5]]
    cut = near_cliques(triangles, size=3, density_bp=6_000, steps=1)
    assert (len(cut.found), cut.is_truncated) == (1, True)
