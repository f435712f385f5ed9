"""Joint control of many firms at once: the climbs of `joint_control`, vectorised where they are short.

Coalitions of the whole book are found by climbing from the holders of each firm. Nearly all climbs end after a few
steps, and these are made together. What climbs higher than that is left to the caller, one firm after the other.
"""

from dataclasses import dataclass

import numpy as np

from graph_models.array_tools import first_of_each, is_in_sorted, offsets_of, pair_key, ranges
from graph_models.array_types import BoolArray, IntArray
from graph_models.terms import BP
from graph_models.votes import Votes
from graph_models.walk import Steps, walk

MOST_STEPS = 64
"""Climbs of more steps are not made here: on a long chain, all of them together would not fit in memory."""


@dataclass(frozen=True, slots=True)
class Climbs:
    """Some parties and all that stand above each: those of party i are `offsets[i]` to `offsets[i + 1]`.

    Attributes:
        party: ascending.
        offsets: int64, one more than parties.
        above: the party itself and everything above it, ascending.
        is_short: per party, whether its climb ended, so that `above` is whole.
    """

    party: IntArray
    offsets: IntArray
    above: IntArray
    is_short: BoolArray

    def of(self, parties: IntArray) -> tuple[IntArray, IntArray]:
        """All that stands above each of the parties, and for each the index of its party."""
        at = np.searchsorted(self.party, parties)
        counts = self.offsets[at + 1] - self.offsets[at]
        above = self.above[ranges(self.offsets[at], counts)]
        return above, np.repeat(np.arange(len(parties)), counts)

    def are_short(self, parties: IntArray) -> BoolArray:
        """Whether the climb of each of the parties ended."""
        is_short: BoolArray = self.is_short[np.searchsorted(self.party, parties)]
        return is_short


def climb(upwards: Steps, parties: IntArray) -> Climbs:
    """Climb from each of the parties; `upwards` leads from the controlled to their controllers."""
    starts = np.unique(parties)
    reached = walk(upwards, starts, most_depth=MOST_STEPS)
    is_short = np.ones(len(starts), dtype=np.bool_)
    is_short[reached.start[reached.depth == MOST_STEPS]] = False
    keys = np.sort(pair_key(reached.start, reached.party, len(upwards.offsets) - 1))
    start, above = np.divmod(keys, max(len(upwards.offsets) - 1, 1))
    return Climbs(starts, offsets_of(start, len(starts)), above, is_short)


def holder_pairs(firms: IntArray, votes: Votes) -> tuple[IntArray, IntArray]:
    """The pairs of `votes` of each firm, and for each the index of its firm."""
    counts = votes.offsets[firms + 1] - votes.offsets[firms]
    return ranges(votes.offsets[firms], counts), np.repeat(np.arange(len(firms)), counts)


def lowest_heads(firms: IntArray, votes: Votes, upwards: Steps) -> tuple[IntArray, IntArray, IntArray]:
    """The lowest parties whose coalition carries a firm and that are not yet known to control it.

    Args:
        firms: distinct firms.
        votes: the pooled votes.
        upwards: the known links, from the controlled to their controllers.

    Returns:
        heads and their firms, and the firms that are not decided here: climbs too long, or rings at the bottom.
    """
    pairs, firm = holder_pairs(firms, votes)
    climbs = climb(upwards, np.concatenate((firms, votes.holder[pairs])))
    is_decided = climbs.are_short(firms)
    is_decided[firm[~climbs.are_short(votes.holder[pairs])]] = False
    pairs, firm = pairs[is_decided[firm]], firm[is_decided[firm]]

    count = len(votes.passing)
    above, pair = climbs.of(votes.holder[pairs])
    keys = pair_key(firm[pair], above, count)
    order = np.argsort(keys, kind="stable")
    keys, share = keys[order], votes.votes_bp[pairs][pair[order]]
    starts = np.flatnonzero(first_of_each(keys))
    pooled = np.add.reduceat(share, starts) if len(starts) else share
    passing = keys[starts]
    passing = passing[pooled * BP > votes.passing[firms[passing // count]]]
    own, at = climbs.of(firms)
    passing = passing[~is_in_sorted(passing, pair_key(at, own, count))]
    bottoms, has_ring = _bottoms(passing, upwards, count)
    is_decided[has_ring] = False
    bottoms = bottoms[is_decided[bottoms // count]]
    return bottoms % count, firms[bottoms // count], firms[~is_decided]


def coalition_pairs(
    heads: IntArray, firms: IntArray, votes: Votes, upwards: Steps
) -> tuple[IntArray, IntArray, BoolArray]:
    """Pairs of `votes` that the coalition of each head holds in its firm.

    Returns the pairs, for each the index of its link, and per link whether it is decided here; those that are not
    have none.
    """
    pairs, link = holder_pairs(firms, votes)
    climbs = climb(upwards, votes.holder[pairs])
    is_decided = np.ones(len(heads), dtype=np.bool_)
    is_decided[link[~climbs.are_short(votes.holder[pairs])]] = False
    kept = is_decided[link]
    pairs, link = pairs[kept], link[kept]
    above, pair = climbs.of(votes.holder[pairs])
    is_member = np.zeros(len(pairs), dtype=np.bool_)
    is_member[pair[above == heads[link[pair]]]] = True
    return pairs[is_member], link[is_member], is_decided


def _bottoms(passing: IntArray, upwards: Steps, count: int) -> tuple[IntArray, IntArray]:
    """The keys of (firm, party) with none of the others of the firm below them, and firms where a ring has none.

    passing: ascending keys; where a party passes, so do all above it but those known to control the firm.
    """
    party = passing % count
    counts = upwards.offsets[party + 1] - upwards.offsets[party]
    lower = np.repeat(np.arange(len(passing)), counts)
    target = pair_key(passing[lower] // count, upwards.target[ranges(upwards.offsets[party], counts)], count)
    is_inside = is_in_sorted(target, passing)
    lower, upper = lower[is_inside], np.searchsorted(passing, target[is_inside])
    is_bottom = np.ones(len(passing), dtype=np.bool_)
    is_bottom[upper] = False
    is_covered = is_bottom.copy()
    while True:
        is_next = is_covered[lower] & ~is_covered[upper]
        if not is_next.any():
            break
        is_covered[upper[is_next]] = True
    return passing[is_bottom], np.unique(passing[~is_covered] // count)
