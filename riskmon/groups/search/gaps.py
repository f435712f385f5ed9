"""Gaps: what a search that was due could not look at, so that silence is not taken for independence."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from riskmon.domain.terms import DEPENDENCE_BASES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.search.candidates import Asking, Search
from riskmon.groups.search.flows import paying_parties, shown_flows
from riskmon.groups.search.liabilities import unknown_guarantees
from riskmon.groups.search.suggestions import tests_of
from riskmon.rulebook.select import Book

ITEM = "dependence search"

SEARCHED_IN: Final = {
    "payments": ("receipts", "expenditure", "output", "funding_source"),
    "financial_statements": ("guarantee_burden", "receivables"),
    "relationships": ("guarantee_burden", "owners_in_common"),
    "protections": ("repayment_source", "receivables"),
    "protection_covers": ("repayment_source", "receivables"),
}
"""Input tables, and the situations that cannot be seen without them."""

NOT_IN_DATA: Final = ("partner_liability", "judgement")
"""Situations that no input table shows as such: a person has to look and to record."""

_NAMED_AT_MOST = 10


def unknown_lines(books: Sequence[str]) -> pl.DataFrame:
    """Books whose line is unknown, as rows of `not_evaluated`."""
    effect = "It is not known whose exposure asks for a search, and nobody was searched for dependence."
    return _rows([(book_id, "capital.tier1_capital", effect) for book_id in books])


def search_gaps(tables: Mapping[str, pl.DataFrame], search: Search, asking: Sequence[Asking]) -> pl.DataFrame:
    """What could not be searched for the parties above the line of each book, as rows of `not_evaluated`.

    Tables in: delivered, payments, financial_statements, relationships, protections, protection_covers, facilities,
    parties.
    """
    delivered = set(tables["delivered"]["table"])
    ids = tables["parties"].sort("party_key")["party_id"]
    unknown = (
        unknown_guarantees(tables, search)
        if "financial_statements" in delivered
        else pl.Series(dtype=pl.Int32)
    )
    flows = shown_flows(tables["payments"], search)
    paying = paying_parties(tables["payments"], search)
    rows = []
    for book, parties in asking:
        named = _named(ids.gather(parties.sort()).to_list())
        known = _bases(book)
        for table, bases in SEARCHED_IN.items():
            if table not in delivered and (missed := _listed(bases, known)):
                rows.append(
                    (
                        book.id,
                        f"table {table}",
                        f"A search is due for {named}; {missed} had nothing to be searched in.",
                    )
                )
        unseen = parties.filter(~parties.is_in(paying.implode()))
        if "payments" in delivered and unseen.len():
            whom = _named(ids.gather(unseen.sort()).to_list())
            effect = f"A search is due and no payment of the year names {whom}; {_listed(SEARCHED_IN['payments'], known)} are not known of them."
            rows.append((book.id, "payments", effect))
        elif "payments" in delivered and (missed := _listed(_without_purpose(flows), known)):
            rows.append(
                (
                    book.id,
                    "payments.purpose",
                    f"A search is due for {named}; no payment has a purpose that shows {missed}.",
                )
            )
        if unknown.len() and "guarantee_burden" in known:
            whom = _named(ids.gather(unknown.sort()).to_list())
            effect = f"What these guarantors could bear, or what they answer for, is not known: {whom}."
            rows.append((book.id, "net assets or amounts of guarantees", effect))
        if missed := _listed(NOT_IN_DATA, known):
            rows.append(
                (
                    book.id,
                    "an input table that shows it",
                    f"A search is due for {named}; {missed} count only where a person has recorded them.",
                )
            )
    return _rows(rows)


def _without_purpose(flows: set[str]) -> tuple[str, ...]:
    """The situations that only a purpose shows, where no payment of the year has it."""
    return tuple(
        basis for basis, flow in (("output", "sale"), ("funding_source", "funding")) if flow not in flows
    )


def _bases(book: Book) -> set[str]:
    return {basis for test in tests_of(book) for basis in test.bases}


def _listed(bases: Sequence[str], known: set[str]) -> str:
    """Those of the situations that the book knows, in the order of the vocabulary."""
    return ", ".join(basis for basis in DEPENDENCE_BASES if basis in bases and basis in known)


def _named(ids: Sequence[str]) -> str:
    """The first few ids, and how many more there are."""
    more = len(ids) - _NAMED_AT_MOST
    return ", ".join(ids[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _rows(rows: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"item": ITEM, "book_id": book_id, "missing": missing, "effect": effect}
            for book_id, missing, effect in rows
        ],
        schema=OUTPUT_TABLES["not_evaluated"].schema,
    )
