"""Integrated ownership of the whole book: the array face of `ownership`, in floats, pruned, with the residual stated.

Firms are taken in the order of ownership, all whose holders are done at once; the end owners of each are those of its
holders, weighted. A ring is solved as one linear system. What is pruned joins the residual and is never lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import splu

from graph_models.array_tools import first_of_each, offsets_of, pair_key, ranges
from graph_models.array_types import BoolArray, IntArray
from graph_models.rings import components
from graph_models.terms import BP

FloatArray = npt.NDArray[np.float64]

PRUNED_BELOW: Final = 1 / 1_000_000
"""Shares under a ten-thousandth of a percent are lost to no reader; more loses end owners of many small holdings."""

_DENSE_CELLS = 4_000_000
"""Cells of a ring's solution held at once: members times end owners."""

_ENDLESS = 1e12
"""A sum over paths around a ring that passes this is taken as one that does not end."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """The end owners of each party: those of party p stand at `offsets[p]` to `offsets[p + 1]`, by key.

    Attributes:
        offsets: int64, one more than parties.
        owner: the end owner.
        share: its share in the capital that the party does not hold itself.
        recorded: per party, the sum of its direct holdings; 0 for a party that nobody owns.
        residual: per party, what is recorded and leads to no end owner, pruned shares included.
    """

    offsets: IntArray
    owner: IntArray
    share: FloatArray
    recorded: FloatArray
    residual: FloatArray


def integrated_ownership(
    party_count: int, holder: IntArray, firm: IntArray, share_bp: IntArray, *, pruned_below: float
) -> Ownership:
    """The end owners of every party.

    Args:
        party_count: parties are keys from 0.
        holder: per holding.
        firm: per holding; a party's holding in itself is treasury stock.
        share_bp: per holding, int64.
        pruned_below: shares of an end owner under this are left out.
    """
    held = _pooled(party_count, holder, firm, share_bp)
    is_whole = held.issued_bp <= 0
    is_end = (np.diff(held.offsets) == 0) & ~is_whole
    found = _Found(party_count)
    ends = np.flatnonzero(is_end)
    found.write(ends, _Shares(np.arange(len(ends)), ends, np.ones(len(ends))))
    labels = components(party_count, held.holder, held.firm, is_strong=True)
    is_ring = (np.bincount(labels) > 1)[labels]
    for ready in _rounds(labels, held):
        firms = ready[~is_end[ready] & ~is_ring[ready]]
        found.write(firms, found.entering(firms, held).not_below(pruned_below))
        ring_firms = ready[is_ring[ready]]
        for members in np.split(ring_firms, np.flatnonzero(np.diff(labels[ring_firms])) + 1):
            found.write(members, _around(members, held, found.entering(members, held), pruned_below))
    recorded = is_whole.astype(np.float64)
    np.add.at(recorded, held.firm, held.share)
    return found.result(~is_end, recorded)


@dataclass(frozen=True, slots=True)
class _Holdings:
    """Holdings between different parties, each pair once, sorted by firm, then holder; firms without capital left out."""

    holder: IntArray
    firm: IntArray
    share_bp: IntArray
    share: FloatArray
    issued_bp: IntArray
    offsets: IntArray


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares of end owners in some firms: `at` is the position among those firms, ascending, then the owner."""

    at: IntArray
    owner: IntArray
    share: FloatArray

    def not_below(self, line: float) -> "_Shares":
        """The shares from the line on."""
        kept = self.share >= line
        return _Shares(self.at[kept], self.owner[kept], self.share[kept])


class _Found:
    """The end owners found so far, in arrays that grow."""

    def __init__(self, party_count: int) -> None:
        self._starts = np.zeros(party_count, dtype=np.int64)
        self._counts = np.zeros(party_count, dtype=np.int64)
        self._owner = np.zeros(max(party_count, 1), dtype=np.int32)
        self._share = np.zeros(max(party_count, 1))
        self._size = 0

    def write(self, firms: IntArray, shares: _Shares) -> None:
        """Add the end owners of firms that have none yet."""
        size = self._size + len(shares.owner)
        while size > len(self._owner):
            self._owner = np.concatenate((self._owner, np.zeros_like(self._owner)))
            self._share = np.concatenate((self._share, np.zeros_like(self._share)))
        counts = np.bincount(shares.at, minlength=len(firms))
        self._starts[firms] = self._size + np.cumsum(counts) - counts
        self._counts[firms] = counts
        self._owner[self._size : size] = shares.owner
        self._share[self._size : size] = shares.share
        self._size = size

    def entering(self, firms: IntArray, held: _Holdings) -> _Shares:
        """The end owners that come to each firm through its holders; those of holders not done yet are missing."""
        holdings = ranges(held.offsets[firms], held.offsets[firms + 1] - held.offsets[firms])
        holders = held.holder[holdings]
        counts = self._counts[holders]
        entries = ranges(self._starts[holders], counts)
        at = np.repeat(np.searchsorted(firms, held.firm[holdings]), counts)
        owner = self._owner[entries]
        share = self._share[entries] * np.repeat(held.share[holdings], counts)
        order = np.lexsort((owner, at))
        at, owner, share = at[order], owner[order], share[order]
        starts = np.flatnonzero(first_of_each(at, owner))
        summed = np.add.reduceat(share, starts) if len(starts) else share
        return _Shares(at[starts], owner[starts], summed)

    def result(self, is_firm: BoolArray, recorded: FloatArray) -> Ownership:
        """Everything found, in the order of parties; an end owner is not its own owner."""
        counts = np.where(is_firm, self._counts, 0)
        entries = ranges(self._starts, counts)
        party = np.repeat(np.arange(len(counts)), counts)
        reached = np.bincount(party, weights=self._share[entries], minlength=len(counts))
        return Ownership(
            offsets=offsets_of(party, len(counts)),
            owner=self._owner[entries],
            share=self._share[entries],
            recorded=recorded,
            residual=recorded - reached,
        )


def _pooled(party_count: int, holder: IntArray, firm: IntArray, share_bp: IntArray) -> _Holdings:
    """Holdings pooled per holder and firm, as shares in what the firm does not hold itself."""
    issued_bp = np.full(party_count, BP, dtype=np.int64)
    own = holder == firm
    np.subtract.at(issued_bp, firm[own], share_bp[own])
    rows = np.flatnonzero(~own & (share_bp > 0) & (issued_bp[firm] > 0))
    keys = pair_key(firm[rows], holder[rows], party_count)
    pairs, at = np.unique(keys, return_inverse=True)
    pooled_bp = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(pooled_bp, at, share_bp[rows])
    firms, holders = np.divmod(pairs, max(party_count, 1))
    return _Holdings(
        holder=holders,
        firm=firms,
        share_bp=pooled_bp,
        share=pooled_bp / issued_bp[firms],
        issued_bp=issued_bp,
        offsets=offsets_of(firms, party_count),
    )


def _rounds(labels: IntArray, held: _Holdings) -> Iterator[IntArray]:
    """Parties in rounds, those of one ring together and side by side: each after all the holders outside its ring."""
    crossing = np.flatnonzero(labels[held.holder] != labels[held.firm])
    crossing = crossing[np.argsort(held.holder[crossing], kind="stable")]
    leaving = offsets_of(held.holder[crossing], len(labels))
    entered = labels[held.firm[crossing]]
    members = np.argsort(labels, kind="stable")
    bounds = offsets_of(labels, int(labels.max(initial=-1)) + 1)
    open_count = np.bincount(entered, minlength=len(bounds) - 1)
    ready = np.flatnonzero(open_count == 0)
    while len(ready):
        parties = members[ranges(bounds[ready], bounds[ready + 1] - bounds[ready])]
        yield parties
        done = entered[ranges(leaving[parties], leaving[parties + 1] - leaving[parties])]
        np.subtract.at(open_count, done, 1)
        ready = np.unique(done[open_count[done] == 0])


def _around(members: IntArray, held: _Holdings, entering: _Shares, pruned_below: float) -> _Shares:
    """The end owners of the members of a ring, from those that enter it; none where the ring owns itself whole."""
    nothing = entering.not_below(np.inf)
    if not len(members) or not len(entering.at):
        return nothing
    holdings = ranges(held.offsets[members], held.offsets[members + 1] - held.offsets[members])
    holdings = holdings[np.isin(held.holder[holdings], members)]
    firm = np.searchsorted(members, held.firm[holdings])
    holder = np.searchsorted(members, held.holder[holdings])
    inside_bp = np.zeros(len(members), dtype=np.int64)
    np.add.at(inside_bp, firm, held.share_bp[holdings])
    if (inside_bp >= held.issued_bp[members]).all():
        return nothing
    shape = (len(members), len(members))
    try:
        factors = splu(
            csc_matrix(identity(len(members)) - csc_matrix((held.share[holdings], (firm, holder)), shape))
        )
    except RuntimeError:  # exactly singular
        return nothing
    # The sum over paths ends if and only if this is positive: see the readable face.
    total = factors.solve(np.ones(len(members)))
    if not ((total > 0) & (total < _ENDLESS)).all():
        return nothing
    owners, column = np.unique(entering.owner, return_inverse=True)
    width = max(_DENSE_CELLS // len(members), 1)
    parts = []
    for low in range(0, len(owners), width):
        taken = (column >= low) & (column < low + width)
        right = np.zeros((len(members), min(width, len(owners) - low)))
        right[entering.at[taken], column[taken] - low] = entering.share[taken]
        solved = factors.solve(right)
        at, owner = np.nonzero(solved >= pruned_below)
        parts.append(_Shares(at, owners[low + owner], solved[at, owner]))
    found = _Shares(
        *(np.concatenate(each) for each in zip(*((p.at, p.owner, p.share) for p in parts), strict=True))
    )
    order = np.lexsort((found.owner, found.at))
    return _Shares(found.at[order], found.owner[order], found.share[order])
