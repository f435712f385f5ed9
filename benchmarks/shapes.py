"""Shapes that break a careless search: long, wide, round and dense. Parties from 0, as arrays of relationships."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph_models.arrays import RelationshipArrays
from graph_models.terms import LinkKind

WHOLE: Final = 10_000
HALF: Final = 5_000

Numbers = npt.NDArray[Any]


def holdings(source: Numbers, target: Numbers, votes_bp: Numbers) -> RelationshipArrays:
    """Holdings in a row."""
    return RelationshipArrays(
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        kind=np.full(len(source), LinkKind.HOLDING, dtype=np.int8),
        votes_bp=votes_bp.astype(np.int64),
        is_mutual=np.zeros(len(source), dtype=np.bool_),
    )


def chain(firms: int) -> RelationshipArrays:
    """Each firm owns the next one whole."""
    source = np.arange(firms - 1)
    return holdings(source, source + 1, np.full(firms - 1, WHOLE))


def ladder(firms: int) -> RelationshipArrays:
    """Firm 0 owns firm 1 whole; every later firm is held half and half by the two before it, so only jointly."""
    target = np.arange(2, firms)
    source = np.concatenate(([0], target - 1, target - 2))
    votes = np.concatenate(([WHOLE], np.full(2 * len(target), HALF)))
    return holdings(source, np.concatenate(([1], target, target)), votes)


def star(firms: int) -> RelationshipArrays:
    """Firm 0 owns all others whole."""
    target = np.arange(1, firms)
    return holdings(np.zeros(firms - 1), target, np.full(firms - 1, WHOLE))


def ring(firms: int) -> RelationshipArrays:
    """Each firm owns the next one whole, and the last one the first."""
    source = np.arange(firms)
    return holdings(source, (source + 1) % firms, np.full(firms, WHOLE))


def web(firms: int, holders: int) -> RelationshipArrays:
    """Firm 0 holds more than half of firm 1; every other firm is held in equal parts by the firms just before it.

    The parts are of all its votes: `holders` firms, or as many as there are.
    """
    source: list[Numbers] = [np.zeros(1)]
    target: list[Numbers] = [np.ones(1)]
    votes: list[Numbers] = [np.full(1, HALF + 1)]
    for firm in range(2, firms):
        several = np.arange(max(0, firm - holders), firm)
        source.append(several)
        target.append(np.full(len(several), firm))
        votes.append(np.full(len(several), WHOLE // len(several)))
    return holdings(np.concatenate(source), np.concatenate(target), np.concatenate(votes))


SHAPES: Final[dict[str, tuple[int, Callable[[], RelationshipArrays]]]] = {
    "chain of 100,000": (100_000, lambda: chain(100_000)),
    "ladder of 3,000": (3_000, lambda: ladder(3_000)),
    "star of 100,000": (100_000, lambda: star(100_000)),
    "ring of 1,000": (1_000, lambda: ring(1_000)),
    "web of 1,000, 100 holders each": (1_000, lambda: web(1_000, 100)),
}
"""The parties of each shape, and its maker."""
