"""The small words of this package: what a relationship does in a group, and what a member is in it."""

from enum import IntEnum
from typing import Final, Literal

LONGEST_TOLD: Final = 100
"""Steps of a reason that are told. All reasons of a long chain would be as many as its firms times its length."""

BP: Final = 10_000
"""Basis points in the whole."""

Dependence = Literal["off", "directed", "merge_all"]
"""What economic dependence does: nothing, the dependent joins the party it relies on, or both are merged."""


class LinkKind(IntEnum):
    """What a relationship that counts does. Also the order in which parallel relationships are cited."""

    HOLDING = 0
    """Votes of a holder in an issuer; they control only when pooled votes pass the line."""
    CONTROL = 1
    """A record of control, from the controller to the controlled."""
    DEPENDENCE = 2
    """From the party relied on to the dependent."""
    LINKED = 3
    """Family, key person, acting in concert: both ways."""


class Role(IntEnum):
    """What a member is in its group: the anchor, or the kind of the last relationship of its reason."""

    ANCHOR = 0
    CONTROLLED = 1
    DEPENDENT = 2
    LINKED = 3


ROLE_OF: Final = {
    LinkKind.HOLDING: Role.CONTROLLED,
    LinkKind.CONTROL: Role.CONTROLLED,
    LinkKind.DEPENDENCE: Role.DEPENDENT,
    LinkKind.LINKED: Role.LINKED,
}
"""The role that the last relationship of a reason gives."""


def votes_pass(votes_bp: int, *, treasury_bp: int, votes_above_bp: int) -> bool:
    """Whether votes are strictly above the line, measured on the votes that the firm does not hold itself.

    Exact, in integers: votes / (1 - treasury) > line. Where the firm holds all its votes, any other vote passes.
    """
    return votes_bp * BP > votes_above_bp * max(BP - treasury_bp, 0)
