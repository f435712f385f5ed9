"""Weakly connected components that stay right while links between their parties come and go.

A component is the unit of every later question: what is asked of control, groups and reasons inside one does not
depend on anything outside it. So a change is answered by looking at the touched components alone.
"""

from dataclasses import dataclass

import numpy as np

from graph_models.array_tools import grouped
from graph_models.array_types import IntArray
from graph_models.live_lists import Column, LiveLists
from graph_models.rings import components, smallest_members


@dataclass(frozen=True, slots=True)
class Part:
    """The components that a change touches, taken together, as they are after it.

    Attributes:
        parties: ascending; every link of one of them leads to another.
        slots: the links that stay, ascending; those that the change adds come after them.
        source: int32, of the links that stay and of those added, as a place among the parties of the part.
        target: int32, likewise.
        added: sources and targets of the added links, as keys.
    """

    parties: IntArray
    slots: IntArray
    source: IntArray
    target: IntArray
    added: tuple[IntArray, IntArray]


class LiveComponents:
    """The components of parties from 0 under links that are known by their slot, in the order they were added."""

    def __init__(self, party_count: int, source: IntArray, target: IntArray) -> None:
        labels = components(party_count, source, target, is_strong=False)
        # A component goes by its smallest party, so that the lists need no numbers of their own.
        name = smallest_members(labels)[labels]
        self._name = Column(name)
        self._place = Column(np.zeros(party_count, dtype=np.int32))
        self._members = LiveLists(name, np.arange(party_count, dtype=np.int32), party_count)
        self._slots = LiveLists(name[source], np.arange(len(source), dtype=np.int32), party_count)
        self._source = Column(source.astype(np.int32))
        self._target = Column(target.astype(np.int32))

    @property
    def party_count(self) -> int:
        """How many parties there are."""
        return len(self._name)

    def add_parties(self, count: int) -> None:
        """More parties, each a component of its own; their keys follow the others."""
        keys = np.arange(self.party_count, self.party_count + count, dtype=np.int32)
        self._name.append(keys)
        self._place.append(np.zeros(count, dtype=np.int32))
        self._members.add_keys(count)
        self._slots.add_keys(count)
        self._members.replace(keys, np.ones(count, dtype=np.int64), keys)

    def touched(
        self, removed: IntArray, source: IntArray, target: IntArray, parties: IntArray | None = None
    ) -> Part:
        """The part of the book that links removed (slots) and added touch, and the components of `parties`."""
        ends = [self._source.values[removed], self._target.values[removed], source, target]
        if parties is not None:
            ends.append(parties)
        names = np.unique(self._name.values[np.concatenate(ends)])
        parties = np.sort(self._members.of(names))
        slots = np.sort(np.setdiff1d(self._slots.of(names), removed, assume_unique=True))
        place = self._place.values
        place[parties] = np.arange(len(parties), dtype=np.int32)
        return Part(
            parties=parties,
            slots=slots,
            source=place[np.concatenate((self._source.values[slots], source))],
            target=place[np.concatenate((self._target.values[slots], target))],
            added=(source, target),
        )

    def commit(self, part: Part) -> IntArray:
        """Make the change; returns the slots of the added links."""
        added = np.arange(len(self._source), len(self._source) + len(part.added[0]), dtype=np.int32)
        self._source.append(part.added[0])
        self._target.append(part.added[1])
        slots = np.concatenate((part.slots, added))
        labels = components(len(part.parties), part.source, part.target, is_strong=False)
        name = part.parties[smallest_members(labels)]
        for lists, of_item, items in (
            (self._members, labels, part.parties),
            (self._slots, labels[part.source], slots),
        ):
            order, offsets = grouped(of_item, len(name))
            lists.replace(name, np.diff(offsets), items[order])
        self._name.values[part.parties] = name[labels]
        return added
