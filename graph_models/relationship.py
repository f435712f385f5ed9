"""A relationship between two parties, as the readable face of this package takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relationship:
    """Evidence that links two parties. Source to target is the way distress travels.

    Attributes:
        relationship_id: unique; ties between parallel relationships are broken by it.
        source_id: the holder, the controller, the party relied on, or one of two linked parties.
        target_id: the issuer, the controlled, the dependent, or the other of two linked parties.
        kind: shareholding, control, economic_dependence, family, key_person, acting_in_concert or guarantee.
        basis: why it is control, dependence or family; None is unknown, and unknown counts.
        voting_bp: votes of a shareholding; None is unknown, and unknown votes are no votes.
        dependence_bp: share on which the dependent relies; None is unknown, and unknown counts.
        is_replaceable: the dependent could replace the party in time, so there is no dependence; None counts.
        is_mutual: a dependence that runs both ways.
        assessment: confirmed, rejected, doubtful, or none where nobody has looked.
        evidence: where it is written.
    """

    relationship_id: str
    source_id: str
    target_id: str
    kind: str
    basis: str | None = None
    voting_bp: int | None = None
    dependence_bp: int | None = None
    is_replaceable: bool | None = None
    is_mutual: bool = False
    assessment: str = "none"
    evidence: str = ""
