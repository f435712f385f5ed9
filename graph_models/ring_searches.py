"""Searches in one ring that end at a bound: its simple cycles, and the joint pools in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

_WHOLE_BP = 10_000


@dataclass(slots=True)
class Searched:
    """What a search found, and whether it ended at a bound before it had seen everything."""

    found: list[list[int]] = field(default_factory=list)
    is_truncated: bool = False


def bounded_cycles(successors: Sequence[Sequence[int]], *, length: int, count: int, steps: int) -> Searched:
    """Simple cycles of at most `length` members, each once, from its smallest member.

    Members are 0, 1, ...; `successors` has the debtors of each, ascending. The search ends after `count` cycles or
    once it has looked at `steps` pairs, be it on the way out or for the ways back.
    """
    search = _CycleSearch(successors, length, count, steps)
    for start in range(len(successors)):
        if search.is_exhausted:
            search.result.is_truncated = True
            break
        search.start_at(start)
    return search.result


class _CycleSearch:
    """A depth-first search that follows a pair only where its debtor can still lead back within the length."""

    def __init__(self, successors: Sequence[Sequence[int]], length: int, count: int, steps: int) -> None:
        self.result = Searched()
        self._successors = successors
        self._predecessors: list[list[int]] = [[] for _ in successors]
        for member, following in enumerate(successors):
            for debtor in following:
                self._predecessors[debtor].append(member)
        self._length, self._count = length, count
        self._steps_out = self._steps_back = steps

    @property
    def is_exhausted(self) -> bool:
        """Whether a bound has been reached."""
        return self.result.is_truncated or self._steps_out <= 0 or self._steps_back <= 0

    def start_at(self, start: int) -> None:
        way_back = self._ways_back(start)
        path, open_pairs = [start], [iter(self._successors[start])]
        while open_pairs and not self.result.is_truncated:
            if self._steps_out <= 0:
                self.result.is_truncated = True
                break
            following = next(open_pairs[-1], None)
            if following is None:
                open_pairs.pop()
                path.pop()
                continue
            self._steps_out -= 1
            if following == start:
                self._keep(path)
            elif following not in path and len(path) + way_back.get(following, self._length) <= self._length:
                path.append(following)
                open_pairs.append(iter(self._successors[following]))

    def _ways_back(self, start: int) -> dict[int, int]:
        """Pairs on the shortest way from each larger member back to the start, where they fit into a cycle."""
        way, rim = {start: 0}, [start]
        for distance in range(1, self._length):
            found = []
            for member in rim:
                self._steps_back -= len(self._predecessors[member])
                for guarantor in self._predecessors[member]:
                    if guarantor > start and guarantor not in way:
                        way[guarantor] = distance
                        found.append(guarantor)
            rim = found
        return way

    def _keep(self, path: list[int]) -> None:
        if len(self.result.found) == self._count:
            self.result.is_truncated = True
        else:
            self.result.found.append(list(path))


def near_cliques(successors: Sequence[Sequence[int]], *, size: int, density_bp: int, steps: int) -> Searched:
    """Joint pools: disjoint sets of `size` or more members of whose pairs at least `density_bp` guarantee each other.

    The member with fewest mutual guarantees is left out (of several the largest) until the rest is dense enough; what
    was left out is searched again. Which pools exist in a tangled ring is a matter of reading; this reading is
    the same whatever the order of the rows.
    """
    following = [set(each) for each in successors]
    mutual = [
        {other for other in following[member] if member in following[other]}
        for member in range(len(following))
    ]
    left = {member for member, others in enumerate(mutual) if others}
    result = Searched()
    while len(left) >= size:
        if steps <= 0:
            result.is_truncated = True
            break
        steps -= sum(len(mutual[member]) for member in left)
        pool = _densest(left, mutual, size, density_bp)
        if not pool:
            break
        result.found.append(sorted(pool))
        left -= pool
    return result


def _densest(members: set[int], mutual: Sequence[set[int]], size: int, density_bp: int) -> set[int]:
    """What is left of the members once it is dense enough; empty if that is fewer than `size`."""
    left = set(members)
    degree = {member: len(mutual[member] & left) for member in left}
    pairs = sum(degree.values()) // 2
    order = [(count, -member) for member, count in degree.items()]
    heapify(order)
    while len(left) >= size and 2 * pairs * _WHOLE_BP < density_bp * len(left) * (len(left) - 1):
        count, negative = heappop(order)
        member = -negative
        if member not in left or count != degree[member]:
            continue
        left.discard(member)
        pairs -= count
        for other in mutual[member] & left:
            degree[other] -= 1
            heappush(order, (degree[other], -other))
    return left if len(left) >= size else set()
