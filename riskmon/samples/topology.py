"""The shapes of the background: how large the ownership groups and guarantee components are, and how they hang together.

Sizes of guarantee components follow an anonymised network of a Chinese bank: 92 % of the components are pairs, then a
heavy tail, then one giant. Sizes of ownership groups fall with the square of the size. Nothing here is a ring.
"""

from random import Random

PAIRS = 333
TAIL = 28
GIANT = 120
"""Parties of the one giant guarantee component, scaled to the bank."""

_TAIL_WEIGHTS = {3: 129, 4: 56, 5: 46, 6: 93, 7: 53, 8: 37} | {
    size: 1_840 // size**2 for size in range(9, 41)
}
_LARGEST_TAIL_TOTAL = 300
_USUAL_SPREAD = 0.03
_EXTRA_PAIRS_BP = 2_000


def ownership_sizes(rng: Random, total: int, *, largest: int = 40) -> list[int]:
    """Sizes of ownership groups that add up to `total` firms; a size s is drawn with weight 1 / s squared.

    Drawn again until the number of groups is usual, since the bank's loans grow with it.
    """
    sizes = range(1, largest + 1)
    weights = [1 / size**2 for size in sizes]
    usual = total / sum(size * weight for size, weight in zip(sizes, weights, strict=True)) * sum(weights)
    while True:
        drawn: list[int] = []
        missing = total
        while missing:
            size = min(missing, rng.choices(sizes, weights)[0])
            drawn.append(size)
            missing -= size
        if abs(len(drawn) - usual) <= usual * _USUAL_SPREAD:
            return drawn


def ownership_parents(rng: Random, size: int, *, deepest: int = 5) -> list[int | None]:
    """For each firm of a group its parent's position, none for the first; chains are at most `deepest` firms long."""
    parents: list[int | None] = [None]
    depths = [1]
    for position in range(1, size):
        # Hanging a firm below the newest one now and then makes chains; otherwise trees stay flat.
        parent = position - 1 if rng.random() < 0.5 else rng.randrange(position)
        if depths[parent] == deepest:
            parent = rng.choice([at for at in range(position) if depths[at] < deepest])
        parents.append(parent)
        depths.append(depths[parent] + 1)
    return parents


def guarantee_sizes(rng: Random) -> list[int]:
    """Sizes of the guarantee components: the giant, the tail, the pairs."""
    while True:
        tail = rng.choices(list(_TAIL_WEIGHTS), list(_TAIL_WEIGHTS.values()), k=TAIL)
        if sum(tail) <= _LARGEST_TAIL_TOTAL:
            return [GIANT, *tail, *[2] * PAIRS]


def guarantee_pairs(rng: Random, size: int) -> list[tuple[int, int]]:
    """Guarantor and debtor positions of one connected component without a ring.

    Every pair runs from the lower rank to the higher in a random order of the parties, so no path comes back. Half of
    the parties join an end of an existing pair, which makes hubs as real networks have them.
    """
    rank = rng.sample(range(size), size)
    pairs: set[tuple[int, int]] = set()
    ends: list[int] = [0]
    for position in range(1, size):
        other = rng.choice(ends) if rng.random() < 0.5 else rng.randrange(position)
        ends += [other, position]
        pairs.add((other, position))
    for _ in range(size * _EXTRA_PAIRS_BP // 10_000 if size > 2 else 0):
        first, second = rng.sample(range(size), 2)
        pairs.add((first, second))
    return sorted({(a, b) if rank[a] < rank[b] else (b, a) for a, b in pairs})
