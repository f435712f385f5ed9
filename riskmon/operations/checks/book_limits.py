"""The limits of the books on obligors, groups and the bank, as lines: which concern a party, what a deal does to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.limits.headroom import Bases, book_headroom
from riskmon.limits.institutions import floors
from riskmon.limits.stage import capital_bases, classes_of
from riskmon.limits.subjects import BANK
from riskmon.operations.checks.lines import Terms
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book, Selection

_AMOUNTS: Final = ("exposure_minor", "exempt_minor", "loan_balance_minor", "credit_balance_minor")


class BookLimits:
    """Which limits of which book concern a subject, asked of the limit stage once for all that are of one class."""

    def __init__(
        self, tables: Mapping[str, pl.DataFrame], selection: Selection, members: pl.DataFrame
    ) -> None:
        """Take the validated tables, and the members of the groups that the bank's register names (book_id, party_key)."""
        self._tables = tables
        self._books = {book.id: book for book in selection.books}
        self.bases: Bases = capital_bases(tables["capital"], 0, selection.as_of)
        self._floors = {book.id: floors(book, tables, selection)[0] for book in selection.books}
        count = tables["parties"].height
        self._class_of: dict[str, list[int]] = {}
        self._classes: dict[str, list[frozenset[str]]] = {}
        for book in selection.books:
            listed = classes_of({**tables, "group_members": members}, book, selection)
            self._class_of[book.id], self._classes[book.id] = _numbered(listed, count)
        self._institution_of = {book.id: _institutions(tables["parties"], book) for book in selection.books}
        self._terms: dict[tuple[object, ...], tuple[Terms, ...]] = {}

    def is_institution(self, book_id: str, party_key: int) -> bool:
        """Whether the book takes a party for an institution."""
        return self._institution_of[book_id][party_key]

    def classes(self, book_id: str, party_key: int) -> frozenset[str]:
        """The classes of a party under a book."""
        return self._classes[book_id][self._class_of[book_id][party_key]]

    def of(
        self, book_id: str, subject_kind: str, class_key: int, *, has_institution: bool
    ) -> tuple[Terms, ...]:
        """The limits on an obligor or a group that has the class of this party."""
        key = (book_id, subject_kind, self._class_of[book_id][class_key], has_institution)
        if key not in self._terms:
            row = {
                "subject_kind": subject_kind,
                "subject_key": class_key,
                "class_key": class_key,
                "has_institution": has_institution,
            }
            self._terms[key] = self._asked(book_id, [row], self.classes(book_id, class_key))
        return self._terms[key]

    def of_bank(self, book_id: str, classes: Iterable[str]) -> tuple[tuple[str, Terms], ...]:
        """The limits on all obligors of a class together that concern a party of these classes, with the class."""
        wanted = {limit.applies_to for limit in self._books[book_id].limits if BANK in limit.subjects}
        return tuple(
            (name, each) for name in sorted(wanted & set(classes)) for each in self._on_all(book_id, name)
        )

    def _on_all(self, book_id: str, name: str) -> tuple[Terms, ...]:
        key = (book_id, BANK, name)
        if key not in self._terms:
            row = {"subject_kind": BANK, "subject_id": BANK, "applies_to": name}
            self._terms[key] = self._asked(book_id, [row], frozenset())
        return self._terms[key]

    def _asked(
        self, book_id: str, rows: Sequence[Mapping[str, object]], classes: frozenset[str]
    ) -> tuple[Terms, ...]:
        book = self._books[book_id]
        if not book.limits:
            return ()
        schema = {
            "subject_kind": pl.String, "subject_key": pl.Int32, "subject_id": pl.String, "class_key": pl.Int32,
            "applies_to": pl.String, "has_institution": pl.Boolean, "clearing_minor": pl.Int64, "non_institution_minor": pl.Int64,
            "is_complete": pl.Boolean, **dict.fromkeys(_AMOUNTS, pl.Int64),
        }  # fmt: skip
        subjects = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
        subjects = subjects.with_columns(pl.col("has_institution").fill_null(value=False))
        keys = [row.get("class_key") for row in rows] * len(classes)
        of_class = pl.DataFrame(
            {"party_key": keys, "party_class": sorted(classes)},
            schema={"party_key": pl.Int32, "party_class": pl.String},
        )
        found = book_headroom(subjects, of_class, book, self.bases, self._floors[book_id])
        limits = {limit.id: limit for limit in book.limits}
        return tuple(_terms(row, limits[row["limit_id"]]) for row in found.iter_rows(named=True))


def _terms(row: Mapping[str, object], limit: Limit) -> Terms:
    most = row["limit_minor"]
    known = most if isinstance(most, int) else None
    levels = () if known is None else limit.warning.lines()
    return Terms(
        book_id=str(row["book_id"]),
        limit_id=limit.id,
        measure=limit.measure,
        limit_minor=known,
        clause=str(row["clause"]),
        is_hard=limit.is_hard,
        levels=tuple((name, limit_minor(base_minor=known or 0, ratio=share)) for name, share in levels),
        counts=limit.counts,
    )


def _numbered(listed: pl.DataFrame, count: int) -> tuple[list[int], list[frozenset[str]]]:
    """By party key the number of its set of classes, and the sets."""
    sets = listed.group_by("party_key").agg(pl.col("party_class").unique().sort())
    whole = pl.DataFrame({"party_key": range(count)}, schema={"party_key": pl.Int32}).join(
        sets, on="party_key", how="left", maintain_order="left"
    )
    named = whole.select(text=pl.col("party_class").list.join(" ").fill_null(""))
    distinct = named["text"].unique().sort()
    number = dict(zip(distinct, range(len(distinct)), strict=True))
    return named["text"].replace_strict(number, return_dtype=pl.Int32).to_list(), [
        frozenset(text.split()) for text in distinct
    ]


def _institutions(parties: pl.DataFrame, book: Book) -> list[bool]:
    kinds = book.grouping.institution_kinds if book.grouping else ()
    said = parties.select(pl.coalesce("is_institution", pl.col("kind").is_in(kinds)).fill_null(value=False))
    return said.to_series().to_list()
