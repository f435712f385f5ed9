"""Candidates: links that the data suggest, before a book has judged them, and what every search needs to know."""

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, TypeVar

import polars as pl

from riskmon.domain.money import amount_text
from riskmon.rulebook.select import Book

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

CANDIDATE: Final = pl.Schema(
    {
        "basis": pl.String(), "against": pl.String(), "source_key": pl.Int32(), "target_key": pl.Int32(),
        "share_bp": pl.Int64(), "is_mutual": pl.Boolean(), "evidence": pl.String(),
    }
)  # fmt: skip
"""A situation (`basis`) in which distress would travel from source to target. `share_bp` is rounded down, null where
the situation has no share, or where no share of nothing exists and any line is passed. `against` tells measures of one
situation apart: what a guarantee is a share of."""


class Asking(NamedTuple):
    """A book that asks for a search, and the parties whose exposure passes its line."""

    book: Book
    due: pl.Series


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, and when.

    `due` are the parties whose exposure asks for a search under some book; `lines` the lowest line of any of these
    books, by situation; `begin` is the day before the year that ends at `as_of`.
    """

    as_of: date
    known_at: date
    begin: date
    months: int
    currency: str
    exponent: int
    due: pl.Series
    own_bank: pl.Series
    lines: dict[str, int]

    def amount(self, column: str) -> pl.Expr:
        """An amount of the reporting currency with its code."""
        return pl.format("{} {}", amount_text(pl.col(column), self.exponent), pl.lit(self.currency))


def reached(pairs: Frame, due: pl.Series) -> Frame:
    """The pairs with one end above the line, and the others that rely on the same party as such a one.

    pairs: source_key, target_key of one situation. What relies on the same party as a party above the line is one
    risk with it through that party, whatever its own size.
    """
    keys = due.implode()
    is_due = pl.col("source_key").is_in(keys) | pl.col("target_key").is_in(keys)
    return pairs.join(pairs.filter(is_due), on="source_key", how="semi")


def without_own_bank(pairs: Frame, search: Search) -> Frame:
    """The pairs between others than the bank itself: it is not its own client."""
    own = search.own_bank.implode()
    return pairs.filter(~pl.col("source_key").is_in(own) & ~pl.col("target_key").is_in(own))


def with_ids(pairs: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """The pairs with source_id and target_id. parties: party_key, party_id."""
    ids = parties.sort("party_key")["party_id"]
    return pairs.with_columns(
        source_id=ids.gather(pairs["source_key"]), target_id=ids.gather(pairs["target_key"])
    )


def day(column: str) -> pl.Expr:
    """A date as text."""
    return pl.col(column).dt.to_string("iso")
