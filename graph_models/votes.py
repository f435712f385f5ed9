"""Votes of the whole book: pooled per holder and issuer, and the issuers where pooling could matter."""

from dataclasses import dataclass

import numpy as np

from graph_models.array_tools import first_of_each, offsets_of, order_of_pairs
from graph_models.array_types import BoolArray, IntArray, RelationshipArrays
from graph_models.terms import BP, LinkKind


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of each holder in each issuer, summed over its holdings; sorted by issuer, then holder.

    Attributes:
        issuer: per pair.
        holder: per pair, never the issuer.
        votes_bp: per pair, positive.
        is_majority: per pair, the holder alone passes the line.
        offsets: where the pairs of each issuer start.
        issued_bp: per party, the votes that the firm does not hold itself.
        passing: per party, votes in it pass the line when `votes * 10 000` is above this: the line, measured on
            those votes.
        is_open: per party, whether several holders, none of them already in control, could carry it together.
        row_offsets: where the relationship rows of each pair start in `rows`.
        rows: relationship rows, ascending within a pair.
    """

    issuer: IntArray
    holder: IntArray
    votes_bp: IntArray
    is_majority: BoolArray
    offsets: IntArray
    issued_bp: IntArray
    passing: IntArray
    is_open: BoolArray
    row_offsets: IntArray
    rows: IntArray


def pool_votes(party_count: int, relationships: RelationshipArrays, *, votes_above_bp: int) -> Votes:
    """Sum the votes of each holder in each issuer; treasury shares leave the denominator."""
    source, target, votes = relationships.source, relationships.target, relationships.votes_bp
    is_holding = (relationships.kind == LinkKind.HOLDING) & (votes > 0)
    treasury = np.zeros(party_count, dtype=np.int64)
    own = np.flatnonzero(is_holding & (source == target))
    np.add.at(treasury, target[own], votes[own])
    issued_bp = np.maximum(BP - treasury, 0)
    passing = votes_above_bp * issued_bp

    rows = np.flatnonzero(is_holding & (source != target))
    rows = rows[order_of_pairs(target[rows], source[rows], party_count)]
    starts = np.flatnonzero(first_of_each(target[rows], source[rows]))
    issuer, holder = target[rows[starts]], source[rows[starts]]
    pooled = np.add.reduceat(votes[rows], starts) if len(starts) else np.zeros(0, dtype=np.int64)
    offsets = offsets_of(issuer, party_count)
    return Votes(
        issuer=issuer,
        holder=holder,
        votes_bp=pooled,
        is_majority=pooled * BP > passing[issuer],
        offsets=offsets,
        issued_bp=issued_bp,
        passing=passing,
        is_open=_may_be_joint(issuer, pooled, passing),
        row_offsets=np.append(starts, len(rows)),
        rows=rows,
    )


def _may_be_joint(issuer: IntArray, pooled: IntArray, passing: IntArray) -> BoolArray:
    is_open = np.zeros(len(passing), dtype=np.bool_)
    runs = passing_runs(issuer, pooled, passing[issuer])
    is_open[issuer[runs]] = True
    return is_open


def passing_runs(keys: IntArray, votes: IntArray, passing: IntArray) -> IntArray:
    """Where runs of equal keys start whose votes pass the line together, without the largest if it passes alone.

    A coalition with that largest holder in it is led by a party that controls the holder, and so the firm, already;
    any other coalition must pass without it. Keys are sorted; `passing` is the line of each row's issuer.
    """
    starts = np.flatnonzero(first_of_each(keys))
    if not len(starts):
        return starts
    total = np.add.reduceat(votes, starts)
    largest = np.maximum.reduceat(votes, starts)
    line = passing[starts]
    rest = np.where(largest * BP > line, total - largest, total)
    return starts[rest * BP > line]
