"""Possible groups: those that other deals could still make testable, so that a claim counts on them from the first.

Today one member of a group may owe something and nobody else; two deals that each fit alone may make it a group together.
"""

from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Final

import numpy as np

from graph_models.arrays import Cover
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.effects import NO_CHANGE, Numbered, Touched, by_book, changes, of_group
from riskmon.operations.checks.lines import Line, Standing
from riskmon.operations.checks.measuring import Cell
from riskmon.operations.checks.own_limits import Anchors
from riskmon.operations.checks.regrouping import Keys, Regrouped
from riskmon.operations.checks.standings import Flags
from riskmon.rulebook.select import Book

_NONE: Final[frozenset[int]] = frozenset()


class PossibleGroups:
    """Every group that deals could make one, book by book. Read when first asked. Safe to share between threads."""

    def __init__(self, decisions: DecisionBook) -> None:
        """Take the snapshot that deals are decided on."""
        self._decisions = decisions
        own_bank = decisions.keys.get(decisions.bank_party_id or "")
        self._can_owe = np.ones(len(decisions.party_ids), dtype=np.bool_)
        if own_bank is not None:
            self._can_owe[own_bank] = False
        self._books: dict[str, _Groups | None] = {}
        self._lock = Lock()

    def lines(self, cells: tuple[Cell, ...]) -> list[Line]:
        """The lines of groups that the cells could count on, and those of the bank's own limits that name such a group."""
        changed = changes(self._decisions, cells)
        found: list[Standing] = []
        for book_id, numbered in by_book(cells).items():
            book = next(each for each in self._decisions.selection.books if each.id == book_id)
            found += self._of_book(book, numbered, changed.get(book_id, NO_CHANGE).passing)
        return [line.with_deal(cells, 0) for line in found]

    def _of_book(self, book: Book, cells: Numbered, passing: Keys) -> Iterator[Standing]:
        decisions = self._decisions
        groups = self._groups_of(book, cells, passing)
        named = decisions.own_limits.named["group"]
        anchors = {}
        for key in cells:
            holding = {decisions.party_id(anchor) for anchor, group in groups.items() if key in group.members}
            settled = self._settled(book, sorted(named & holding), groups)
            anchors[key] = Anchors(settled, frozenset())
        for anchor in sorted(groups):
            if len(groups[anchor].counting) > 1:
                for each in self._as_it_could_be(book, cells, groups[anchor]):
                    yield from self._of_group(book, cells, each)
        yield from decisions.own_limits.lines(book.id, cells, anchors)

    def _of_group(self, book: Book, cells: Numbered, group: Regrouped) -> Iterator[Standing]:
        members = [key for key in cells if key in group.members]
        changed = self._decisions.groups[book.id].changed(*group)
        return of_group(self._decisions, Touched(book, cells, (), {}), changed, members)

    def _groups_of(self, book: Book, cells: Numbered, passing: Keys) -> dict[int, Regrouped]:
        """The groups that the parties of the cells could be in, by anchor."""
        if passing:
            return self._behind_the_gate(book, frozenset(cells), passing)
        of_book = self._groups(book)
        return {each.anchor_key: each for key in cells for each in of_book.of(key)} if of_book else {}

    def _settled(
        self, book: Book, anchors: Iterable[str], groups: Mapping[int, Regrouped]
    ) -> tuple[str, ...]:
        """The anchors of groups that would hold nobody who owes something today and is not counted in it."""
        decisions = self._decisions
        now, today = decisions.parties[book.id], decisions.groups[book.id]
        found = []
        for anchor in anchors:
            at = today.at(decisions.keys[anchor])
            counted = today.counting(at) if at is not None else _NONE
            members = groups[decisions.keys[anchor]].members
            if not any(now.is_exposed[key] for key in members - counted):
                found.append(anchor)
        return tuple(found)

    def _as_it_could_be(self, book: Book, cells: Numbered, group: Regrouped) -> Iterator[Regrouped]:
        """The group with all who could count; where no institution is in it yet, also as it is without any."""
        yield group
        now = self._decisions.parties[book.id]
        institutions = {key for key in group.counting if now.is_institution[key]}
        others = group.counting - institutions
        is_one_in_it = any(now.is_exposed[key] or key in cells for key in institutions)
        if institutions and not is_one_in_it and len(others) > 1:
            yield group._replace(counting=others)

    def _behind_the_gate(self, book: Book, parties: Keys, passing: Keys) -> dict[int, Regrouped]:
        """The groups of parties where a deal opens the book's gate, if everybody around counted."""
        now = self._decisions.parties[book.id]
        around = self._decisions.regrouping.around(parties, book)
        new = frozenset(int(key) for key in around if self._can_owe[key] and not now.is_exposed[key])
        found = self._decisions.regrouping.groups(book, now, new, passing)
        return {each.anchor_key: each for each in found if parties & each.members}

    def _groups(self, book: Book) -> "_Groups | None":
        if book.id not in self._books:
            with self._lock:
                if book.id not in self._books:
                    cover = self._decisions.regrouping.cover(book, self._decisions.parties[book.id])
                    self._books[book.id] = None if cover is None else _Groups(cover, self._can_owe)
        return self._books[book.id]


class _Groups:
    """The groups of one book, whoever owes anything."""

    def __init__(self, cover: Cover, can_owe: Flags) -> None:
        self._anchor, self._can_owe = cover.anchor, can_owe
        by_group = np.argsort(cover.group, kind="stable")
        self._members = cover.party[by_group]
        self._starts = np.searchsorted(cover.group[by_group], np.arange(len(cover.anchor) + 1))
        by_party = np.argsort(cover.party, kind="stable")
        self._group_of, self._party_sorted = cover.group[by_party], cover.party[by_party]
        self._kept: dict[int, Regrouped] = {}

    def of(self, party_key: int) -> Iterator[Regrouped]:
        """The groups that a party could be in."""
        left, right = np.searchsorted(self._party_sorted, [party_key, party_key + 1])
        for position in self._group_of[left:right].tolist():
            if position not in self._kept:
                self._kept[position] = self._read(position)
            yield self._kept[position]

    def _read(self, position: int) -> Regrouped:
        members = self._members[self._starts[position] : self._starts[position + 1]]
        everybody = frozenset(members.tolist())
        counting = (
            everybody if self._can_owe[members].all() else frozenset(members[self._can_owe[members]].tolist())
        )
        return Regrouped(int(self._anchor[position]), everybody, counting)
