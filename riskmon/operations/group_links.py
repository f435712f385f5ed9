"""The links inside one group of a run: which holdings carry a firm together, which single link holds the group together.

Every question is put to the array face again with some of the links left out, so that the answers are those of the
run's own rules. A group holds all that its members control or carry, so nothing outside it can matter.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from graph_models.array_types import BoolArray, RelationshipArrays
from graph_models.arrays import Separate, cover, find_control
from graph_models.connection import paths_between
from graph_models.control_arrays import derived_links
from graph_models.terms import LinkKind
from riskmon.rulebook.model import Grouping

MOST_LINKS = 300
"""Links that are tried one by one; a larger group is not asked which of its links holds it together."""

_MOST_PATHS = 50
_KINDS = {
    "shareholding": LinkKind.HOLDING,
    "control": LinkKind.CONTROL,
    "economic_dependence": LinkKind.DEPENDENCE,
}


@dataclass(frozen=True, slots=True)
class SplittingLink:
    """A link without which the group would not hold these members any more."""

    relationship_id: str
    parted_party_ids: tuple[str, ...]


class GroupLinks:
    """The relationships that count between the members of one group, under the book's lines."""

    def __init__(
        self, kinds: Mapping[str, str], relationships: Sequence[dict[str, Any]], grouping: Grouping
    ) -> None:
        """Take the members with their kinds, and the rows of `relationships` between them that count under the book."""
        self._parties = sorted(kinds)
        self._separate = _separate([kinds[party] for party in self._parties], self._parties, grouping)
        key_of = {party_id: key for key, party_id in enumerate(self._parties)}
        self._rows = sorted(relationships, key=lambda row: str(row["relationship_id"]))
        self._position = {str(row["relationship_id"]): n for n, row in enumerate(self._rows)}
        self._grouping = grouping
        links = [_KINDS.get(row["kind"], LinkKind.LINKED) for row in self._rows]
        self._arrays = RelationshipArrays(
            source=np.array([key_of[row["source_party_id"]] for row in self._rows], dtype=np.int32),
            target=np.array([key_of[row["target_party_id"]] for row in self._rows], dtype=np.int32),
            kind=np.array(links, dtype=np.int8),
            votes_bp=np.array(
                [
                    votes_of(row) if kind == LinkKind.HOLDING else 0
                    for row, kind in zip(self._rows, links, strict=True)
                ],
                dtype=np.int64,
            ),
            is_mutual=np.array(
                [
                    bool(row["is_mutual"]) and kind == LinkKind.DEPENDENCE
                    for row, kind in zip(self._rows, links, strict=True)
                ],
                dtype=np.bool_,
            ),
        )
        self._is_treasury: BoolArray = self._arrays.source == self._arrays.target

    def carrying(self) -> dict[str, tuple[str | None, tuple[dict[str, Any], ...]]]:
        """Per holding that helps to carry a firm: the head of its coalition (None: one holder) and all its holdings."""
        control = find_control(len(self._parties), self._arrays, votes_above_bp=self._grouping.votes_above_bp)
        links = derived_links(control)
        found: dict[str, tuple[str | None, tuple[dict[str, Any], ...]]] = {}
        for n in range(len(links.controller)):
            evidence = links.evidence_rows[links.evidence_offsets[n] : links.evidence_offsets[n + 1]]
            rows = tuple(self._rows[row] for row in evidence if self._rows[row]["kind"] == "shareholding")
            head = self._parties[links.controller[n]] if links.is_joint[n] else None
            for row in rows:
                # A holding that carries a firm alone is told alone, whatever coalition it is in as well.
                if head is None or row["relationship_id"] not in found:
                    found[row["relationship_id"]] = (head, rows)
        return found

    def splitting(
        self, anchor_id: str, exposed: Collection[str], reasons: Iterable[Sequence[str]]
    ) -> list[SplittingLink] | None:
        """The single links whose removal would part exposed members from the anchor; None above MOST_LINKS.

        A link that stands on no reason, and helps to carry no firm, can go without a member losing its reason, so only
        the others are tried.
        """
        pooled = {row["relationship_id"] for _, rows in self.carrying().values() for row in rows[1:] and rows}
        tried = sorted({each for reason in reasons for each in reason if each in self._position} | pooled)
        if len(tried) > MOST_LINKS:
            return None
        found = []
        for relationship_id in tried:
            parted = self._parted(anchor_id, set(exposed), relationship_id)
            if parted:
                found.append(SplittingLink(relationship_id, tuple(sorted(parted))))
        return found

    def connecting(self, party_id: str, other_id: str, known: Iterable[str]) -> tuple[dict[str, Any], ...]:
        """The smallest set of links that puts both parties into one group; empty if nothing does.

        Any such set holds a path between the two, so the shortest path that does it is smallest. Where none does it
        alone, since pooled votes carry a firm, links are left out as long as the two stay together: no link of the
        answer can be spared. known: ids of a set that connects them, such as their reasons; it is tried first.
        """
        links = [
            (row["relationship_id"], row["source_party_id"], row["target_party_id"]) for row in self._rows
        ]
        for path in islice(paths_between(links, party_id, other_id), _MOST_PATHS):
            if self._is_together(path, party_id, other_id):
                return tuple(self._rows[self._position[each]] for each in path)
        carrying = [row["relationship_id"] for _, rows in self.carrying().values() for row in rows]
        kept = sorted({*known, *carrying} & self._position.keys())
        if not self._is_together(kept, party_id, other_id):
            kept = sorted(self._position)
        if not self._is_together(kept, party_id, other_id):
            return ()
        for each in tuple(kept):
            fewer = [other for other in kept if other != each]
            if self._is_together(fewer, party_id, other_id):
                kept = fewer
        return tuple(self._rows[self._position[each]] for each in kept)

    def _parted(self, anchor_id: str, exposed: set[str], without: str) -> set[str]:
        kept = np.ones(len(self._rows), dtype=np.bool_)
        kept[self._position[without]] = False
        # In a ring another party may be the anchor then; the group is whole if one still holds all of them.
        left = [group for group in self._groups(kept) if anchor_id in group]
        return exposed - max(left, key=lambda group: len(group & exposed))

    def _is_together(self, relationship_ids: Iterable[str], party_id: str, other_id: str) -> bool:
        kept = self._is_treasury.copy()
        kept[[self._position[each] for each in relationship_ids]] = True
        return any({party_id, other_id} <= group for group in self._groups(kept))

    def _groups(self, kept: BoolArray) -> list[set[str]]:
        arrays = self._arrays
        found = cover(
            len(self._parties),
            RelationshipArrays(
                source=arrays.source[kept],
                target=arrays.target[kept],
                kind=arrays.kind[kept],
                votes_bp=arrays.votes_bp[kept],
                is_mutual=arrays.is_mutual[kept],
            ),
            votes_above_bp=self._grouping.votes_above_bp,
            dependence=self._grouping.dependence,
            separate=self._separate,
        )
        groups: list[set[str]] = [set() for _ in found.anchor]
        for group, party in zip(found.group, found.party, strict=True):
            groups[group].add(self._parties[party])
        return groups


def _separate(kinds: Sequence[str], party_ids: Sequence[str], grouping: Grouping) -> Separate | None:
    """The members that stand beside each party linked with them, as the run took them."""
    if not grouping.separate_kinds:
        return None
    named = grouping.separate_parties
    return Separate(
        is_hub=np.array([kind in grouping.separate_kinds for kind in kinds], dtype=np.bool_),
        is_named=np.array([not named or party in named for party in party_ids], dtype=np.bool_),
    )


def votes_of(row: Mapping[str, Any]) -> int:
    """Votes of a holding in basis points; of a band the lower end, which is certain."""
    return int(row["voting_bp"] if row["voting_bp"] is not None else row["voting_min_bp"] or 0)
