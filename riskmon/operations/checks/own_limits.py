"""The bank's own limits as lines: which of the tree count a cell of a deal, and how they stand before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from riskmon.domain.money import BP
from riskmon.domain.terms import SEVERITY_RANK
from riskmon.limits.bank_limits import BOOK_ID, limits_in_force
from riskmon.limits.headroom import Bases
from riskmon.limits.tree import ATTRIBUTES, LimitTree, limit_tree
from riskmon.operations.checks.lines import LineKey, Standing, Terms
from riskmon.operations.checks.measuring import Cell
from riskmon.rulebook.select import Selection

_PARTY: Final = tuple(name for name in ATTRIBUTES if name != "product")


class Anchors(NamedTuple):
    """The anchors that limits name of the groups that a party is in.

    `unsettled`: those whose group the deal makes larger by others than its own parties, so that what they owe at the grain of
    these limits is not in the snapshot.
    """

    named: tuple[str, ...]
    unsettled: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tested:
    """What the snapshot says of a limit on one subject."""

    amount: int | None
    limit_minor: int | None
    is_complete: bool


class OwnLimit(NamedTuple):
    """One of the bank's own limits in force, with all that it and its parents ask for.

    Attributes:
        terms: what it says; of a frozen limit the amount is what it is held at.
        subject: kind and id; the id is None where each obligor has the amount for itself.
        obligors, anchors: the party has to be this one, and in the groups of these.
        attributes: by attribute of the party the codes, all of which it has to have.
        products: the products, all of which the cell has to be of.
    """

    terms: Terms
    subject: tuple[str, str | None]
    obligors: frozenset[str]
    anchors: frozenset[str]
    attributes: tuple[frozenset[str], ...]
    products: frozenset[str]

    def may_count(self, codes: Sequence[str | None]) -> bool:
        """Whether a party may belong to it for want of a code that it asks for, so that what it counts is a lower bound."""
        return (
            self.subject[1] is not None
            and not self.obligors
            and not self.anchors
            and all(len(asked) < 2 for asked in (*self.attributes, self.products))
            and any(asked and code is None for asked, code in zip(self.attributes, codes, strict=True))
        )

    def counts(
        self, party_id: str, codes: Sequence[str | None], product: str | None, anchors: Sequence[str]
    ) -> bool:
        """Whether it counts what a party owes in a product."""
        return (
            self.obligors <= {party_id}
            and self.products <= {product}
            and self.anchors <= set(anchors)
            and all(asked <= {code} for asked, code in zip(self.attributes, codes, strict=True))
        )


class OwnLimits:
    """Which of the bank's own limits count a cell."""

    def __init__(
        self,
        tables: Mapping[str, pl.DataFrame],
        selection: Selection,
        bases: Bases,
        tested: Mapping[tuple[str, str, str], Tested],
    ) -> None:
        """Take the validated tables (bank_limits, parties, reporting), and what the snapshot tested, by limit and subject."""
        limits = tables["bank_limits"]
        tree = limit_tree(limits)
        self.named: Final[dict[str, frozenset[str]]] = {
            kind: frozenset(tree.conditions.filter(kind=kind)["value"]) for kind in ("obligor", "group")
        }
        """Parties and anchors that limits name."""
        self.asks_product: Final = not tree.conditions.filter(kind="product").is_empty()
        """Whether what is counted under some limit depends on the product."""
        self._of_book = _limits(tables, tree, selection, bases)
        self._tested = tested
        self._ungrouped = {
            book.id: book.grouping.ungrouped_products if book.grouping else () for book in selection.books
        }
        parties = tables["parties"]
        self._ids: list[str] = parties["party_id"].to_list()
        alike = parties.select("kind", *_PARTY).unique(maintain_order=True)
        numbered = alike.with_row_index("number")
        on = ["kind", *_PARTY]
        joined = parties.select(on).join(numbered, on=on, how="left", nulls_equal=True, maintain_order="left")
        self._number = joined["number"].to_numpy().astype(np.int32)
        self._facts = [(row[0], row[1:]) for row in alike.iter_rows()]
        self._found: dict[tuple[object, ...], tuple[OwnLimit, ...]] = {}

    def lines(
        self,
        book_id: str,
        cells: Mapping[int, Sequence[tuple[int, Cell]]],
        anchors: Mapping[int, Anchors],
    ) -> list[Standing]:
        """The lines that count cells under a book, by party with their positions, each as it stands before them.

        Those are told as well that become a lower bound, since a party of the deal has no code that they ask for.
        """
        if book_id not in self._of_book:
            return []
        counted: dict[LineKey, tuple[OwnLimit, list[int]]] = {}
        unsettled: set[LineKey] = set()
        doubtful: set[LineKey] = set()
        for key, own in cells.items():
            for limit in self._doubted(book_id, key):
                line = BOOK_ID, limit.terms.limit_id, limit.subject[0], str(limit.subject[1])
                counted.setdefault(line, (limit, []))
                doubtful.add(line)
            for n, cell in own:
                for limit in self._counting(book_id, key, cell.product, anchors[key].named):
                    kind, subject_id = limit.subject
                    line = BOOK_ID, limit.terms.limit_id, kind, subject_id or self._ids[key]
                    counted.setdefault(line, (limit, []))[1].append(n)
                    if limit.anchors & anchors[key].unsettled:
                        unsettled.add(line)
        found = [
            self._before(line, limit, tuple(numbers), is_settled=line not in unsettled)
            for line, (limit, numbers) in counted.items()
        ]
        return [each._replace(is_complete=False) if each.key in doubtful else each for each in found]

    def _before(
        self, line: LineKey, limit: OwnLimit, cells: tuple[int, ...], *, is_settled: bool
    ) -> Standing:
        """The line as the snapshot has it; one that counted nothing is not in it."""
        tested = self._tested.get(line[1:], Tested(0, 0, is_complete=True))
        terms = limit.terms._replace(limit_minor=tested.limit_minor) if limit.terms.is_frozen else limit.terms
        amount = tested.amount if is_settled else None
        return Standing(terms, line, amount, amount, tested.is_complete, cells)

    def _doubted(self, book_id: str, party_key: int) -> tuple[OwnLimit, ...]:
        """The limits that may count a party, and of which its own codes do not say."""
        number = self._number.item(party_key)
        key = book_id, number
        if key not in self._found:
            codes = self._facts[number][1]
            self._found[key] = tuple(limit for limit in self._of_book[book_id] if limit.may_count(codes))
        return self._found[key]

    def _counting(
        self, book_id: str, party_key: int, product: str | None, anchors: Sequence[str]
    ) -> tuple[OwnLimit, ...]:
        number = self._number.item(party_key)
        party_id = self._ids[party_key]
        name = party_id if party_id in self.named["obligor"] else ""
        key = (book_id, product, name, number, anchors)
        if key not in self._found:
            kind, codes = self._facts[number]
            # What a central counterparty owes from clearing stays out of the sum of a group.
            is_ungrouped = kind == "ccp" and product in self._ungrouped[book_id]
            self._found[key] = tuple(
                limit
                for limit in self._of_book[book_id]
                if limit.counts(party_id, codes, product, anchors) and not (limit.anchors and is_ungrouped)
            )
        return self._found[key]


def tested_limits(headroom: pl.DataFrame) -> dict[tuple[str, str, str], Tested]:
    """What the snapshot says of the bank's own limits, by limit, kind of subject and subject."""
    own = headroom.filter(pl.col("book_id") == BOOK_ID)
    columns = ("limit_id", "subject_kind", "subject_id", "exposure_minor", "limit_minor", "is_complete")
    return {row[:3]: Tested(*row[3:]) for row in own.select(columns).iter_rows()}


def _limits(
    tables: Mapping[str, pl.DataFrame], tree: LimitTree, selection: Selection, bases: Bases
) -> dict[str, list[OwnLimit]]:
    """The limits in force that have a figure, by the book that they are on."""
    asked: dict[str, dict[str, set[str]]] = {}
    for limit_id, kind, value in tree.conditions.select("limit_id", "kind", "value").iter_rows():
        asked.setdefault(limit_id, {}).setdefault(kind, set()).add(value)
    found: dict[str, list[OwnLimit]] = {}
    for row in limits_in_force(tables, tree, selection, bases).iter_rows(named=True):
        conditions = {kind: frozenset(values) for kind, values in asked.get(row["limit_id"], {}).items()}
        own = OwnLimit(
            _terms(row),
            _subject(row),
            conditions.get("obligor", frozenset()),
            conditions.get("group", frozenset()),
            tuple(conditions.get(name, frozenset()) for name in _PARTY),
            conditions.get("product", frozenset()),
        )
        found.setdefault(row["book_id"], []).append(own)
    return found


def _subject(row: Mapping[str, object]) -> tuple[str, str | None]:
    if not row["is_shared"] or row["subject_kind"] == "obligor":
        return "obligor", None
    if row["subject_kind"] == "group":
        return "group", f"{row['book_id']}/{row['subject_id']}"
    return str(row["subject_kind"]), str(row["subject_id"])


def _terms(row: Mapping[str, object]) -> Terms:
    most, is_frozen = row["limit_minor"], bool(row["is_frozen"])
    known = most if isinstance(most, int) else None
    levels = [(name, row[f"{name}_bp"]) for name in SEVERITY_RANK]
    return Terms(
        book_id=BOOK_ID,
        limit_id=str(row["limit_id"]),
        measure=str(row["measure"]),
        limit_minor=known,
        clause=str(row["clause"]),
        is_hard=bool(row["is_hard"]),
        levels=tuple(
            (name, known * share // BP)
            for name, share in levels
            if isinstance(share, int) and known is not None and not is_frozen
        ),
        is_frozen=is_frozen,
    )
