"""Parties that stand in a set of their own beside each party directly linked with them, as arrays.

A central government may be assessed with each directly linked party by itself: the government is in every set and
connects no two of them. Its node is replaced by one copy for each such party: the copy has the steps between the two,
in their own directions, and no other. What is left at the node itself are the links that are not separate.
"""

from dataclasses import dataclass, replace

import numpy as np

from graph_models.array_tools import first_of_each, pair_key
from graph_models.array_types import BoolArray, IntArray
from graph_models.walk import StepRows, Walk, group_steps, plain_rows, walk


@dataclass(frozen=True, slots=True)
class Separate:
    """Who stands apart, by party: a hub is separate from a linked party where either of the two is named."""

    is_hub: BoolArray
    is_named: BoolArray

    def applies(self, hub: IntArray, other: IntArray) -> BoolArray:
        """Whether each hub is separate from the other party."""
        applies: BoolArray = self.is_hub[hub] & (self.is_named[hub] | self.is_named[other]) & (hub != other)
        return applies


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of hubs; copy i is node `party_count + i`. Sorted by hub, then by the party it stands beside."""

    party_count: int
    hub: IntArray
    beside: IntArray

    def party_of(self, nodes: IntArray) -> IntArray:
        """The party that each node is or is a copy of."""
        return np.concatenate((np.arange(self.party_count), self.hub))[nodes]

    def start_of(self, nodes: IntArray) -> IntArray:
        """The party that a group with this top starts at: a copy stands beside it, and is a member."""
        return np.concatenate((np.arange(self.party_count), self.beside))[nodes]


def separated(rows: StepRows, separate: Separate, party_count: int) -> tuple[StepRows, Copies]:
    """The steps with copies in place of the hubs.

    Where a coalition holds together only through a separate hub, the firm that it carries belongs to each holder's
    set: the step of each holding is open without the head.
    """
    splits = separate.applies(rows.source, rows.target), separate.applies(rows.target, rows.source)
    hubs = np.unique(np.concatenate((rows.source[splits[0]], rows.target[splits[1]])))
    is_headless = np.zeros(party_count, dtype=np.bool_)
    upwards = plain_rows(rows.target, np.where(rows.head >= 0, rows.head, rows.source))
    is_headless[walk(group_steps(party_count, upwards), hubs).party] = True
    pairs = [
        pair_key(hub, other, party_count)
        for hub, other in ((rows.source, rows.target), (rows.target, rows.source))
    ]
    keys = np.unique(np.concatenate([pair[is_split] for pair, is_split in zip(pairs, splits, strict=True)]))
    ends = [
        np.where(is_split, party_count + np.searchsorted(keys, pair), end)
        for end, pair, is_split in zip((rows.source, rows.target), pairs, splits, strict=True)
    ]
    has_head = rows.head >= 0
    head = np.where(has_head & is_headless[np.where(has_head, rows.head, 0)], -1, rows.head)
    hub, beside = np.divmod(keys, max(party_count, 1))
    return replace(rows, source=ends[0], target=ends[1], head=head), Copies(party_count, hub, beside)


def with_copies(
    reached: Walk, tops: IntArray, starts: IntArray, rows: StepRows, copies: Copies
) -> tuple[Walk, BoolArray]:
    """The walk with the hubs as parties: a copy at the top joins the group of the party that it stands beside.

    tops: the nodes that groups start from. starts: the parties that the walk started at, ascending. Where a group
    holds a hub several times, the hub itself stays, else the nearest copy. Also marks the hubs that joined from the top.
    """
    lone = tops[tops >= copies.party_count]
    start = np.searchsorted(starts, copies.start_of(lone))
    joined = Walk(
        start=np.concatenate((reached.start, start)),
        party=copies.party_of(np.concatenate((reached.party, lone))),
        previous=np.concatenate((reached.previous, start)),
        row=np.concatenate((reached.row, _first_rows(rows, lone))),
        depth=np.concatenate((reached.depth, np.ones(len(lone), dtype=reached.depth.dtype))),
    )
    node = np.concatenate((reached.party, lone))
    order = np.lexsort((node, joined.depth, node >= copies.party_count, joined.party, joined.start))
    kept = np.zeros(len(order), dtype=np.bool_)
    kept[order[first_of_each(joined.start[order], joined.party[order])]] = True
    # No path leads on from a copy, so that nothing rests on one that is dropped.
    moved = np.cumsum(kept) - 1
    previous = np.where(joined.previous >= 0, moved[joined.previous], -1)[kept]
    is_beside: BoolArray = np.arange(len(kept))[kept] >= len(reached.party)
    return Walk(
        joined.start[kept], joined.party[kept], previous, joined.row[kept], joined.depth[kept]
    ), is_beside


def _first_rows(rows: StepRows, sources: IntArray) -> IntArray:
    """The row that is cited first of the steps from each source, which all lead to one party."""
    order = np.lexsort((rows.rank, rows.source))
    at = order[np.searchsorted(rows.source[order], sources)]
    return rows.row[at]
