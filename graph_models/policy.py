"""Grouping policy: which relationships count, and as what. Handed in; this package holds no line of any book."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph_models.relationship import Relationship
from graph_models.terms import Dependence, LinkKind


@dataclass(frozen=True, slots=True)
class GroupingPolicy:
    """The lines and choices of one book.

    Attributes:
        votes_above_bp: votes strictly above it control.
        dependence: what economic dependence does.
        control_bases: bases on which a record of control counts.
        linked_kinds: kinds that join both ways (family, key_person, acting_in_concert).
        linked_bases: degrees of family that join.
        dependence_at_least_bp: per basis of dependence, the share from which it counts (inclusive), or None where
            no share is asked for. A basis that is not named does not count.
        separate_ids: parties that stand in a set of their own beside each party directly linked with them.
        named_ids: where given, only beside these, or for these with everybody.
        assessments: assessments that count; add `doubtful` for the groups as they would be if confirmed.
    """

    votes_above_bp: int
    dependence: Dependence
    control_bases: frozenset[str] = frozenset()
    linked_kinds: frozenset[str] = frozenset()
    linked_bases: frozenset[str] = frozenset()
    dependence_at_least_bp: Mapping[str, int | None] = field(default_factory=dict)
    separate_ids: frozenset[str] = frozenset()
    named_ids: frozenset[str] | None = None
    assessments: frozenset[str] = frozenset({"confirmed", "none"})

    def is_separate(self, hub_id: str, other_id: str) -> bool:
        """Whether the hub is assessed with the other party by itself, apart from everybody else."""
        is_meant = self.named_ids is None or not self.named_ids.isdisjoint((hub_id, other_id))
        return hub_id in self.separate_ids and hub_id != other_id and is_meant

    def link_kind(self, relationship: Relationship) -> LinkKind | None:
        """What the relationship does under this policy, or None if it does not count."""
        if relationship.assessment not in self.assessments:
            return None
        if relationship.kind == "shareholding":
            return LinkKind.HOLDING if relationship.voting_bp else None
        if relationship.source_id == relationship.target_id:
            return None
        if relationship.kind == "control":
            return LinkKind.CONTROL if _known_in(relationship.basis, self.control_bases) else None
        if relationship.kind == "economic_dependence":
            return LinkKind.DEPENDENCE if self._depends(relationship) else None
        return LinkKind.LINKED if self._is_linked(relationship) else None

    def _depends(self, relationship: Relationship) -> bool:
        if self.dependence == "off" or relationship.is_replaceable:
            return False
        if relationship.basis is None:
            return True
        if relationship.basis not in self.dependence_at_least_bp:
            return False
        at_least_bp = self.dependence_at_least_bp[relationship.basis]
        share_bp = relationship.dependence_bp
        return at_least_bp is None or share_bp is None or share_bp >= at_least_bp

    def _is_linked(self, relationship: Relationship) -> bool:
        if relationship.kind not in self.linked_kinds:
            return False
        return relationship.kind != "family" or _known_in(relationship.basis, self.linked_bases)


def _known_in(basis: str | None, bases: frozenset[str]) -> bool:
    """Unknown counts: a link whose basis nobody wrote down is not thereby harmless."""
    return basis is None or basis in bases
