"""Effects: what deals do to every limit of everybody they touch, before and after, in whole numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from riskmon.domain.money import limit_minor
from riskmon.operations.checks.cells import CLEARING, Cell
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.lines import Line, LineKey, Terms
from riskmon.operations.checks.standings import Group, Groups
from riskmon.rulebook.select import Book

Claims = Mapping[LineKey, int]
"""What is claimed on lines beside the snapshot, in minor units of the reporting currency."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What cells do under one book.

    Attributes:
        cells: by party.
        groups: the groups whose limits they concern, as they are with the deal.
        anchors: by party the anchors of its groups that a limit of the bank's own names.
        unsettled: of these anchors those whose group would hold more than the deal's own parties beside who is in it today.
    """

    book: Book
    cells: Mapping[int, Sequence[Cell]]
    groups: Sequence[Group]
    anchors: Mapping[int, tuple[str, ...]]
    unsettled: frozenset[str] = frozenset()


def lines_of(decisions: DecisionBook, cells: Iterable[Cell], claims: Claims) -> list[Line]:
    """Every line that the cells concern: of the parties, of their groups, and of the bank."""
    by_book: dict[str, dict[int, list[Cell]]] = {}
    for cell in cells:
        by_book.setdefault(cell.book_id, {}).setdefault(cell.party_key, []).append(cell)
    found: list[Line] = []
    own: dict[LineKey, Line] = {}
    for book in decisions.selection.books:
        of_party = by_book.get(book.id)
        if of_party is None:
            continue
        touched = _touched(decisions, book, of_party)
        found += _of_obligors(decisions, touched)
        found += [line for group in touched.groups for line in of_group(decisions, touched, group)]
        found += _of_bank(decisions, touched)
        add_own(decisions, touched, own)
    return [_claimed(line, claims) for line in (*found, *own.values())]


def _claimed(line: Line, claims: Claims) -> Line:
    claim = claims.get(line.key, 0)
    if not claim or line.before is None:
        return line
    return replace(line, before=line.before + claim, after=None if line.after is None else line.after + claim)


def _touched(decisions: DecisionBook, book: Book, cells: Mapping[int, Sequence[Cell]]) -> Touched:
    now, groups = decisions.parties[book.id], decisions.groups[book.id]
    exposed = frozenset(
        key
        for key, own in cells.items()
        if not now.is_exposed[key] and any(cell.is_exposed or not cell.is_complete for cell in own)
    )
    passing = frozenset(newly_passing(decisions, book, cells))
    unsettled: frozenset[str] = frozenset()
    if exposed or passing:
        regrouped = decisions.regrouping.groups(book, now, exposed, passing)
        affected = [group for group in regrouped if _is_affected(decisions, book, group, cells)]
        holding = {key: [g.anchor_key for g in regrouped if key in g.member_keys] for key in cells}
        unsettled = frozenset(
            decisions.party_id(group.anchor_key)
            for group in affected
            if group.exposed - exposed - _exposed_today(groups, group.anchor_key)
        )
    else:
        positions = {key: groups.of(key) for key in cells}
        affected = [groups.group(each) for each in sorted({n for of in positions.values() for n in of})]
        holding = {key: [groups.anchor(n) for n in of] for key, of in positions.items()}
    named = decisions.own_limits.named["group"]
    anchors = {
        key: tuple(sorted(named & {decisions.party_id(anchor) for anchor in of})) if named else ()
        for key, of in holding.items()
    }
    return Touched(book, cells, [group for group in affected if group.is_tested], anchors, unsettled)


def _exposed_today(groups: Groups, anchor_key: int) -> frozenset[int]:
    at = groups.at(anchor_key)
    return frozenset() if at is None else groups.group(at).exposed


def newly_passing(decisions: DecisionBook, book: Book, cells: Mapping[int, Sequence[Cell]]) -> list[int]:
    """The parties that open the book's gate with the deal and did not before."""
    gate = book.grouping.gate if book.grouping else None
    base = decisions.limits.bases.get(gate.base) if gate else None
    if gate is None or base is None:
        return []
    now = decisions.parties[book.id]
    line = limit_minor(base_minor=base, ratio=gate.ratio)
    # In whole minor units at the line is at the line rounded up.
    first = line + (gate.boundary == "above" or base * gate.ratio != line)
    return [
        key
        for key, own in cells.items()
        if now.is_complete[key]
        and int(now.amounts["exposure"][key]) < first
        and (
            int(now.amounts["exposure"][key]) + sum(cell.exposure for cell in own) >= first
            or not all(cell.is_complete for cell in own)
        )
    ]


def _is_affected(
    decisions: DecisionBook, book: Book, group: Group, cells: Mapping[int, Sequence[Cell]]
) -> bool:
    """Whether a group has a party of the deal, or is another than in the snapshot."""
    if any(key in group.member_keys for key in cells):
        return True
    groups = decisions.groups[book.id]
    before = groups.at(group.anchor_key)
    return group.is_tested and (before is None or groups.group(before).exposed != group.exposed)


def _added(cells: Iterable[Cell], measure: str) -> int | None:
    amounts = [cell.of(measure) for cell in cells]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _line(
    terms: Terms,
    subject: tuple[str, str],
    before: int | None,
    after: int | None,
    *,
    is_complete: bool,
) -> Line:
    return Line(terms, subject[0], subject[1], before, after, is_complete)


def _sum(before: int | None, added: int | None) -> int | None:
    return None if before is None or added is None else before + added


def _of_obligors(decisions: DecisionBook, touched: Touched) -> Iterable[Line]:
    book_id = touched.book.id
    now = decisions.parties[book_id]
    for key, cells in touched.cells.items():
        is_institution = decisions.limits.is_institution(book_id, key)
        is_complete = bool(now.is_complete[key]) and all(cell.is_complete for cell in cells)
        for terms in decisions.limits.of(book_id, "obligor", key, has_institution=is_institution):
            amounts = now.amounts.get(terms.measure)
            before = None if amounts is None else int(amounts[key])
            added = _added(cells, terms.measure)
            after = _sum(before, added)
            if terms.counts == "non_institutions" and is_institution:
                before = after = 0
            elif terms.counts == "clearing_and_rest_each" and before is not None:
                cleared = [cell for cell in cells if cell.product == CLEARING]
                today = now.cleared.get(key, 0)
                then = today + (_added(cleared, terms.measure) or 0)
                before, after = max(today, before - today), None if after is None else max(then, after - then)
            subject = ("obligor", decisions.party_id(key))
            yield _line(terms, subject, before, after, is_complete=is_complete)


def of_group(decisions: DecisionBook, touched: Touched, group: Group) -> Iterable[Line]:
    """The lines of one group, as it is with the deal."""
    book_id = touched.book.id
    now, groups = decisions.parties[book_id], decisions.groups[book_id]
    institutions = {key for key in group.exposed if decisions.limits.is_institution(book_id, key)}
    of_group = {key: cells for key, cells in touched.cells.items() if key in group.member_keys}
    members = list(group.member_keys)
    is_complete = bool(now.is_complete[members].all()) and all(
        cell.is_complete for cells in of_group.values() for cell in cells
    )
    at = groups.at(group.anchor_key)
    was_tested = at is not None and groups.size(at) > 1
    subject = ("group", f"{book_id}/{decisions.party_id(group.anchor_key)}")
    for terms in decisions.limits.of(book_id, "group", group.anchor_key, has_institution=bool(institutions)):
        if terms.counts == "non_institutions":
            others = [key for key in group.exposed if key not in institutions]
            before = int(now.amounts["exposure"][others].sum())
            more = sum(cell.exposure for key in others for cell in touched.cells.get(key, ()))
            yield _line(terms, subject, before, before + more, is_complete=is_complete)
            continue
        amounts = now.grouped if terms.measure == "exposure" else now.amounts.get(terms.measure)
        today = None if amounts is None else int(amounts[members].sum())
        counted = [
            cell
            for key, cells in of_group.items()
            for cell in cells
            if terms.measure != "exposure" or not _is_cleared(decisions, touched.book, key, cell)
        ]
        stored = groups.amount(at, terms.measure) if at is not None and was_tested else today
        after = _sum(today, _added(counted, terms.measure))
        yield _line(terms, subject, stored, after, is_complete=is_complete)


def _is_cleared(decisions: DecisionBook, book: Book, key: int, cell: Cell) -> bool:
    """Whether the book keeps it out of the sum of a group."""
    out = book.grouping.ungrouped_products if book.grouping else ()
    return cell.product in out and decisions.kinds[key] == "ccp"


def _of_bank(decisions: DecisionBook, touched: Touched) -> Iterable[Line]:
    book_id = touched.book.id
    now = decisions.parties[book_id]
    counted: dict[str, list[Cell]] = {}
    limits: dict[str, Terms] = {}
    for key, cells in touched.cells.items():
        for _, terms in decisions.limits.of_bank(book_id, decisions.limits.classes(book_id, key)):
            limits[terms.limit_id] = terms
            counted.setdefault(terms.limit_id, []).extend(cells)
    for limit_id, cells in counted.items():
        terms = limits[limit_id]
        subject_id, tested = decisions.on_bank[book_id, limit_id]
        before = tested.amount
        if before is None and terms.measure in now.amounts:
            before = 0  # nobody of the class owed anything
        is_complete = tested.is_complete and all(cell.is_complete for cell in cells)
        after = _sum(before, _added(cells, terms.measure))
        yield _line(terms, ("bank", subject_id), before, after, is_complete=is_complete)


def add_own(decisions: DecisionBook, touched: Touched, own: dict[LineKey, Line]) -> None:
    """Add the cells of one book to the lines of the bank's own limits."""
    for key, cells in touched.cells.items():
        for cell in cells:
            anchors = touched.anchors[key]
            settled = tuple(anchor for anchor in anchors if anchor not in touched.unsettled)
            counting = decisions.own_limits.of(touched.book.id, key, cell.product, anchors)
            certain = decisions.own_limits.of(touched.book.id, key, cell.product, settled)
            for each in counting:
                subject_id = each.subject_id or decisions.party_id(key)
                line_key = (each.terms.book_id, each.terms.limit_id, each.subject_kind, subject_id)
                if line_key not in own:
                    own[line_key] = _own_before(decisions, each.terms, each.subject_kind, subject_id)
                line = own[line_key]
                if each not in certain:
                    # What the others who would join owe at this grain is not in the snapshot.
                    line = replace(line, before=None, after=None)
                after = _sum(line.after, cell.of(each.terms.measure))
                is_complete = line.is_complete and cell.is_complete
                own[line_key] = replace(line, after=after, is_complete=is_complete)


def _own_before(decisions: DecisionBook, terms: Terms, subject_kind: str, subject_id: str) -> Line:
    """A line of the bank's own as the snapshot has it; one that counted nothing is not in it."""
    tested = decisions.own.get((terms.limit_id, subject_kind, subject_id))
    if tested is None:
        held = replace(terms, limit_minor=0) if terms.is_frozen else terms
        return Line(held, subject_kind, subject_id, 0, 0, is_complete=True)
    held = replace(terms, limit_minor=tested.limit_minor) if terms.is_frozen else terms
    return Line(held, subject_kind, subject_id, tested.amount, tested.amount, tested.is_complete)
