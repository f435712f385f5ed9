"""Live groups: the groups and totals of one book, right again at once when relationships change.

For a check or a preview between two runs. What a change can touch are the parties that relationships connect with its
ends in any way; they alone are read again, by the same reader as in a run, gate, concerts and reported parents
included. A party outside them keeps its groups.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from graph_models.arrays import LiveComponents, LiveRows, Part
from riskmon.domain.errors import CallerError
from riskmon.groups.links import counting_links
from riskmon.groups.live_part import Marks, Stakes, TouchedGroups, read_part
from riskmon.rulebook.model import Grouping

Keys = npt.NDArray[np.int64]

_READ = (
    "relationship_key", "source_key", "target_key", "kind", "basis", "assessment", "voting_bp", "voting_min_bp",
    "voting_max_bp", "dependence_bp", "is_replaceable", "is_mutual",
)  # fmt: skip

_PARTIES = pl.Schema(
    {"party_key": pl.Int32(), "party_id": pl.String(), "kind": pl.String(), "is_own_bank": pl.Boolean()}
)
_EXPOSURES = pl.Schema({"party_key": pl.Int32(), "exposure_minor": pl.Int64()})


@dataclass(frozen=True, slots=True)
class BookChange:
    """What happens to a book at once.

    Attributes:
        relationships: rows that are new, or changed: as they are now, by relationship_key.
        removed: relationship keys that end.
        parties: new parties: party_key (following the others), party_id, kind, is_own_bank.
        exposures: party_key, exposure_minor; parties that have an exposure now, or another one.
    """

    relationships: pl.DataFrame | None = None
    removed: tuple[int, ...] = ()
    parties: pl.DataFrame = field(default_factory=_PARTIES.to_frame)
    exposures: pl.DataFrame = field(default_factory=_EXPOSURES.to_frame)


class LiveGroups:
    """The groups of one book, loaded once, then changed."""

    def __init__(
        self,
        relationships: pl.DataFrame,
        parties: pl.DataFrame,
        grouping: Grouping,
        exposures: pl.DataFrame,
        *,
        passing: pl.Series | None = None,
    ) -> None:
        """Load a book.

        Args:
            relationships: in force and known, with keys.
            parties: party_key (0, 1, ...), party_id, kind, is_own_bank.
            grouping: the book's; not one whose groups come from a register.
            exposures: party_key, exposure_minor of every party that counts as a member; others are connectors.
            passing: parties that open the grouping's gate, as it stands until the next run; None opens it to all.
        """
        if grouping.of_register:
            raise CallerError(
                "The book takes its groups from a register, and no relationship changes them.",
                remedy="Look at related_parties of the last run.",
            )
        self._grouping = grouping
        self._parties = parties.sort("party_key").select(_PARTIES.names())
        self._relationships = relationships.sort("relationship_key").select(_READ)
        self._arrived = self._relationships.clear()
        count = parties.height
        self._is_passing = None if passing is None else _marked(passing, count)
        self._is_exposed = _marked(exposures["party_key"], count)
        self._exposure = np.zeros(count, dtype=np.int64)
        self._exposure[exposures["party_key"].to_numpy()] = exposures["exposure_minor"].to_numpy()
        source, target = self._ends(self._relationships)
        self._rows = LiveRows(self._relationships["relationship_key"].to_numpy().astype(np.int64), ())
        self._components = LiveComponents(count, source, target)
        self._is_anchor = np.zeros(count, dtype=np.bool_)
        everybody = np.arange(count, dtype=np.int32)
        nothing = np.zeros(0, dtype=np.int32)
        self.loaded = self._regrouped(self._components.touched(nothing, nothing, nothing, everybody))
        """The whole book as it was loaded."""
        self._keep(self.loaded)

    def preview(self, change: BookChange) -> TouchedGroups:
        """What the change would make of the groups; nothing changes.

        Raises:
            ValueError: there are new parties, or the change cannot be made.
        """
        self._check(change)
        if not change.parties.is_empty():
            raise ValueError("new parties cannot be previewed")
        exposure, is_exposed = self._exposure, self._is_exposed
        self._exposure, self._is_exposed = exposure.copy(), is_exposed.copy()
        try:
            self._expose(change.exposures)
            return self._regrouped(self._part(change), self._arriving(change))
        finally:
            self._exposure, self._is_exposed = exposure, is_exposed

    def apply(self, change: BookChange) -> TouchedGroups:
        """Make the change.

        Raises:
            ValueError: the change cannot be made; nothing has changed.
        """
        self._check(change)
        arriving = self._arriving(change)
        self._add(change.parties)
        self._expose(change.exposures)
        part = self._part(change)
        touched = self._regrouped(part, arriving)
        self._rows.change(self._leaving(change), (), arriving["relationship_key"].to_numpy().astype(np.int64))
        self._components.commit(part)
        self._arrived = pl.concat([self._arrived, arriving], rechunk=True)
        self._keep(touched)
        return touched

    def _check(self, change: BookChange) -> None:
        arriving = self._arriving(change)
        keys = pl.concat(
            [arriving["relationship_key"].cast(pl.Int64), pl.Series(change.removed, dtype=pl.Int64)]
        )
        if keys.is_duplicated().any() or not self._rows.has(np.array(change.removed, dtype=np.int64)).all():
            raise ValueError("a relationship key is named twice, or removed and not there")
        count = self._parties.height + change.parties.height
        if change.parties["party_key"].to_list() != list(range(self._parties.height, count)):
            raise ValueError("the keys of new parties must follow those there are")
        named = (arriving["source_key"], arriving["target_key"], change.exposures["party_key"])
        if any(not keys.is_between(0, count - 1).all() for keys in named):
            raise ValueError("a party key is none of the parties")

    def _part(self, change: BookChange) -> Part:
        arriving = self._arriving(change)
        leaving = self._leaving(change)
        slots = self._rows.slots(leaving, arriving["relationship_key"].to_numpy())
        new = change.parties["party_key"].to_numpy(), change.exposures["party_key"].to_numpy()
        touched = np.concatenate(new).astype(np.int32)
        return self._components.touched(slots, *self._ends(arriving), touched)

    def _arriving(self, change: BookChange) -> pl.DataFrame:
        if change.relationships is None:
            return self._relationships.clear()
        return change.relationships.select(_READ).cast(self._relationships.schema)

    def _leaving(self, change: BookChange) -> Keys:
        """Keys of the rows that go: those removed, and the old ones of those that change."""
        arriving = self._arriving(change)["relationship_key"].to_numpy().astype(np.int64)
        removed = np.array(change.removed, dtype=np.int64)
        return np.concatenate((removed, arriving[self._rows.has(arriving)]))

    def _ends(self, rows: pl.DataFrame) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """What each row connects; one that can never count connects its source with itself.

        A shareholding is never left out, nor a record of control: they count or not by what stands beside them.
        """
        source, target = rows["source_key"], rows["target_key"]
        ends = self._parties[pl.concat([source, target]).unique().to_numpy()]
        wider = counting_links(rows, ends, self._grouping, if_confirmed=True)["relationship_key"]
        kinds = self._parties["kind"].gather(source)
        binds = rows.select(
            (
                pl.col("kind").is_in(("shareholding", "control"))
                & ~kinds.is_in(self._grouping.hub_kinds).fill_null(value=False)
            )
            | pl.col("relationship_key").is_in(wider.implode())
        ).to_series()
        bound = target.zip_with(binds, source)
        return source.to_numpy().astype(np.int32), bound.to_numpy().astype(np.int32)

    def _add(self, parties: pl.DataFrame) -> None:
        count = parties.height
        if not count:
            return
        self._parties = pl.concat([self._parties, parties.select(_PARTIES.names()).cast(_PARTIES)])
        self._components.add_parties(count)
        nobody = np.zeros(count, dtype=np.bool_)
        self._exposure = np.concatenate((self._exposure, np.zeros(count, dtype=np.int64)))
        self._is_exposed = np.concatenate((self._is_exposed, nobody))
        self._is_anchor = np.concatenate((self._is_anchor, nobody))
        if self._is_passing is not None:
            self._is_passing = np.concatenate((self._is_passing, nobody))

    def _expose(self, exposures: pl.DataFrame) -> None:
        keys = exposures["party_key"].to_numpy()
        self._exposure[keys] = exposures["exposure_minor"].to_numpy()
        self._is_exposed[keys] = True

    def _keep(self, touched: TouchedGroups) -> None:
        self._is_anchor[touched.parties.to_numpy()] = False
        self._is_anchor[touched.groups["anchor_key"].to_numpy()] = True

    def _regrouped(self, part: Part, arriving: pl.DataFrame | None = None) -> TouchedGroups:
        passing = None if self._is_passing is None else self._is_passing[part.parties]
        stakes = Stakes(self._exposure[part.parties], self._is_exposed[part.parties], passing)
        return read_part(
            self._rows_of(part, arriving),
            self._parties[part.parties],
            self._grouping,
            stakes,
            was_anchor=self._is_anchor[part.parties],
        )

    def _rows_of(self, part: Part, arriving: pl.DataFrame | None) -> pl.DataFrame:
        """The relationships inside the part that can count, with local keys."""
        loaded = self._relationships.height
        rows = pl.concat(
            [
                self._relationships[part.slots[part.slots < loaded]],
                self._arrived[part.slots[part.slots >= loaded] - loaded],
                *([] if arriving is None else [arriving]),
            ]
        )
        is_bound = rows["target_key"].to_numpy() == part.parties[part.target]
        return rows.with_columns(
            source_key=pl.Series(part.source, dtype=pl.Int32),
            target_key=pl.Series(part.target, dtype=pl.Int32),
        ).filter(pl.Series(is_bound))


def _marked(keys: pl.Series, count: int) -> Marks:
    marks = np.zeros(count, dtype=np.bool_)
    marks[keys.to_numpy()] = True
    return marks
