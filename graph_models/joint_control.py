"""Joint control in the whole book: firms that only the pooled votes of a coalition carry.

The vectorised part throws out all firms but those where holders that are connected by control hold enough together.
For the few that are left, the coalitions are found by climbing from the holders. Rounds as in the readable
reference: all firms are judged on the links of the rounds before; then only firms held by what was newly won, or by
anything below it, can change.
"""

import numpy as np

from graph_models.ancestry import Ancestry
from graph_models.array_tools import grouped, pair_key, ranges
from graph_models.array_types import IntArray
from graph_models.joint_batches import coalition_pairs, lowest_heads
from graph_models.rings import components, smallest_members
from graph_models.terms import BP
from graph_models.votes import Votes, passing_runs

Link = tuple[int, int]
"""Controller and controlled."""

MANY_FIRMS = 32
"""So many firms of one round are judged together; a few are faster one by one."""


def find_joint_links(votes: Votes, ancestry: Ancestry, labels: IntArray) -> list[Link]:
    """Links of joint control in the order of rounds; they are added to `ancestry`, which holds the direct ones.

    Args:
        votes: the pooled votes.
        ancestry: the direct links.
        labels: a label per party, the same for parties that direct links connect in any direction.
    """
    held = _HeldFirms(votes)
    found: list[Link] = []
    suspects = _first_suspects(votes, labels)
    while len(suspects):
        new = _new_links(suspects, votes, ancestry)
        ancestry.add(new)
        found += new
        suspects = held.by(ancestry.at_or_below({firm for _, firm in new}))
    return found


def _new_links(suspects: IntArray, votes: Votes, ancestry: Ancestry) -> list[Link]:
    new: list[Link] = []
    if len(suspects) >= MANY_FIRMS:
        heads, firms, suspects = lowest_heads(suspects, votes, ancestry.upwards())
        new = list(zip(heads.tolist(), firms.tolist(), strict=True))
    return new + [(head, firm) for firm in suspects.tolist() for head in _lowest_heads(firm, votes, ancestry)]


def coalitions(links: list[Link], votes: Votes, ancestry: Ancestry) -> tuple[IntArray, IntArray]:
    """Pairs of `votes` that the coalition of each link's controller holds in the firm, and the index of its link."""
    undecided = np.arange(len(links))
    pairs: IntArray = np.zeros(0, dtype=np.int64)
    at = pairs
    if len(links) >= MANY_FIRMS:
        heads, firms = np.array(links).T
        pairs, at, is_decided = coalition_pairs(heads, firms, votes, ancestry.upwards())
        undecided = np.flatnonzero(~is_decided)
    climbed = [_coalition(links[link], votes, ancestry) for link in undecided.tolist()]
    return (
        np.concatenate((pairs, np.array([pair for each in climbed for pair in each], dtype=np.int64))),
        np.concatenate((at, np.repeat(undecided, [len(each) for each in climbed]))),
    )


def _coalition(link: Link, votes: Votes, ancestry: Ancestry) -> list[int]:
    head, firm = link
    start = int(votes.offsets[firm])
    return [
        pair
        for pair, holder in enumerate(_holders(firm, votes), start)
        if holder == head or ancestry.is_above(head, holder)
    ]


def _first_suspects(votes: Votes, labels: IntArray) -> IntArray:
    is_open = votes.is_open[votes.issuer]
    issuer, label, share = votes.issuer[is_open], labels[votes.holder[is_open]], votes.votes_bp[is_open]
    keys = pair_key(issuer, label, len(labels))
    order = np.argsort(keys, kind="stable")
    runs = passing_runs(keys[order], share[order], votes.passing[issuer[order]])
    return np.unique(issuer[order[runs]])


class _HeldFirms:
    """The open firms that each party holds votes in."""

    def __init__(self, votes: Votes) -> None:
        pairs = np.flatnonzero(votes.is_open[votes.issuer])
        order, self._offsets = grouped(votes.holder[pairs], len(votes.passing))
        self._issuer = votes.issuer[pairs[order]]

    def by(self, holders: IntArray) -> IntArray:
        """The open firms that any of the holders holds votes in, ascending."""
        counts = self._offsets[holders + 1] - self._offsets[holders]
        return np.unique(self._issuer[ranges(self._offsets[holders], counts)])


def _holders(firm: int, votes: Votes) -> list[int]:
    holders: list[int] = votes.holder[votes.offsets[firm] : votes.offsets[firm + 1]].tolist()
    return holders


def _lowest_heads(firm: int, votes: Votes, ancestry: Ancestry) -> list[int]:
    """The lowest parties whose coalition carries the firm and that are not yet known to control it."""
    pooled, below = _climb(firm, votes, ancestry)
    line = int(votes.passing[firm])
    passing = {party for party, votes_bp in pooled.items() if votes_bp * BP > line}
    if passing and ancestry.controllers(firm):
        passing -= ancestry.above(firm)
    if len(passing) < 2:
        return list(passing)
    return _lowest(
        passing, {party: [low for low in below.get(party, ()) if low in passing] for party in passing}
    )


def _climb(firm: int, votes: Votes, ancestry: Ancestry) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Votes of each coalition that could be new, by its head, and the links climbed, downwards.

    The climb ends at parties linked to the firm already: they and all above them control it.
    """
    settled = {firm, *ancestry.controllers(firm)}
    pooled: dict[int, int] = {}
    below: dict[int, list[int]] = {}
    shares = votes.votes_bp[votes.offsets[firm] : votes.offsets[firm + 1]].tolist()
    for holder, share in zip(_holders(firm, votes), shares, strict=True):
        climbing, seen = [holder], {holder}
        while climbing:
            party = climbing.pop()
            if party in settled:
                continue
            is_new = party not in pooled
            pooled[party] = pooled.get(party, 0) + share
            for upper in ancestry.controllers(party):
                if is_new:
                    below.setdefault(upper, []).append(party)
                if upper not in seen:
                    seen.add(upper)
                    climbing.append(upper)
    return pooled, below


def _lowest(passing: set[int], below: dict[int, list[int]]) -> list[int]:
    """The parties with none of the others below them; of a ring with none below it, the smallest key."""
    bottoms = [party for party in passing if not below[party]]
    upper: dict[int, list[int]] = {party: [] for party in passing}
    for party, lower in below.items():
        for low in lower:
            upper[low].append(party)
    covered = set(bottoms)
    climbing = list(bottoms)
    while climbing:
        for party in upper[climbing.pop()]:
            if party not in covered:
                covered.add(party)
                climbing.append(party)
    if len(covered) == len(passing):
        return bottoms
    return bottoms + _lowest_rings(passing - covered, below)


def _lowest_rings(parties: set[int], below: dict[int, list[int]]) -> list[int]:
    keys = np.array(sorted(parties))
    edges = [(party, low) for party in parties for low in below[party]]
    source, target = np.searchsorted(keys, np.array(edges)).T
    labels = components(len(keys), source, target, is_strong=True)
    smallest = smallest_members(labels)
    has_below = np.zeros(len(smallest), dtype=np.bool_)
    has_below[labels[source][labels[source] != labels[target]]] = True
    heads: list[int] = keys[smallest[~has_below]].tolist()
    return heads
