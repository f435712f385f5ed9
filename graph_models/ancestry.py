"""Known links of control, climbed in plain Python: for the few firms that pooled votes may carry."""

from collections.abc import Callable, Iterable

import numpy as np

from graph_models.array_tools import grouped
from graph_models.array_types import IntArray
from graph_models.walk import Steps, group_steps, plain_rows, reached_from

_MANY = 32
"""From so many parties on, arrays are faster than lists."""


class Ancestry:
    """Links of control between parties, to which more may be added."""

    def __init__(self, party_count: int, controller: IntArray, controlled: IntArray) -> None:
        self._party_count = party_count
        self._base = controller, controlled
        self._added: list[tuple[int, int]] = []
        self._up = _Neighbours(party_count, controlled, controller)
        self._down = _Neighbours(party_count, controller, controlled)

    def controllers(self, party: int) -> list[int]:
        """Parties with a link to this one."""
        return self._up.of(party)

    def add(self, links: Iterable[tuple[int, int]]) -> None:
        """Add links from controller to controlled."""
        for controller, controlled in links:
            self._added.append((controller, controlled))
            self._up.add(controlled, controller)
            self._down.add(controller, controlled)

    def upwards(self) -> Steps:
        """All links as steps from the controlled to their controllers."""
        controller, controlled = self._links()
        return group_steps(self._party_count, plain_rows(controlled, controller))

    def above(self, party: int) -> set[int]:
        """Everything that controls the party."""
        return _reached([party], self._up.of)

    def at_or_below(self, parties: Iterable[int]) -> IntArray:
        """The parties and everything they control, ascending."""
        start = list(parties)
        if len(start) < _MANY:
            return np.array(sorted(_reached(start, self._down.of).union(start)), dtype=np.int64)
        controller, controlled = self._links()
        downwards = group_steps(self._party_count, plain_rows(controller, controlled))
        return np.flatnonzero(reached_from(downwards, np.array(start)))

    def is_above(self, controller: int, party: int) -> bool:
        """Whether the one controls the other; stops as soon as it is found."""
        climbing, seen = [party], {party}
        while climbing:
            for upper in self.controllers(climbing.pop()):
                if upper == controller:
                    return True
                if upper not in seen:
                    seen.add(upper)
                    climbing.append(upper)
        return False

    def _links(self) -> tuple[IntArray, IntArray]:
        added = np.array(self._added, dtype=np.int64).reshape(-1, 2)
        return np.concatenate((self._base[0], added[:, 0])), np.concatenate((self._base[1], added[:, 1]))


class _Neighbours:
    """Neighbours of each party on one side of the links; lists are made of the arrays as they are asked for."""

    def __init__(self, party_count: int, party: IntArray, neighbour: IntArray) -> None:
        order, self._offsets = grouped(party, party_count)
        self._values = neighbour[order]
        self._lists: dict[int, list[int]] = {}
        self._added: dict[int, list[int]] = {}

    def of(self, party: int) -> list[int]:
        linked = self._lists.get(party)
        if linked is None:
            linked = self._values[self._offsets[party] : self._offsets[party + 1]].tolist()
            linked += self._added.get(party, ())
            self._lists[party] = linked
        return linked

    def add(self, party: int, neighbour: int) -> None:
        self._added.setdefault(party, []).append(neighbour)
        if party in self._lists:
            self._lists[party].append(neighbour)


def _reached(start: list[int], neighbours: Callable[[int], list[int]]) -> set[int]:
    reached: set[int] = set()
    climbing = list(start)
    while climbing:
        for party in neighbours(climbing.pop()):
            if party not in reached:
                reached.add(party)
                climbing.append(party)
    return reached
