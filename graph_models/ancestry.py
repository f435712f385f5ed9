"""Known links of control, climbed in plain Python: for the few firms that pooled votes may carry."""

from collections.abc import Callable, Iterable

import numpy as np

from graph_models.array_tools import offsets_of
from graph_models.array_types import IntArray


class Ancestry:
    """Links of control between parties, to which more may be added."""

    def __init__(self, party_count: int, controller: IntArray, controlled: IntArray) -> None:
        self._up = _Neighbours(party_count, controlled, controller)
        self._down = _Neighbours(party_count, controller, controlled)

    def controllers(self, party: int) -> list[int]:
        """Parties with a link to this one."""
        return self._up.of(party)

    def add(self, links: Iterable[tuple[int, int]]) -> None:
        """Add links from controller to controlled."""
        for controller, controlled in links:
            self._up.add(controlled, controller)
            self._down.add(controller, controlled)

    def above(self, party: int) -> set[int]:
        """Everything that controls the party."""
        return _reached([party], self._up.of)

    def at_or_below(self, parties: Iterable[int]) -> set[int]:
        """The parties and everything they control."""
        start = list(parties)
        return _reached(start, self._down.of).union(start)

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


class _Neighbours:
    """Neighbours of each party on one side of the links; lists are made of the arrays as they are asked for."""

    def __init__(self, party_count: int, party: IntArray, neighbour: IntArray) -> None:
        self._offsets = offsets_of(party, party_count)
        self._values = neighbour[np.argsort(party, kind="stable")]
        self._lists: dict[int, list[int]] = {}

    def of(self, party: int) -> list[int]:
        linked = self._lists.get(party)
        if linked is None:
            linked = self._lists[party] = self._values[
                self._offsets[party] : self._offsets[party + 1]
            ].tolist()
        return linked

    def add(self, party: int, neighbour: int) -> None:
        self.of(party).append(neighbour)


def _reached(start: list[int], neighbours: Callable[[int], list[int]]) -> set[int]:
    reached: set[int] = set()
    climbing = list(start)
    while climbing:
        for party in neighbours(climbing.pop()):
            if party not in reached:
                reached.add(party)
                climbing.append(party)
    return reached
