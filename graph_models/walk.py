"""Breadth-first walks from many parties at once, level by level, over pairs of a start and a party.

The same party may be reached from several starts. Within a level, of several steps to a pair the one from the
smallest party and then of the lowest rank is taken, so the paths do not depend on the order of anything.
"""

from dataclasses import dataclass

import numpy as np

from graph_models.array_tools import first_of_each, grouped, is_in_sorted, pair_key, ranges
from graph_models.array_types import BoolArray, IntArray

_MERGE_SHARE = 8
"""Recent keys are merged into the settled ones when they reach this fraction of them."""

_NO_HEADS: IntArray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Steps:
    """Directed steps between parties, grouped by source: those of party p are `offsets[p]` to `offsets[p + 1]`.

    Attributes:
        offsets: int64, one more than parties.
        target: the party stepped to.
        row: the relationship row walked along, or -1.
        rank: which of several steps between two parties is taken: the lowest.
        head: the party that must belong to the start for the step to be open, or -1.
    """

    offsets: IntArray
    target: IntArray
    row: IntArray
    rank: IntArray
    head: IntArray


@dataclass(frozen=True, slots=True)
class Walk:
    """Every pair of a start and a party that it reaches, in the order reached; the starts themselves first.

    Attributes:
        start: index into the starts.
        party: the party reached.
        previous: index of the pair stepped from, or -1.
        row: the relationship row of the last step, or -1.
        depth: steps from the start.
    """

    start: IntArray
    party: IntArray
    previous: IntArray
    row: IntArray
    depth: IntArray


@dataclass(frozen=True, slots=True)
class StepRows:
    """Steps before they are grouped: plain parallel columns, with the meaning of `Steps`."""

    source: IntArray
    target: IntArray
    row: IntArray
    rank: IntArray
    head: IntArray


def plain_rows(source: IntArray, target: IntArray) -> StepRows:
    """Steps without a row, a rank or a head."""
    none = np.full(len(source), -1, dtype=np.int32)
    return StepRows(source, target, none, none, none)


def group_steps(party_count: int, steps: StepRows) -> Steps:
    """Group steps by source."""
    order, offsets = grouped(steps.source, party_count)
    return Steps(
        offsets=offsets,
        target=steps.target[order].astype(np.int32),
        row=steps.row[order].astype(np.int32),
        rank=steps.rank[order],
        head=steps.head[order].astype(np.int32),
    )


def reached_from(steps: Steps, starts: IntArray) -> BoolArray:
    """Per party, whether any of the starts is it or reaches it; heads are not looked at."""
    is_reached = np.zeros(len(steps.offsets) - 1, dtype=np.bool_)
    is_reached[starts] = True
    front = np.flatnonzero(is_reached)
    while len(front):
        counts = steps.offsets[front + 1] - steps.offsets[front]
        following = steps.target[ranges(steps.offsets[front], counts)]
        front = np.unique(following[~is_reached[following]])
        is_reached[front] = True
    return is_reached


def walk(
    steps: Steps, starts: IntArray, *, open_heads: IntArray = _NO_HEADS, most_depth: int | None = None
) -> Walk:
    """Everything that each start reaches.

    Args:
        steps: the steps.
        starts: distinct parties.
        open_heads: ascending `pair_key(start index, head)` of the heads that belong to each start; needed where
            steps have heads.
        most_depth: steps after which the walk ends, if given.
    """
    party_count = len(steps.offsets) - 1
    # A party that only one step enters cannot be reached twice from one start, unless it is the start.
    is_crowded = np.bincount(steps.target, minlength=party_count) > 1
    is_crowded[starts] = True
    start = np.arange(len(starts), dtype=np.int32)
    nothing = np.full(len(starts), -1)
    levels = [Walk(start, starts.astype(np.int32), nothing, nothing, np.zeros(len(starts), dtype=np.int32))]
    seen = _Seen(pair_key(start, starts, party_count))
    reached = 0
    while len(levels[-1].party) and (most_depth is None or len(levels) <= most_depth):
        level = levels[-1]
        following, step = _next_pairs(steps, level, reached, open_heads)
        pairs = pair_key(following.start, following.party, party_count)
        kept = _first_arrivals(pairs, level.party[following.previous - reached], steps.rank[step],
                               is_crowded[following.party], seen)  # fmt: skip
        reached += len(level.party)
        levels.append(_take(following, kept))
    return Walk(
        *(np.concatenate(columns) for columns in zip(*(_columns(level) for level in levels), strict=True))
    )


def _next_pairs(steps: Steps, level: Walk, reached: int, open_heads: IntArray) -> tuple[Walk, IntArray]:
    """All open steps from the pairs of a level; `reached` pairs came before it."""
    counts = steps.offsets[level.party + 1] - steps.offsets[level.party]
    step = ranges(steps.offsets[level.party], counts)
    at = np.repeat(np.arange(len(level.party)), counts)
    head = steps.head[step]
    has_head = head >= 0
    if has_head.any():
        is_open = ~has_head
        is_open[has_head] = is_in_sorted(
            pair_key(level.start[at[has_head]], head[has_head], len(steps.offsets) - 1), open_heads
        )
        step, at = step[is_open], at[is_open]
    return Walk(level.start[at], steps.target[step], reached + at, steps.row[step], level.depth[at] + 1), step


def _first_arrivals(
    pairs: IntArray, source: IntArray, rank: IntArray, is_crowded: BoolArray, seen: "_Seen"
) -> IntArray:
    """Indexes of the pairs not reached before, each once: by the smallest source, then the lowest rank."""
    crowded = np.flatnonzero(is_crowded)
    if not len(crowded):
        return np.arange(len(pairs))
    crowded = crowded[~seen.contains(pairs[crowded])]
    crowded = crowded[np.lexsort((rank[crowded], source[crowded], pairs[crowded]))]
    crowded = crowded[first_of_each(pairs[crowded])]
    seen.add(pairs[crowded])
    return np.concatenate((np.flatnonzero(~is_crowded), crowded))


def _columns(level: Walk) -> tuple[IntArray, ...]:
    return level.start, level.party, level.previous, level.row, level.depth


def _take(level: Walk, kept: IntArray) -> Walk:
    return Walk(*(column[kept] for column in _columns(level)))


class _Seen:
    """A growing set of keys in two ascending arrays, so that many small additions to a large set stay cheap."""

    def __init__(self, ascending: IntArray) -> None:
        self._settled = ascending
        self._recent: IntArray = np.zeros(0, dtype=np.int64)

    def contains(self, keys: IntArray) -> BoolArray:
        """Whether each key is in the set."""
        return is_in_sorted(keys, self._settled) | is_in_sorted(keys, self._recent)

    def add(self, ascending: IntArray) -> None:
        """Add keys that are not in the set."""
        self._recent = np.sort(np.concatenate((self._recent, ascending)), kind="stable")
        if len(self._recent) * _MERGE_SHARE > len(self._settled):
            self._settled = np.sort(np.concatenate((self._settled, self._recent)), kind="stable")
            self._recent = self._recent[:0]
