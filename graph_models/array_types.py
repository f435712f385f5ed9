"""The words of the array face: relationships, links of control and the cover of a whole book, as flat arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.signedinteger[Any]]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RelationshipArrays:
    """Relationships that count: in force, assessed as counting, accepted by the book. Row i is the caller's row i.

    Parties are keys from 0. Among parallel relationships of one kind and strength the first row is cited, so rows
    in the order of a stable id make the cited evidence stable too.

    Attributes:
        source: int32, the holder, the controller, the party relied on, or one of two linked parties.
        target: int32, the issuer, the controlled, the dependent, or the other of two linked parties.
        kind: int8, codes of LinkKind.
        votes_bp: int64, votes of a HOLDING, 0 elsewhere. A HOLDING of a party in itself is treasury stock.
        is_mutual: a DEPENDENCE that runs both ways.
    """

    source: IntArray
    target: IntArray
    kind: IntArray
    votes_bp: IntArray
    is_mutual: BoolArray

    def __post_init__(self) -> None:
        lengths = {len(each) for each in (self.source, self.target, self.kind, self.votes_bp, self.is_mutual)}
        if len(lengths) != 1:
            raise ValueError(f"the columns of the relationships differ in length: {sorted(lengths)}")


@dataclass(frozen=True, slots=True)
class Lists:
    """One list of keys per item: the list of item i is `values[offsets[i]:offsets[i + 1]]`."""

    offsets: IntArray
    values: IntArray


@dataclass(frozen=True, slots=True)
class ControlLinks:
    """Who controls whom, in few links whose closure is the full relation; sorted by controlled, then controller.

    Attributes:
        controller: int32.
        controlled: int32.
        is_joint: only the pooled votes of a coalition (the controller and all it controls) pass the line.
        evidence_offsets: int64, one more than links.
        evidence_rows: int32, relationship rows that prove each link, ascending: the majority and the records, or
            all the coalition's holdings in the firm.
    """

    controller: IntArray
    controlled: IntArray
    is_joint: BoolArray
    evidence_offsets: IntArray
    evidence_rows: IntArray


@dataclass(frozen=True, slots=True)
class Cover:
    """Overlapping groups that together hold every party; memberships sorted by anchor, then party.

    Attributes:
        anchor: int32 per group, ascending.
        group: int32 per membership, an index into `anchor`.
        party: int32 per membership.
        role: int8 per membership, codes of Role.
        reason_offsets: int64, one more than memberships.
        reason_rows: int32, relationship rows on a shortest path from the anchor to the party, in order. A holding
            on it is a majority, or part of a coalition whose head is in the group. Of a path of more than
            LONGEST_TOLD steps the last ones are told; where they begin stands a member whose reason goes on.
    """

    anchor: IntArray
    group: IntArray
    party: IntArray
    role: IntArray
    reason_offsets: IntArray
    reason_rows: IntArray
