"""A loaded book whose groups and totals are right again at once when relationships change.

Control, groups and reasons of a weakly connected component depend on nothing outside it, so a change is answered by
grouping the touched components anew. The answer is that of grouping the whole book again; its cost is that of the
components, which every relationship that is given binds together: give no relationship that does not count.
"""

from dataclasses import dataclass, field

import numpy as np

from graph_models.array_types import Cover, IntArray, RelationshipArrays
from graph_models.cover_arrays import cover
from graph_models.live_components import LiveComponents, Part
from graph_models.live_groups import LiveGroups, differences
from graph_models.live_lists import AnyArray
from graph_models.live_rows import LiveRows
from graph_models.separate_arrays import Separate
from graph_models.terms import Dependence

_NO_IDS: IntArray = np.zeros(0, dtype=np.int64)
_NO_ROWS = RelationshipArrays(
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.int8),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.bool_),
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What happens to a book at once.

    Attributes:
        removed: ids of relationships that end; one that changes is removed and added.
        added: new relationships, and changed ones as they are now.
        added_ids: int64, the id of each added one.
        exposures: int64 minor units of each new party; their keys follow those there are.
    """

    removed: IntArray = field(default_factory=lambda: _NO_IDS)
    added: RelationshipArrays = field(default_factory=lambda: _NO_ROWS)
    added_ids: IntArray = field(default_factory=lambda: _NO_IDS)
    exposures: IntArray = field(default_factory=lambda: _NO_IDS)


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What became of the touched part of a book.

    Attributes:
        parties: the parties of the touched components, ascending.
        before: their groups before; reasons name ids of relationships.
        after: their groups now.
        totals: the total of each group of `after`, exact, minor units.
        vanished: anchors of groups that are no more, ascending.
        appeared: anchors of groups that were not there.
        changed: anchors of groups with another member, role or reason.
    """

    parties: IntArray
    before: Cover
    after: Cover
    totals: tuple[int, ...]
    vanished: IntArray
    appeared: IntArray
    changed: IntArray


class LiveBook:
    """The groups of a book under one reading, with the total of each, kept right through changes."""

    def __init__(
        self,
        relationships: RelationshipArrays,
        ids: IntArray,
        exposures: IntArray,
        *,
        votes_above_bp: int,
        dependence: Dependence,
        separate: Separate | None = None,
    ) -> None:
        """Group the whole book.

        Args:
            relationships: those that count, in the order of their ids.
            ids: int64, distinct; of parallel relationships the smallest id is cited.
            exposures: int64 minor units, one for each party.
            votes_above_bp: votes strictly above it control.
            dependence: what economic dependence does.
            separate: who stands apart.
        """
        self._votes_above_bp = votes_above_bp
        self._dependence: Dependence = dependence
        self._separate = separate
        self._rows = LiveRows(ids, _columns(relationships))
        self._components = LiveComponents(len(exposures), relationships.source, relationships.target)
        whole = cover(
            len(exposures),
            relationships,
            votes_above_bp=votes_above_bp,
            dependence=dependence,
            separate=separate,
        )
        self._groups = LiveGroups(_with_ids(whole, ids), exposures)

    def cover(self) -> Cover:
        """All groups as they are now; reasons name ids of relationships."""
        return self._groups.of(np.arange(self._components.party_count))

    def totals(self) -> tuple[int, ...]:
        """The total of each group of `cover`, exact, minor units."""
        return self._groups.totals(self.cover())

    def preview(self, changes: Changes) -> Regrouped:
        """What would become of the touched part; nothing changes.

        Raises:
            ValueError: there are new parties: they have no key before the change is made.
            KeyError: a relationship to remove is not there, or one to add is there already.
        """
        if len(changes.exposures):
            raise ValueError("new parties cannot be previewed")
        return self._regrouped(self._part(changes), changes)

    def apply(self, changes: Changes) -> Regrouped:
        """Make the changes, and tell what became of the touched part.

        Raises:
            ValueError: an added relationship names a party that is not there; nothing has changed.
            KeyError: a relationship to remove is not there, or one to add is there already; nothing has changed.
        """
        self._rows.slots(changes.removed, changes.added_ids)
        first = self._components.party_count
        ends = np.concatenate((changes.added.source, changes.added.target))
        if len(ends) and not 0 <= ends.min() <= ends.max() < first + len(changes.exposures):
            raise ValueError("a relationship names a party that is not in the book")
        if len(changes.exposures):
            self._add_parties(changes.exposures)
        new = np.arange(first, self._components.party_count)
        part = self._part(changes, new)
        regrouped = self._regrouped(part, changes)
        self._components.commit(part)
        self._rows.change(changes.removed, _columns(changes.added), changes.added_ids)
        self._groups.replace(part.parties, regrouped.after)
        return regrouped

    def _add_parties(self, exposures: IntArray) -> None:
        self._components.add_parties(len(exposures))
        self._groups.add_parties(exposures)
        if self._separate is not None:
            nobody = np.zeros(len(exposures), dtype=np.bool_)
            self._separate = Separate(
                np.concatenate((self._separate.is_hub, nobody)),
                np.concatenate((self._separate.is_named, nobody)),
            )

    def _part(self, changes: Changes, new: IntArray | None = None) -> Part:
        removed = self._rows.slots(changes.removed, changes.added_ids)
        return self._components.touched(removed, changes.added.source, changes.added.target, new)

    def _regrouped(self, part: Part, changes: Changes) -> Regrouped:
        order, ids, (kind, votes_bp, is_mutual) = self._rows.gathered(
            part.slots, _columns(changes.added), changes.added_ids
        )
        local = RelationshipArrays(part.source[order], part.target[order], kind, votes_bp, is_mutual)
        separate = self._separate and Separate(
            self._separate.is_hub[part.parties], self._separate.is_named[part.parties]
        )
        found = cover(
            len(part.parties),
            local,
            votes_above_bp=self._votes_above_bp,
            dependence=self._dependence,
            separate=separate,
        )
        after = _with_ids(found, ids, part.parties)
        before = self._groups.of(part.parties)
        vanished, appeared, changed = differences(before, after)
        return Regrouped(part.parties, before, after, self._groups.totals(after), vanished, appeared, changed)


def _columns(rows: RelationshipArrays) -> tuple[AnyArray, ...]:
    return rows.kind, rows.votes_bp, rows.is_mutual


def _with_ids(found: Cover, ids: IntArray, parties: IntArray | None = None) -> Cover:
    """A cover whose reasons name ids, with the keys that its parties have in the whole book."""
    return Cover(
        anchor=found.anchor if parties is None else parties[found.anchor],
        group=found.group,
        party=found.party if parties is None else parties[found.party],
        role=found.role,
        reason_offsets=found.reason_offsets,
        reason_rows=ids[found.reason_rows],
    )
