"""The groups of a loaded book by their anchor, and what each has at stake."""

import numpy as np

from graph_models.array_tools import offsets_of, ranges
from graph_models.array_types import BoolArray, Cover, IntArray
from graph_models.live_lists import Column, LiveLists

_HALF_BITS = 32


class LiveGroups:
    """Groups that are replaced together with all others of their parties."""

    def __init__(self, whole: Cover, exposures: IntArray) -> None:
        """Hold the cover of a whole book, and int64 minor units of each party."""
        count = len(exposures)
        self._exposures = Column(exposures.astype(np.int64))
        self._is_anchor = Column(np.zeros(count, dtype=np.int8))
        self._is_anchor.values[whole.anchor] = 1
        anchor = whole.anchor[whole.group]
        lengths = np.diff(whole.reason_offsets)
        self._party = LiveLists(anchor, whole.party, count)
        self._role = LiveLists(anchor, whole.role, count)
        self._length = LiveLists(anchor, lengths, count)
        self._reason = LiveLists(np.repeat(anchor, lengths), whole.reason_rows, count)

    def add_parties(self, exposures: IntArray) -> None:
        """More parties, in no group yet."""
        self._exposures.append(exposures)
        self._is_anchor.append(np.zeros(len(exposures), dtype=np.int8))
        for lists in self._lists():
            lists.add_keys(len(exposures))

    def of(self, parties: IntArray) -> Cover:
        """The groups whose anchors are among the parties, in the order of the parties."""
        anchor = parties[self._is_anchor.values[parties] == 1]
        return Cover(
            anchor=anchor.astype(np.int32),
            group=np.repeat(np.arange(len(anchor), dtype=np.int32), self._party.counts(anchor)),
            party=self._party.of(anchor),
            role=self._role.of(anchor),
            reason_offsets=np.concatenate(([0], np.cumsum(self._length.of(anchor), dtype=np.int64))),
            reason_rows=self._reason.of(anchor),
        )

    def replace(self, parties: IntArray, after: Cover) -> None:
        """Put the groups `after` in the place of all groups whose anchors are among the parties."""
        self._is_anchor.values[parties] = 0
        self._is_anchor.values[after.anchor] = 1
        members = np.bincount(after.group, minlength=len(after.anchor))
        lengths = np.diff(after.reason_offsets)
        steps = np.diff(after.reason_offsets[offsets_of(after.group, len(after.anchor))])
        self._party.replace(after.anchor, members, after.party)
        self._role.replace(after.anchor, members, after.role)
        self._length.replace(after.anchor, members, lengths)
        self._reason.replace(after.anchor, steps, after.reason_rows)

    def totals(self, groups: Cover) -> tuple[int, ...]:
        """The exact sum over the members of each group."""
        if not len(groups.anchor):
            return ()
        exposures = self._exposures.values[groups.party]
        starts = offsets_of(groups.group, len(groups.anchor))[:-1]
        # Two halves, since the sum of some int64 need not be one.
        high = np.add.reduceat(exposures >> _HALF_BITS, starts).tolist()
        low = np.add.reduceat(exposures & (2**_HALF_BITS - 1), starts).tolist()
        return tuple((upper << _HALF_BITS) + lower for upper, lower in zip(high, low, strict=True))

    def _lists(self) -> tuple[LiveLists, ...]:
        return self._party, self._role, self._length, self._reason


def differences(before: Cover, after: Cover) -> tuple[IntArray, IntArray, IntArray]:
    """Anchors of groups that vanished, that appeared, and of those that stayed with another member, role or reason."""
    vanished = np.setdiff1d(before.anchor, after.anchor)
    appeared = np.setdiff1d(after.anchor, before.anchor)
    stayed = np.intersect1d(before.anchor, after.anchor)
    return vanished, appeared, stayed[_differ(before, after, stayed)]


def _differ(before: Cover, after: Cover, stayed: IntArray) -> BoolArray:
    at = [np.searchsorted(cover.anchor, stayed) for cover in (before, after)]
    sides = list(zip((before, after), at, strict=True))
    first = [offsets_of(cover.group, len(cover.anchor)) for cover in (before, after)]
    sizes = [(np.diff(offsets)[group], np.diff(cover.reason_offsets[offsets])[group])
             for offsets, (cover, group) in zip(first, sides, strict=True)]  # fmt: skip
    differ: BoolArray = (sizes[0][0] != sizes[1][0]) | (sizes[0][1] != sizes[1][1])
    same = np.flatnonzero(~differ)
    members = [ranges(offsets[group[same]], sizes[0][0][same])
               for offsets, (_, group) in zip(first, sides, strict=True)]  # fmt: skip
    reasons = [ranges(cover.reason_offsets[offsets[group[same]]], sizes[0][1][same])
               for offsets, (cover, group) in zip(first, sides, strict=True)]  # fmt: skip
    is_other = (
        (before.party[members[0]] != after.party[members[1]])
        | (before.role[members[0]] != after.role[members[1]])
        | (np.diff(before.reason_offsets)[members[0]] != np.diff(after.reason_offsets)[members[1]])
    )
    differ[np.repeat(same, sizes[0][0][same])[is_other]] = True
    is_other = before.reason_rows[reasons[0]] != after.reason_rows[reasons[1]]
    differ[np.repeat(same, sizes[0][1][same])[is_other]] = True
    return differ
