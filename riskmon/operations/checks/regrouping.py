"""Regrouping: the groups as they would be if a deal exposed a party for the first time, or opened a gate.

Who counts in a group depends on who owes the bank anything. Where a deal changes that, the part of the book that hangs together
with its parties is grouped again by the group stage's own functions, under the one book that it changes.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from graph_models.arrays import Cover, components
from riskmon.groups.covers import CoverReader
from riskmon.groups.gate import passing_parties
from riskmon.groups.membership import membership
from riskmon.groups.register import registered_cover
from riskmon.operations.checks.standings import Parties
from riskmon.rulebook.select import Book, Selection

Keys = frozenset[int]

_COUNTED = ("exempt_minor", "joint_minor", "joint_exempt_minor")
"""What the exposure of a party at hand is already less, or more, by."""


class TakesTimeError(Exception):
    """Parts of the book would have to be grouped again, and there was no time for it."""


class Regrouped(NamedTuple):
    """A group as it would be: the keys of all its members, connectors included, and of those that count."""

    anchor_key: int
    members: Keys
    counting: Keys


class Regrouping:
    """Groups parts of the book again. What was grouped once is kept, by who counts anew."""

    def __init__(
        self, tables: dict[str, pl.DataFrame], selection: Selection, relationships: Callable[[], pl.DataFrame]
    ) -> None:
        """Take the validated tables (parties, related_parties, capital).

        relationships: reads them when they are first needed, with relationship_key, source_key, target_key.
        """
        self._tables = tables
        self._selection = selection
        self._read = relationships
        self._relationships: pl.DataFrame | None = None
        self._part: np.ndarray[tuple[int], np.dtype[np.int32]] | None = None
        self._reader: CoverReader | None = None
        self._found: dict[tuple[str, Keys, Keys], tuple[Regrouped, ...]] = {}

    def groups(
        self, book: Book, now: Parties, exposed: Keys, passing: Keys, *, in_haste: bool = False
    ) -> tuple[Regrouped, ...]:
        """The groups of everybody who hangs together with the parties named.

        now: every party before the deal. exposed: who counts from now on. passing: who opens the book's gate from now on.

        Raises:
            TakesTimeError: in haste, and this was not asked before.
        """
        key = (book.id, exposed, passing)
        if key not in self._found:
            if in_haste and book.grouping is not None:
                raise TakesTimeError
            self._found[key] = self._grouped(book, now, exposed, passing)
        return self._found[key]

    def cover(self, book: Book, now: Parties) -> Cover | None:
        """The groups of everybody, whoever owes anything, those included that lie within another; None where the book has none."""
        grouping, parties = book.grouping, self._tables["parties"]
        if grouping is None:
            return None
        if grouping.of_register:
            related = self._tables["related_parties"]
            return registered_cover(related, parties, grouping, as_of=self._selection.as_of).groups
        if self._reader is None:
            self._reader = CoverReader(self._all_relationships(), parties)
        gate = self._passing(book, now, np.arange(parties.height), frozenset())
        return self._reader.read(grouping, gate).groups

    def _grouped(self, book: Book, now: Parties, exposed: Keys, passing: Keys) -> tuple[Regrouped, ...]:
        if book.grouping is None:
            return ()
        keys = self.around(exposed | passing, book)
        parties = self._tables["parties"][keys].with_columns(party_key=pl.int_range(pl.len(), dtype=pl.Int32))
        place = {int(key): n for n, key in enumerate(keys)}
        if book.grouping.of_register:
            related = _moved(self._tables["related_parties"], ["party_key"], keys)
            whole = registered_cover(related, parties, book.grouping, as_of=self._selection.as_of)
        else:
            links = _moved(self._all_relationships(), ["source_key", "target_key"], keys)
            links = links.with_columns(relationship_key=pl.int_range(pl.len(), dtype=pl.Int32))
            gate = self._passing(book, now, keys, passing)
            whole = CoverReader(links, parties).read(book.grouping, gate)
        counting = [n for key, n in place.items() if key in exposed or now.is_exposed[key]]
        groups, members = membership(whole.groups, whole.links, pl.Series(counting, dtype=pl.Int32).sort())
        anchors = dict(groups.select("group_key", "anchor_key").iter_rows())
        listed = members.group_by("group_key", maintain_order=True).agg(
            "party_key", exposed=pl.col("party_key").filter(pl.col("role") != "connector")
        )
        return tuple(
            Regrouped(
                int(keys[anchors[group]]),
                frozenset(keys[everybody].tolist()),
                frozenset(keys[counted].tolist()),
            )
            for group, everybody, counted in listed.iter_rows()
        )

    def _passing(
        self, book: Book, now: Parties, keys: np.ndarray[tuple[int], np.dtype[np.int64]], passing: Keys
    ) -> pl.Series | None:
        """Whose exposure opens the gate, by place in the part; None where the book has no gate, or no line is known."""
        before = pl.DataFrame(
            {
                "obligor_key": np.arange(len(keys), dtype=np.int32),
                "exposure_minor": now.amounts["exposure"][keys],
                "is_complete": now.is_complete[keys],
            }
        ).with_columns(book_id=pl.lit(book.id), **dict.fromkeys(_COUNTED, pl.lit(0, dtype=pl.Int64)))
        open_before = passing_parties({**self._tables, "obligor_exposures": before}, book)
        if open_before is None:
            return None
        new = [n for n, key in enumerate(keys) if int(key) in passing]
        return pl.concat([open_before, pl.Series(new, dtype=open_before.dtype)]).unique().sort()

    def around(self, named: Keys, book: Book) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The keys of everybody that any relationship or register connects with the parties named, in order."""
        part = self._parts()
        found = np.isin(part, part[list(named)])
        if book.grouping is not None and book.grouping.separate_parties:
            # A choice names them: the group stage insists that they are there.
            found |= self._tables["parties"]["party_id"].is_in(book.grouping.separate_parties).to_numpy()
        return np.flatnonzero(found)

    def _parts(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        if self._part is None:
            links = self._all_relationships()
            register = self._register_links()
            source = np.concatenate([links["source_key"].to_numpy(), register["source_key"].to_numpy()])
            target = np.concatenate([links["target_key"].to_numpy(), register["target_key"].to_numpy()])
            count = self._tables["parties"].height
            self._part = components(count, source.astype(np.int32), target.astype(np.int32), is_strong=False)
        return self._part

    def _register_links(self) -> pl.DataFrame:
        """Pairs that the bank's register of related parties puts together."""
        ids = self._tables["parties"].select("party_key", "party_id")
        named = self._tables["related_parties"].join(ids, on="party_key", how="left")
        listed = named.select("party_key", group=pl.coalesce("related_group_id", "party_id"))
        everybody = pl.concat([listed, ids.select("party_key", group="party_id")])
        return everybody.select(source_key=pl.col("party_key").first().over("group"), target_key="party_key")

    def _all_relationships(self) -> pl.DataFrame:
        if self._relationships is None:
            self._relationships = self._read()
        return self._relationships


def _moved(
    rows: pl.DataFrame, columns: list[str], keys: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> pl.DataFrame:
    """The rows whose parties are all among the keys, each key replaced by its place among them."""
    places = pl.DataFrame({"key": keys, "place": np.arange(len(keys))}).cast(pl.Int32)
    for column in columns:
        rows = (
            rows.join(places, left_on=column, right_on="key", how="inner", maintain_order="left")
            .with_columns(pl.col("place").alias(column))
            .drop("place")
        )
    return rows
