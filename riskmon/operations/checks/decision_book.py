"""The decision book: one snapshot in the form in which deals are checked, read once and never changed.

It is made of what the run stored: its output tables, the inputs it read, and its manifest with the books and choices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.limits.headroom import Bases
from riskmon.operations.checks.book_limits import BookLimits
from riskmon.operations.checks.measuring import Measurer
from riskmon.operations.checks.own_limits import OwnLimits, Tested, tested_limits
from riskmon.operations.checks.reading import (
    Reader,
    covered_whole,
    declared_digest,
    guarantors,
    on_bank,
    registered,
    validated,
    vetoes,
)
from riskmon.operations.checks.regrouping import Regrouping
from riskmon.operations.checks.standings import Groups, Parties
from riskmon.operations.limits.own_headroom import own_headroom
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.select import Book, Selection
from riskmon.store.snapshots import Manifest, Snapshots


@dataclass(frozen=True, slots=True)
class DecisionBook:
    """One snapshot for decisions.

    Attributes:
        party_ids: by party key.
        keys: party key by id, ids that were merged included.
        parties, groups: by book.
        gates: by book that has one, the exposure from which its gate is open.
        on_bank: by book and limit, what the snapshot says of a limit on all obligors together, with the bank's id.
        vetoes: the raised signals that veto, by book and anchor of a group, or by nothing and the key of an obligor.
        vetoed: the parties that one of them is on, or on a group of theirs.
        covered: parties all of whose facilities a protection covers.
        guarantors: parties of a kind whose promise some book recognises, those with most room first.
        bank_party_id: the bank itself; None where it is not told.
        declared_digest: SHA-256 of the declared limits, where others count than those of the run.
    """

    manifest: Manifest
    selection: Selection
    party_ids: Sequence[str]
    keys: Mapping[str, int]
    kinds: Sequence[str | None]
    parties: Mapping[str, Parties]
    groups: Mapping[str, Groups]
    limits: BookLimits
    own_limits: OwnLimits
    gates: Mapping[str, int]
    on_bank: Mapping[tuple[str, str], tuple[str, Tested]]
    measurer: Measurer
    regrouping: Regrouping
    vetoes: Mapping[tuple[str, int], Sequence[dict[str, object]]]
    vetoed: frozenset[int]
    covered: frozenset[int]
    guarantors: Sequence[int]
    bank_party_id: str | None
    declared_digest: str | None

    def party_id(self, key: int) -> str:
        """The id of a party."""
        return self.party_ids[key]


def decision_book(
    snapshots: Snapshots, run_id: str | None = None, declared: pl.DataFrame | None = None
) -> DecisionBook:
    """The decision book of a run; of the current one where none is named.

    declared: the table `declared_limits` as it is now; if it is not given, as the run counted it.

    Raises:
        NotFoundError, NotReadyError: there is no such run.
        CallerError: the rules of the run are not at hand any more.
        SnapshotUnreadableError: the tables of the run are damaged.
    """
    snapshot = snapshots.find(run_id)
    selection = selection_of(snapshot.manifest)
    inputs = snapshots.inputs(snapshot)
    if declared is not None:
        inputs["declared_limits"] = declared
    tables, rates = validated(inputs, selection, snapshot)
    ids = tables["parties"]["party_id"].to_list()
    keys = dict(zip(ids, range(len(ids)), strict=True))
    aliases = snapshots.table(snapshot, "party_aliases").collect()
    keys |= {alias: keys[kept] for alias, kept in aliases.select("alias_id", "party_id").iter_rows()}
    headroom = snapshots.table(snapshot, "headroom").collect()
    if declared is not None:
        headroom = own_headroom(snapshots, snapshot, declared, selection).headroom
    limits = BookLimits(tables, selection, registered(tables, selection))
    own_limits = OwnLimits(tables, selection, limits.bases, tested_limits(headroom))
    read = Reader(snapshots, snapshot, keys, tables["parties"])
    parties = {book.id: read.parties(book, limits.institutions(book.id)) for book in selection.books}
    named = own_limits.named["group"]
    groups = {book.id: read.groups(book, parties[book.id], named) for book in selection.books}
    vetoing = vetoes(snapshots.table(snapshot, "signals").collect(), selection, keys)
    covers = inputs.get("protection_covers")
    bank = tables["bank"]["party_id"].to_list()
    return DecisionBook(
        manifest=snapshot.manifest,
        selection=selection,
        party_ids=ids,
        keys=keys,
        kinds=tables["parties"]["kind"].to_list(),
        parties=parties,
        groups=groups,
        limits=limits,
        own_limits=own_limits,
        gates=_gates(selection.books, limits.bases),
        on_bank=on_bank(headroom),
        measurer=Measurer(tables, selection, rates),
        regrouping=Regrouping(tables, selection, read.relationships),
        vetoes=vetoing,
        vetoed=_vetoed(vetoing, groups),
        covered=frozenset() if covers is None else covered_whole(covers, keys),
        guarantors=_ranked(guarantors(tables["parties"], selection), parties, limits),
        bank_party_id=bank[0] if bank else None,
        declared_digest=None if declared is None else declared_digest(declared),
    )


def _gates(books: Sequence[Book], bases: Bases) -> dict[str, int]:
    """By book the exposure from which its gate is open, in whole minor units; a gate whose base is unknown is open anyway."""
    found = {}
    for book in books:
        gate = book.grouping.gate if book.grouping else None
        base = bases.get(gate.base) if gate else None
        if gate is not None and base is not None:
            line = limit_minor(base_minor=base, ratio=gate.ratio)
            # At the line is at the line rounded up.
            found[book.id] = line + (gate.boundary == "above" or base * gate.ratio != line)
    return found


def _vetoed(vetoing: Iterable[tuple[str, int]], groups: Mapping[str, Groups]) -> frozenset[int]:
    """Everybody with whom no deal may be done while these signals are raised."""
    found: set[int] = set()
    for book_id, key in vetoing:
        at = groups[book_id].at(key) if book_id in groups else None
        found |= {key} if not book_id else set() if at is None else set(groups[book_id].members(at))
    return frozenset(found)


def _ranked(keys: Sequence[int], parties: Mapping[str, Parties], limits: BookLimits) -> list[int]:
    """Parties by the least headroom that each has as an obligor, those with most of it first."""

    def room(key: int) -> int:
        rooms = [
            terms.limit_minor - now.amounts[terms.measure].item(key)
            for book_id, now in parties.items()
            for terms in limits.of(book_id, "obligor", key, has_institution=now.is_institution.item(key))
            if terms.limit_minor is not None and terms.measure in now.amounts
        ]
        return min(rooms, default=0)

    return sorted(keys, key=lambda key: (-room(key), key))
