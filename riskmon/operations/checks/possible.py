"""Possible groups: those that other deals could still make testable, so that a claim counts on them from the first.

Today one member of a group may owe something and nobody else; two deals that each fit alone may make it a group together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Final

import numpy as np

from graph_models.arrays import Cover
from riskmon.operations.checks.cells import Cell
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.effects import Touched, add_own, newly_passing, of_group
from riskmon.operations.checks.lines import Line, LineKey
from riskmon.operations.checks.standings import Flags, Group
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

    def lines(self, cells: Iterable[Cell]) -> list[Line]:
        """The lines of groups that the cells could count on, and those of the bank's own limits that name such a group."""
        by_book: dict[str, dict[int, list[Cell]]] = {}
        for cell in cells:
            by_book.setdefault(cell.book_id, {}).setdefault(cell.party_key, []).append(cell)
        found: dict[LineKey, Line] = {}
        own: dict[LineKey, Line] = {}
        for book in self._decisions.selection.books:
            if book.id in by_book:
                touched = self._touched(book, by_book[book.id])
                for group in touched.groups:
                    for each in self._as_it_could_be(touched, group):
                        found |= {line.key: line for line in of_group(self._decisions, touched, each)}
                add_own(self._decisions, touched, own)
        return [*found.values(), *own.values()]

    def _touched(self, book: Book, cells: Mapping[int, Sequence[Cell]]) -> Touched:
        decisions = self._decisions
        passing = frozenset(newly_passing(decisions, book, cells))
        if passing:
            groups = self._behind_the_gate(book, frozenset(cells), passing)
        else:
            of_book = self._groups(book)
            groups = {each.anchor_key: each for key in cells for each in of_book.of(key)} if of_book else {}
        named = decisions.own_limits.named["group"]
        anchors = {
            key: tuple(
                sorted(
                    named
                    & {decisions.party_id(anchor) for anchor, g in groups.items() if key in g.member_keys}
                )
            )
            for key in cells
        }
        tested = [groups[anchor] for anchor in sorted(groups) if groups[anchor].is_tested]
        return Touched(
            book, cells, tested, {key: self._settled(book, of, groups) for key, of in anchors.items()}
        )

    def _settled(self, book: Book, anchors: Iterable[str], groups: Mapping[int, Group]) -> tuple[str, ...]:
        """The anchors of groups that would hold nobody who owes something today and is not counted in it."""
        decisions = self._decisions
        now, today = decisions.parties[book.id], decisions.groups[book.id]
        found = []
        for anchor in anchors:
            at = today.at(decisions.keys[anchor])
            counted = today.group(at).exposed if at is not None else _NONE
            members = groups[decisions.keys[anchor]].member_keys
            if not any(now.is_exposed[key] for key in members - counted):
                found.append(anchor)
        return tuple(found)

    def _as_it_could_be(self, touched: Touched, group: Group) -> Iterator[Group]:
        """The group with all who could count; where no institution is in it yet, also as it is without any."""
        decisions, book_id = self._decisions, touched.book.id
        yield group
        institutions = {key for key in group.exposed if decisions.limits.is_institution(book_id, key)}
        others = group.exposed - institutions
        now = decisions.parties[book_id]
        is_one_in_it = any(now.is_exposed[key] or key in touched.cells for key in institutions)
        if institutions and not is_one_in_it and len(others) > 1:
            yield Group(group.anchor_key, others, group.member_keys)

    def _behind_the_gate(
        self, book: Book, parties: frozenset[int], passing: frozenset[int]
    ) -> dict[int, Group]:
        """The groups of parties where a deal opens the book's gate, if everybody around counted."""
        now = self._decisions.parties[book.id]
        around = self._decisions.regrouping.around(parties, book)
        new = frozenset(int(key) for key in around if self._can_owe[key] and not now.is_exposed[key])
        found = self._decisions.regrouping.groups(book, now, new, passing)
        return {each.anchor_key: each for each in found if parties & each.member_keys}

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
        self._kept: dict[int, Group] = {}

    def of(self, party_key: int) -> Iterator[Group]:
        """The groups that a party could be in."""
        left, right = np.searchsorted(self._party_sorted, [party_key, party_key + 1])
        for position in self._group_of[left:right].tolist():
            if position not in self._kept:
                self._kept[position] = self._read(position)
            yield self._kept[position]

    def _read(self, position: int) -> Group:
        members = self._members[self._starts[position] : self._starts[position + 1]]
        everybody = frozenset(members.tolist())
        counting = (
            everybody if self._can_owe[members].all() else frozenset(members[self._can_owe[members]].tolist())
        )
        return Group(int(self._anchor[position]), counting, everybody)
