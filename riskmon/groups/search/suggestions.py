"""Suggestions: the candidates that some book asks to look at, by its own line and tests, and nobody has recorded."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import cast

import polars as pl

from riskmon.groups.links import is_between_kinds_in_scope, is_situation, with_ends
from riskmon.groups.search.candidates import Asking
from riskmon.rulebook.model import DependenceSearch, DependenceTest, Grouping
from riskmon.rulebook.select import Book

Tables = Mapping[str, pl.DataFrame]

MUTUAL = ("joint_liability", "owners_in_common")
"""Situations that run both ways."""

_LINK = ["basis", "source_key", "target_key"]
_SHARED = ("repayment_source", "funding_source")
"""Situations of two that rely on a third: one alone that relies on it is none."""


def suggestions(
    candidates: pl.DataFrame, tables: Tables, asking: Sequence[Asking], rule: DependenceSearch
) -> pl.DataFrame:
    """The candidates that some book asks to look at and nobody has recorded: one row a basis, source and target.

    Several measures of one link are told together; its share is that of a
    book with a line on it, else the largest.
    Returns basis, source_key, target_key, dependence_bp, is_mutual, evidence; sorted.
    """
    candidates = candidates.with_row_index("candidate")
    judged = (
        with_ends(candidates.lazy().drop("evidence"), tables["parties"])
        .collect()
        .join(recorded_links(tables["relationships"]), on=_LINK, how="left", validate="m:1")
    )
    asked = pl.concat(_asked(judged, each, rule) for each in asking)
    found = candidates.filter(pl.col("candidate").is_in(asked.implode()))
    is_lined = pl.col("against").is_in(_books_with_a_line(asking))
    shares = candidates.sort(
        *_LINK, is_lined, "share_bp", descending=[False] * 3 + [True] * 2, nulls_last=True
    )
    return (
        found.unique([*_LINK, "evidence"])
        .sort(*_LINK, "evidence")
        .group_by(_LINK, maintain_order=True)
        .agg("evidence")
        .with_columns(pl.col("evidence").list.join(" "))
        .join(shares.unique(_LINK, keep="first").drop("evidence"), on=_LINK, how="left", validate="1:1")
        .select(*_LINK, "is_mutual", "evidence", dependence_bp=pl.col("share_bp").cast(pl.Int32))
        .sort(_LINK)
    )


def tests_of(book: Book) -> tuple[DependenceTest, ...]:
    """The tests by which a book tells dependence."""
    return book.grouping.dependence_tests if book.grouping else ()


def _asked(judged: pl.DataFrame, asking: Asking, rule: DependenceSearch) -> pl.Series:
    """The candidates that one book asks to look at, by its own line on exposure and its own tests."""
    book, due = asking
    grouping = cast("Grouping", book.grouping)
    asked = reduce(
        lambda left, right: left | right, (_passes(test, book, rule) for test in grouping.dependence_tests)
    )
    relied_on = ["basis", "source_key"]
    rows = judged.filter(
        is_between_kinds_in_scope(grouping), ~pl.col("source_kind").is_in(grouping.hub_kinds), asked
    )
    alone = (
        rows.filter(pl.col("basis").is_in(_SHARED))
        .group_by(relied_on)
        .agg(dependents=pl.col("target_key").n_unique())
        .filter(pl.col("dependents") < 2)
    )
    keys = due.implode()
    is_due = pl.col("source_key").is_in(keys) | pl.col("target_key").is_in(keys)
    standing = rows.join(alone, on=relied_on, how="anti").filter(
        ~pl.col("is_dismissed").fill_null(value=False)
    )
    # A link that is due itself, or beside one: what relies on the same party.
    return (
        standing.join(standing.filter(is_due), on=relied_on, how="semi")
        .filter(pl.col("is_dismissed").is_null())
        .get_column("candidate")
    )


def _passes(test: DependenceTest, book: Book, rule: DependenceSearch) -> pl.Expr:
    """Whether a candidate is as much as the test asks for, or the search where the test has no number."""
    measure = "net_assets" if test.guarantee_against == "net_assets" else book.id
    line = pl.lit(test.at_least_bp, dtype=pl.Int64)
    if test.at_least_bp is None:
        line = pl.col("basis").replace_strict(rule.lines, default=0, return_dtype=pl.Int64)
    return (
        is_situation(test)
        & (pl.col("against") == measure).fill_null(value=True)
        & (pl.col("share_bp") >= line).fill_null(value=True)
    )


def _books_with_a_line(asking: Sequence[Asking]) -> list[str]:
    """The books that set a line on a guarantee as a share of exposure."""
    return [
        each.book.id
        for each in asking
        if any(
            test.guarantee_against == "exposure" and test.at_least_bp is not None
            for test in tests_of(each.book)
        )
    ]


def recorded_links(relationships: pl.DataFrame) -> pl.DataFrame:
    """The links of dependence on record, each way they run: basis, source_key, target_key, is_dismissed.

    Dismissed is one that was rejected or can be replaced, in every record of it.
    """
    rows = relationships.filter(pl.col("kind") == "economic_dependence").select(
        pl.col("basis").fill_null("judgement"),
        "source_key",
        "target_key",
        is_both_ways=pl.col("is_mutual").fill_null(value=False) | (pl.col("basis").is_in(MUTUAL)),
        is_dismissed=(pl.col("assessment") == "rejected") | pl.col("is_replaceable").fill_null(value=False),
    )
    back = rows.filter("is_both_ways").rename({"source_key": "target_key", "target_key": "source_key"})
    return pl.concat([rows, back.select(rows.columns)]).group_by(_LINK).agg(pl.col("is_dismissed").all())
