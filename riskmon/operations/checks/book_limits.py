"""The limits of the books on obligors, groups and the bank, as lines: which concern a party, what a deal does to them."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.limits.headroom import Bases, book_headroom
from riskmon.limits.institutions import floors
from riskmon.limits.stage import capital_bases, classes_of
from riskmon.limits.subjects import BANK
from riskmon.operations.checks.lines import Terms
from riskmon.operations.checks.standings import Flags
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book, Selection

_AMOUNTS: Final = ("exposure_minor", "exempt_minor", "loan_balance_minor", "credit_balance_minor")


class BookLimits:
    """Which limits of which book concern a subject, asked of the limit stage once for every class."""

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
        self._terms = {book.id: self._asked(book) for book in selection.books}

    def institutions(self, book_id: str) -> Flags:
        """By party key whether the book takes a party for an institution."""
        return self._institution_of[book_id]

    def of(
        self, book_id: str, subject_kind: str, class_key: int, *, has_institution: bool
    ) -> tuple[Terms, ...]:
        """The limits on an obligor or a group that has the class of this party."""
        number = self._class_of[book_id][class_key]
        return self._terms[book_id].get((subject_kind, number, has_institution), ())

    def of_bank(self, book_id: str, party_key: int) -> tuple[Terms, ...]:
        """The limits on all obligors of a class together that concern a party."""
        return self._terms[book_id].get((BANK, self._class_of[book_id][party_key], False), ())

    def _asked(self, book: Book) -> dict[tuple[str, int, bool], tuple[Terms, ...]]:
        """The limits on everything that can be: a subject of each kind and class, with an institution and without."""
        if not book.limits:
            return {}
        classes = self._classes[book.id]
        wanted = sorted({limit.applies_to for limit in book.limits if BANK in limit.subjects})
        subjects: list[tuple[str, int, bool]] = [
            (kind, number, flag)
            for number in range(len(classes))
            for kind in ("obligor", "group")
            for flag in (False, True)
        ]
        rows: list[dict[str, object]] = [
            {"subject_kind": kind, "subject_key": n, "class_key": number, "has_institution": flag}
            for n, (kind, number, flag) in enumerate(subjects)
        ]
        rows += [
            {
                "subject_kind": BANK,
                "subject_key": len(subjects) + n,
                "applies_to": name,
                "has_institution": False,
            }
            for n, name in enumerate(wanted)
        ]
        found = self._told(book, rows)
        terms = {subject: found[n] for n, subject in enumerate(subjects) if n in found}
        on_all = {name: found.get(len(subjects) + n, ()) for n, name in enumerate(wanted)}
        for number, names in enumerate(classes):
            terms[BANK, number, False] = tuple(
                each for name in wanted if name in names for each in on_all[name]
            )
        return terms

    def _told(self, book: Book, rows: Sequence[Mapping[str, object]]) -> dict[int, tuple[Terms, ...]]:
        """What the limit stage says of subjects that owe nothing known, by the key of each."""
        schema = {
            "subject_kind": pl.String, "subject_key": pl.Int32, "subject_id": pl.String, "class_key": pl.Int32,
            "applies_to": pl.String, "has_institution": pl.Boolean, "clearing_minor": pl.Int64, "non_institution_minor": pl.Int64,
            "is_complete": pl.Boolean, **dict.fromkeys(_AMOUNTS, pl.Int64),
        }  # fmt: skip
        subjects = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
        of_class = pl.DataFrame(
            [(number, name) for number, names in enumerate(self._classes[book.id]) for name in sorted(names)],
            schema={"party_key": pl.Int32, "party_class": pl.String},
            orient="row",
        )
        limits = {limit.id: limit for limit in book.limits}
        found: dict[int, tuple[Terms, ...]] = {}
        told = book_headroom(subjects, of_class, book, self.bases, self._floors[book.id])
        for row in told.iter_rows(named=True):
            key = row["subject_key"]
            found[key] = (*found.get(key, ()), _terms(row, limits[row["limit_id"]]))
        return found


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


def _institutions(parties: pl.DataFrame, book: Book) -> Flags:
    kinds = book.grouping.institution_kinds if book.grouping else ()
    said = parties.select(pl.coalesce("is_institution", pl.col("kind").is_in(kinds)).fill_null(value=False))
    return said.to_series().to_numpy()
