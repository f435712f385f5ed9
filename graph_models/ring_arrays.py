"""Inside the rings of guarantees: who holds a ring together, its cycles up to a bound, and the joint pools in it.

A ring is a strongly connected component of two or more parties. Its cycles can be more than anyone can count, so every
search here has a bound and says when it stopped there.
"""

from dataclasses import dataclass

import numpy as np

from graph_models.array_tools import offsets_of
from graph_models.array_types import IntArray
from graph_models.guarantee_arrays import Memberships
from graph_models.ring_searches import bounded_cycles, near_cliques
from graph_models.rings import components


@dataclass(frozen=True, slots=True)
class RingBounds:
    """How far the searches in a ring go, and what a joint pool is.

    Attributes:
        cycle_length: parties of the longest cycle that is looked for.
        cycle_count: cycles of one ring after which the search ends.
        search_steps: pairs of one ring that each search looks at before it ends.
        removal_steps: parties and pairs of one ring that trying removals looks at; members with most guarantees
            both ways are tried first, one is always tried.
        pool_size: parties of the smallest joint pool.
        pool_density_bp: share of a pool's pairs of parties that guarantee each other, at least.
    """

    cycle_length: int
    cycle_count: int
    search_steps: int
    removal_steps: int
    pool_size: int
    pool_density_bp: int


@dataclass(frozen=True, slots=True)
class RingFacts:
    """What is inside each ring, in the order of the rings; pools beside.

    Attributes:
        breaker: the member whose removal leaves most of the others in no ring; the smallest key of several.
        broken: how many others that are.
        cycles: simple cycles found within the bounds.
        is_truncated: a search ended at a bound: there may be more cycles or pools, or another breaker.
        pools: the joint pools of all rings, members ascending.
    """

    breaker: IntArray
    broken: IntArray
    cycles: IntArray
    is_truncated: list[bool]
    pools: Memberships


def ring_facts(ring: IntArray, source: IntArray, target: IntArray, bounds: RingBounds) -> RingFacts:
    """Look into every ring.

    Args:
        ring: the ring of each party, -1 outside, as `strong_rings` gives it.
        source: guarantors of distinct pairs.
        target: their debtors.
        bounds: where searches end.
    """
    count = int(ring.max(initial=-1)) + 1
    is_inside = (ring[source] >= 0) & (ring[source] == ring[target])
    source, target = source[is_inside], target[is_inside]
    of_pair = ring[source]
    by_ring = np.argsort(of_pair, kind="stable")
    pair_starts = offsets_of(of_pair, count)
    in_ring = np.flatnonzero(ring >= 0)
    in_ring = in_ring[np.argsort(ring[in_ring], kind="stable")]
    starts = offsets_of(ring[in_ring], count)
    breaker, broken, cycles, is_truncated, pools = [], [], [], [], []
    for number in range(count):
        members = in_ring[starts[number] : starts[number + 1]]
        rows = by_ring[pair_starts[number] : pair_starts[number + 1]]
        upper, lower = np.searchsorted(members, source[rows]), np.searchsorted(members, target[rows])
        tried = _best_linked(len(members), upper, lower, bounds.removal_steps)
        loose = _left_loose(len(members), upper, lower, tried)
        best = int(np.argmax(loose))
        # Nobody breaks more than all the others.
        is_undecided = len(tried) < len(members) and int(loose[best]) < len(members) - 1
        found, found_pools, ended_early = _searched(len(members), upper, lower, bounds)
        breaker.append(int(members[tried[best]]))
        broken.append(int(loose[best]))
        cycles.append(found)
        is_truncated.append(ended_early or is_undecided)
        pools += [members[pool] for pool in found_pools]
    return RingFacts(
        np.asarray(breaker, dtype=np.int32),
        np.asarray(broken, dtype=np.int32),
        np.asarray(cycles, dtype=np.int32),
        is_truncated,
        Memberships(
            np.repeat(np.arange(len(pools), dtype=np.int32), [len(pool) for pool in pools]),
            np.concatenate([np.zeros(0, dtype=np.int32), *pools]).astype(np.int32),
        ),
    )


def _searched(
    size: int, upper: IntArray, lower: IntArray, bounds: RingBounds
) -> tuple[int, list[list[int]], bool]:
    """Cycles found, joint pools found, and whether a search ended at a bound."""
    successors: list[list[int]] = [[] for _ in range(size)]
    for guarantor, debtor in sorted(zip(upper.tolist(), lower.tolist(), strict=True)):
        successors[guarantor].append(debtor)
    cycles = bounded_cycles(
        successors, length=bounds.cycle_length, count=bounds.cycle_count, steps=bounds.search_steps
    )
    pools = near_cliques(
        successors, size=bounds.pool_size, density_bp=bounds.pool_density_bp, steps=bounds.search_steps
    )
    return len(cycles.found), pools.found, cycles.is_truncated or pools.is_truncated


def _best_linked(size: int, upper: IntArray, lower: IntArray, steps: int) -> IntArray:
    """The members to try for removal, ascending: all, or those with most guarantees both ways."""
    weaker_side = np.minimum(np.bincount(upper, minlength=size), np.bincount(lower, minlength=size))
    most = max(steps // (size + len(upper)), 1)
    return np.sort(np.lexsort((np.arange(size), -weaker_side))[:most])


def _left_loose(size: int, upper: IntArray, lower: IntArray, removed: IntArray) -> IntArray:
    """For each member removed, how many of the others are in no ring: one copy of the ring for each."""
    copies = len(removed)
    copy = np.repeat(np.arange(copies, dtype=np.int64), len(upper))
    source, target = np.tile(upper, copies), np.tile(lower, copies)
    stays = (source != removed[copy]) & (target != removed[copy])
    first = copy[stays] * size
    labels = components(copies * size, first + source[stays], first + target[stays], is_strong=True)
    is_alone = (np.bincount(labels) == 1)[labels]
    # The removed member is alone too.
    loose: IntArray = is_alone.reshape(copies, size).sum(axis=1) - 1
    return loose
