"""Effects: the limits of everybody whom a deal touches, as they stand before it, each with the cells of the deal that it counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.lines import LineKey, Standing, Terms
from riskmon.operations.checks.measuring import Cell
from riskmon.operations.checks.own_limits import Anchors
from riskmon.operations.checks.standings import Group, Parties
from riskmon.rulebook.select import Book

Numbered = Mapping[int, Sequence[tuple[int, Cell]]]
"""The cells of one book by party, each with its position."""


class Change(NamedTuple):
    """Who counts in groups of a book with the deal that did not before, and who opens the book's gate."""

    exposed: frozenset[int]
    passing: frozenset[int]


NO_CHANGE = Change(frozenset(), frozenset())

NOTHING_CHANGES: Final[Mapping[str, Change]] = {}
"""What cells change that leave every group as it is."""

_NO_ANCHORS: Final = Anchors((), frozenset())


class Touched(NamedTuple):
    """What cells touch under one book.

    Attributes:
        cells: by party.
        groups: the groups whose limits they concern, as they are with the deal, each with its members among the parties of the deal.
        anchors: by party the anchors of its groups that a limit of the bank's own names.
    """

    book: Book
    cells: Numbered
    groups: Sequence[tuple[Group, Sequence[int]]]
    anchors: Mapping[int, Anchors]


def changes(decisions: DecisionBook, cells: Iterable[Cell]) -> Mapping[str, Change]:
    """By book what the cells change in who counts and who opens the gate; a book where nothing changes is not there."""
    parties, gates = decisions.parties, decisions.gates
    exposed: dict[str, set[int]] = {}
    owing: dict[tuple[str, int], list[Cell]] = {}
    for cell in cells:
        book_id, key = cell.book_id, cell.party_key
        if not parties[book_id].is_exposed.item(key) and (cell.is_exposed or not cell.is_complete):
            exposed.setdefault(book_id, set()).add(key)
        if book_id in gates:
            owing.setdefault((book_id, key), []).append(cell)
    if not exposed and not owing:
        return NOTHING_CHANGES
    passing: dict[str, set[int]] = {}
    for (book_id, key), own in owing.items():
        if _opens(decisions.parties[book_id], key, own, decisions.gates[book_id]):
            passing.setdefault(book_id, set()).add(key)
    return {
        book_id: Change(frozenset(exposed.get(book_id, ())), frozenset(passing.get(book_id, ())))
        for book_id in {*exposed, *passing}
    }


def _opens(now: Parties, key: int, cells: Sequence[Cell], first: int) -> bool:
    """Whether a party opens a gate with the deal and did not before. first: the amount from which it is open."""
    today = now.amounts["exposure"].item(key)
    if today >= first or not now.is_complete.item(key):
        return False
    return today + sum(cell.exposure for cell in cells) >= first or not all(
        cell.is_complete for cell in cells
    )


def standing_lines(
    decisions: DecisionBook, cells: Sequence[Cell], changed: Mapping[str, Change], *, in_haste: bool
) -> tuple[Standing, ...]:
    """Every line that the cells concern: of the parties, of their groups, and of the bank.

    in_haste: refuse to group again.

    Raises:
        TakesTimeError: in haste, and parts of the book have to be grouped again.
    """
    numbered = by_book(cells)
    found: list[Standing] = []
    for book in decisions.selection.books:
        of_party = numbered.get(book.id)
        if of_party is None:
            continue
        touched = _touched(decisions, book, of_party, changed.get(book.id, NO_CHANGE), in_haste=in_haste)
        found += _of_obligors(decisions, touched)
        for group, members in touched.groups:
            found += of_group(decisions, touched, group, members)
        found += _of_bank(decisions, touched)
        found += decisions.own_limits.lines(book.id, of_party, touched.anchors)
    return tuple(found)


def by_book(cells: Sequence[Cell]) -> dict[str, dict[int, list[tuple[int, Cell]]]]:
    """The cells by book and party, each with its position."""
    found: dict[str, dict[int, list[tuple[int, Cell]]]] = {}
    for n, cell in enumerate(cells):
        found.setdefault(cell.book_id, {}).setdefault(cell.party_key, []).append((n, cell))
    return found


def _touched(
    decisions: DecisionBook, book: Book, cells: Numbered, change: Change, *, in_haste: bool
) -> Touched:
    if change is not NO_CHANGE:
        return _regrouped(decisions, book, cells, change, in_haste=in_haste)
    groups, named = decisions.groups[book.id], decisions.own_limits.named["group"]
    members: dict[int, list[int]] = {}
    anchors = dict.fromkeys(cells, _NO_ANCHORS)
    for key in cells:
        positions = groups.of(key)
        for at in positions:
            members.setdefault(at, []).append(key)
        if named and positions:
            own = {decisions.party_id(groups.anchor(at)) for at in positions} & named
            anchors[key] = Anchors(tuple(sorted(own)), frozenset())
    found = [(groups.group(at), members[at]) for at in sorted(members)]
    return Touched(book, cells, [each for each in found if each[0].is_tested], anchors)


def _regrouped(
    decisions: DecisionBook, book: Book, cells: Numbered, change: Change, *, in_haste: bool
) -> Touched:
    now, groups, named = (
        decisions.parties[book.id],
        decisions.groups[book.id],
        decisions.own_limits.named["group"],
    )
    found, unsettled = [], set()
    holding: dict[int, set[str]] = {key: set() for key in cells}
    for new in decisions.regrouping.groups(book, now, change.exposed, change.passing, in_haste=in_haste):
        at = groups.at(new.anchor_key)
        before = frozenset() if at is None else groups.counting(at)
        members = [key for key in cells if key in new.members]
        anchor = decisions.party_id(new.anchor_key)
        for key in members:
            holding[key].add(anchor)
        if not members and (len(new.counting) < 2 or before == new.counting):
            continue
        if new.counting - change.exposed - before:
            unsettled.add(anchor)
        if len(new.counting) > 1:
            found.append((groups.changed(*new), members))
    anchors = {
        key: Anchors(tuple(sorted(of & named)), frozenset(of & named & unsettled))
        for key, of in holding.items()
    }
    return Touched(book, cells, found, anchors)


def _key(terms: Terms, kind: str, subject_id: str) -> LineKey:
    return terms.book_id, terms.limit_id, kind, subject_id


def _of_obligors(decisions: DecisionBook, touched: Touched) -> Iterator[Standing]:
    book_id = touched.book.id
    now = decisions.parties[book_id]
    for key, cells in touched.cells.items():
        is_institution = now.is_institution.item(key)
        is_complete, numbers = now.is_complete.item(key), tuple([n for n, _ in cells])
        subject_id = decisions.party_id(key)
        for terms in decisions.limits.of(book_id, "obligor", key, has_institution=is_institution):
            amounts = now.amounts.get(terms.measure)
            before = None if amounts is None else amounts.item(key)
            line_key = _key(terms, "obligor", subject_id)
            if terms.counts == "non_institutions" and is_institution:
                yield Standing(
                    terms, line_key, 0, 0, is_complete and all(c.is_complete for _, c in cells), ()
                )
            elif terms.counts == "clearing_and_rest_each":
                cleared = now.cleared.get(key, 0)
                yield Standing(terms, line_key, before, before, is_complete, numbers, cleared)
            else:
                yield Standing(terms, line_key, before, before, is_complete, numbers)


def of_group(
    decisions: DecisionBook, touched: Touched, group: Group, members: Sequence[int]
) -> Iterator[Standing]:
    """The limits on a group. members: the parties of the cells that are in it."""
    book_id = touched.book.id
    now = decisions.parties[book_id]
    subject_id = f"{book_id}/{decisions.party_id(group.anchor_key)}"
    own = [(key, n, cell) for key in members for n, cell in touched.cells[key]]
    is_complete = group.is_complete and all(cell.is_complete for _, _, cell in own)
    for terms in decisions.limits.of(
        book_id, "group", group.anchor_key, has_institution=group.has_institution
    ):
        line_key = _key(terms, "group", subject_id)
        if terms.counts == "non_institutions":
            numbers = tuple([n for key, n, _ in own if not now.is_institution.item(key)])
            yield Standing(terms, line_key, group.others, group.others, is_complete, numbers)
            continue
        today = group.amounts.get(terms.measure)
        numbers = tuple(
            [
                n
                for key, n, cell in own
                if terms.measure != "exposure" or not is_cleared(decisions, touched.book, key, cell)
            ]
        )
        before = today if today is None else group.stored.get(terms.measure, today)
        yield Standing(terms, line_key, before, today, is_complete, numbers)


def is_cleared(decisions: DecisionBook, book: Book, key: int, cell: Cell) -> bool:
    """Whether the book keeps it out of the sum of a group."""
    out = book.grouping.ungrouped_products if book.grouping else ()
    return cell.product in out and decisions.kinds[key] == "ccp"


def _of_bank(decisions: DecisionBook, touched: Touched) -> Iterator[Standing]:
    book_id = touched.book.id
    now = decisions.parties[book_id]
    counted: dict[str, tuple[Terms, list[int]]] = {}
    for key, cells in touched.cells.items():
        for terms in decisions.limits.of_bank(book_id, key):
            counted.setdefault(terms.limit_id, (terms, []))[1].extend(n for n, _ in cells)
    for limit_id, (terms, numbers) in counted.items():
        subject_id, tested = decisions.on_bank[book_id, limit_id]
        before = tested.amount
        if before is None and terms.measure in now.amounts:
            before = 0  # nobody of the class owed anything
        line_key = _key(terms, "bank", subject_id)
        yield Standing(terms, line_key, before, before, tested.is_complete, tuple(numbers))
