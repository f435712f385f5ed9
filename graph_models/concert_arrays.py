"""Concerts in the whole book: the array face of `concerts`, equal to the readable one."""

from dataclasses import dataclass, replace

import numpy as np

from graph_models.array_tools import first_of_each, offsets_of, ranges
from graph_models.array_types import IntArray, RelationshipArrays
from graph_models.control_arrays import FoundControl, find_control, is_known_control, lowest_links
from graph_models.rings import components
from graph_models.terms import LinkKind


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of parties whose votes are one, as parallel arrays of keys."""

    one: IntArray
    other: IntArray


@dataclass(frozen=True, slots=True)
class ConcertLinks:
    """Members of concerts and the firms that they control together only; sorted by controlled, then controller.

    Attributes:
        controller: int32, the member.
        controlled: int32, the firm.
        cited: int32, the relationship row of the member's own holding in the firm, or of one of what it controls.
        evidence_offsets: int64, one more than links.
        evidence_rows: int32, the rows of all holdings by which the concert carries the firm, ascending.
    """

    controller: IntArray
    controlled: IntArray
    cited: IntArray
    evidence_offsets: IntArray
    evidence_rows: IntArray


@dataclass(frozen=True, slots=True)
class _Carried:
    """Firms that a concert carries: per firm the concert, and the rows of the holdings that do it."""

    concert: IntArray
    firm: IntArray
    offsets: IntArray
    rows: IntArray


def concert_links(
    party_count: int, relationships: RelationshipArrays, ties: Ties, *, votes_above_bp: int
) -> ConcertLinks:
    """What concerts carry that no member controls alone; rows are those of `relationships`."""
    if not len(ties.one):
        none = np.zeros(0, dtype=np.int32)
        return ConcertLinks(none, none, none, np.zeros(1, dtype=np.int64), none)
    labels = components(party_count, ties.one, ties.other, is_strong=False)
    member = np.unique(np.concatenate((ties.one, ties.other)))
    concert = np.unique(labels[member], return_inverse=True)[1]
    near = _near_rows(party_count, relationships, ties, member)
    found = _with_voices(party_count, _taken(relationships, near), (member, concert), votes_above_bp)
    carried = _carried(found, party_count)
    return _named(found, replace(carried, rows=near[carried.rows]), relationships, (member, concert))


def _near_rows(party_count: int, relationships: RelationshipArrays, ties: Ties, member: IntArray) -> IntArray:
    """The rows that can matter to a concert: those of the components that its members stand in."""
    source = np.concatenate((relationships.source, ties.one))
    target = np.concatenate((relationships.target, ties.other))
    labels = components(party_count, source, target, is_strong=False)
    is_near = np.zeros(party_count, dtype=np.bool_)
    is_near[labels[member]] = True
    return np.flatnonzero(is_near[labels[relationships.source]])


def _taken(relationships: RelationshipArrays, rows: IntArray) -> RelationshipArrays:
    return RelationshipArrays(
        source=relationships.source[rows],
        target=relationships.target[rows],
        kind=relationships.kind[rows],
        votes_bp=relationships.votes_bp[rows],
        is_mutual=relationships.is_mutual[rows],
    )


def _with_voices(
    party_count: int,
    relationships: RelationshipArrays,
    members: tuple[IntArray, IntArray],
    votes_above_bp: int,
) -> FoundControl:
    """Control, with a party of its own for each concert that controls every member; its key follows the others."""
    member, concert = members
    added = len(member)
    extended = RelationshipArrays(
        source=np.concatenate((relationships.source, (concert + party_count).astype(np.int32))),
        target=np.concatenate((relationships.target, member.astype(np.int32))),
        kind=np.concatenate((relationships.kind, np.full(added, LinkKind.CONTROL, dtype=np.int8))),
        votes_bp=np.concatenate((relationships.votes_bp, np.zeros(added, dtype=np.int64))),
        is_mutual=np.concatenate((relationships.is_mutual, np.zeros(added, dtype=np.bool_))),
    )
    count = party_count + int(concert.max()) + 1
    return find_control(count, extended, votes_above_bp=votes_above_bp)


def _carried(found: FoundControl, party_count: int) -> _Carried:
    links = lowest_links(found)
    kept = np.flatnonzero(links.is_joint & (links.controller >= party_count))
    counts = np.diff(links.evidence_offsets)[kept]
    return _Carried(
        concert=links.controller[kept] - party_count,
        firm=links.controlled[kept],
        offsets=np.concatenate(([0], np.cumsum(counts))),
        rows=links.evidence_rows[ranges(links.evidence_offsets[kept], counts)],
    )


def _named(
    found: FoundControl,
    carried: _Carried,
    relationships: RelationshipArrays,
    members: tuple[IntArray, IntArray],
) -> ConcertLinks:
    """The members that hold in each firm, with the holding to cite; all of them where only joint firms hold."""
    member, concert = members
    counts = np.diff(carried.offsets)
    firm_of_row = np.repeat(np.arange(len(counts)), counts)
    # Every holding of a firm beside every member of the concert that carries it.
    sizes = np.bincount(concert)[carried.concert[firm_of_row]]
    starts = offsets_of(concert, int(concert.max()) + 1)[:-1][carried.concert[firm_of_row]]
    order = np.argsort(concert, kind="stable")
    beside = member[order[ranges(starts, sizes)]]
    row = np.repeat(carried.rows, sizes)
    index = np.repeat(firm_of_row, sizes)
    holder = relationships.source[row]
    is_own = holder == beside
    holds = is_own | is_known_control(found, beside, holder)
    is_held, is_ones = np.zeros((2, len(counts)), dtype=np.bool_)
    is_held[index[holds]] = True
    # A firm in a ring with the member that controls it alone.
    is_ones[index[is_known_control(found, beside, carried.firm[index])]] = True
    kept = np.flatnonzero((holds | ~is_held[index]) & ~is_ones[index])
    order = kept[np.lexsort((row[kept], ~is_own[kept], beside[kept], carried.firm[index[kept]]))]
    # A party is a member of one concert only, so that a firm and a member are one link.
    order = order[first_of_each(carried.firm[index[order]], beside[order])]
    evidence = carried.offsets[index[order]]
    counts = counts[index[order]]
    return ConcertLinks(
        controller=beside[order].astype(np.int32),
        controlled=carried.firm[index[order]].astype(np.int32),
        cited=row[order].astype(np.int32),
        evidence_offsets=np.concatenate(([0], np.cumsum(counts))),
        evidence_rows=carried.rows[ranges(evidence, counts)].astype(np.int32),
    )
