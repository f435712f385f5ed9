"""The shapes of the guarantee network of a whole book: mutual pairs, chains, stars, and readable parts of large circles.

A guarantee runs from the guarantor to the debtor. Every function takes distinct pairs without self-guarantees, as
`distinct_pairs` makes them, and its answer depends on the keys alone, never on the order of the pairs.
"""

from typing import NamedTuple

import numpy as np

from graph_models.array_tools import first_of_each, is_in_sorted, offsets_of, pair_key, ranges
from graph_models.array_types import IntArray
from graph_models.rings import components


class Memberships(NamedTuple):
    """Parties of numbered circles: row i says that `party[i]` is in circle `circle[i]`; a circle's rows stand together."""

    circle: IntArray
    party: IntArray


def distinct_pairs(count: int, source: IntArray, target: IntArray) -> tuple[IntArray, IntArray]:
    """Each guarantor and debtor once, self-guarantees left out, sorted."""
    keys = np.sort(pair_key(source, target, count)[source != target])
    keys = keys[first_of_each(keys)]
    return (keys // max(count, 1)).astype(np.int32), (keys % max(count, 1)).astype(np.int32)


def mutual_pairs(count: int, source: IntArray, target: IntArray) -> tuple[IntArray, IntArray]:
    """Parties that guarantee each other, the smaller key first."""
    is_mutual = is_in_sorted(pair_key(target, source, count), pair_key(source, target, count))
    first = is_mutual & (source < target)
    return source[first], target[first]


def partners(count: int, source: IntArray, target: IntArray) -> tuple[IntArray, IntArray]:
    """Both directions of every pair, each once, sorted: who is linked with whom by any guarantee."""
    return distinct_pairs(count, np.concatenate([source, target]), np.concatenate([target, source]))


def longest_chains(count: int, source: IntArray, target: IntArray) -> Memberships:
    """The longest chain of each circle that has one, its parties from the first guarantor to the last debtor.

    Its length is its number of parties: a ring on the way counts with all its members, which are named in ascending
    order. Of chains of one length the one through the smallest keys counts. A circle is what guarantees connect,
    whichever way they run; one that is a single ring has no chain.
    """
    ring = components(count, source, target, is_strong=True)
    size = np.bincount(ring).astype(np.int64)
    rings = len(size)
    upper, lower = distinct_pairs(rings, ring[source], ring[target])
    length = _chain_lengths(size, upper, lower)
    whole = components(rings, upper, lower, is_strong=False)
    # The end of a circle's chain: the longest, of several the smallest; a ring without a neighbour is no chain.
    has_upper = np.bincount(lower, minlength=rings) > 0
    order = np.lexsort((np.arange(rings), -length, whole))
    ends = order[first_of_each(whole[order])]
    ends = ends[has_upper[ends]]
    chain, place = _traced(ends, _previous(size, length, upper, lower))
    by_ring = np.argsort(ring, kind="stable")
    starts = offsets_of(ring, rings)
    return Memberships(
        np.repeat(chain, size[place]).astype(np.int32),
        by_ring[ranges(starts[place], size[place])].astype(np.int32),
    )


def neighbourhoods(
    count: int, pairs: tuple[IntArray, IntArray], seeds: IntArray, *, hops: int, readable_size: int
) -> tuple[IntArray, Memberships]:
    """Readable parts of a large circle: a centre with the parties within some hops of it, whichever way they run.

    Args:
        count: number of parties.
        pairs: guarantors and debtors.
        seeds: parties to start from, the most important first; one that an earlier part holds starts none.
        hops: how far a part reaches. It reaches less far where it would grow beyond `readable_size`, but a centre
            is never shown without all its direct partners.
        readable_size: parties that one part should not exceed.

    Returns:
        The centre of each part, and the parties of the parts, ascending.
    """
    near, far = partners(count, *pairs)
    starts = offsets_of(near, count)
    covered: set[int] = set()
    centres: list[int] = []
    parts: list[list[int]] = []
    for seed in seeds.tolist():
        if seed not in covered:
            part = _around(seed, starts, far, hops=hops, readable_size=readable_size)
            covered |= part
            centres.append(seed)
            parts.append(sorted(part))
    sizes = [len(part) for part in parts]
    members = np.fromiter((party for part in parts for party in part), dtype=np.int32, count=sum(sizes))
    circle = np.repeat(np.arange(len(parts), dtype=np.int32), sizes)
    return np.asarray(centres, dtype=np.int32), Memberships(circle, members)


def _around(seed: int, starts: IntArray, far: IntArray, *, hops: int, readable_size: int) -> set[int]:
    reached, rim = {seed}, [seed]
    for hop in range(hops):
        found = {int(party) for each in rim for party in far[starts[each] : starts[each + 1]]} - reached
        if hop and len(reached) + len(found) > readable_size:
            break
        reached |= found
        rim = sorted(found)
    return reached


def _chain_lengths(size: IntArray, upper: IntArray, lower: IntArray) -> IntArray:
    """Parties on the longest chain that ends at each ring, level by level from those that nobody guarantees."""
    waiting = np.bincount(lower, minlength=len(size))
    starts = offsets_of(upper, len(size))
    above = np.zeros(len(size), dtype=np.int64)
    level = np.flatnonzero(waiting == 0)
    while len(level):
        counts = starts[level + 1] - starts[level]
        at = ranges(starts[level], counts)
        reached = lower[at]
        np.maximum.at(above, reached, np.repeat(above[level] + size[level], counts))
        np.subtract.at(waiting, reached, 1)
        level = np.unique(reached[waiting[reached] == 0])
    return above + size


def _previous(size: IntArray, length: IntArray, upper: IntArray, lower: IntArray) -> IntArray:
    """The ring before each ring on the longest chain that ends there, the smallest of several; -1 where none is."""
    is_longest = length[upper] + size[lower] == length[lower]
    previous = np.full(len(size), -1, dtype=np.int64)
    # Pairs are sorted by the upper ring, so that of several the smallest is assigned last.
    previous[lower[is_longest][::-1]] = upper[is_longest][::-1]
    return previous


def _traced(ends: IntArray, previous: IntArray) -> tuple[IntArray, IntArray]:
    """Each chain from its first ring to its end: number of the chain, ring."""
    chain, place = np.arange(len(ends)), ends
    chains, places = [], []
    while len(place):
        chains.append(chain)
        places.append(place)
        is_going_on = previous[place] >= 0
        chain, place = chain[is_going_on], previous[place[is_going_on]]
    if not chains:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    all_chains, all_places = np.concatenate(chains[::-1]), np.concatenate(places[::-1])
    order = np.argsort(all_chains, kind="stable")
    return all_chains[order], all_places[order]
