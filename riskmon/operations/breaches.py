"""Breaches as permanent facts of a run: since when, from what cause, and what is to be done by when.

A breach began with the first run of an unbroken row of runs that have it, each compared with the one before. What caused it is
found in that first run and carried on: later changes may widen a breach, but did not begin it.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.limits.bank_limits import BOOK_ID
from riskmon.operations.history import EarlierRun
from riskmon.rulebook.select import Book, Selection

_LINE: Final = ["book_id", "limit_id", "subject_kind", "subject_id"]
_NEW_LINE: Final = {"group": "group_membership"}
"""Why a subject is over a limit that the earlier run did not test on it: of a group, that it came to be."""


def with_breaches(
    outputs: Mapping[str, pl.DataFrame], earlier: EarlierRun, selection: Selection
) -> dict[str, pl.DataFrame]:
    """The output tables with `breaches`.

    outputs: with `headroom` and `attribution`. earlier: with the tables `breaches` and `headroom` of the run compared with.
    """
    found = outputs["headroom"].filter("is_breach")
    if earlier.snapshot is None:
        told = found.with_columns(
            since_date=pl.lit(None, dtype=pl.Date),
            since_run_id=pl.lit(None, dtype=pl.String),
            cause=pl.lit(None, dtype=pl.String),
            change_minor=pl.lit(None, dtype=pl.Int64),
        )
    else:
        before = earlier.tables["breaches"].select(
            *_LINE,
            "since_date",
            "cause",
            "change_minor",
            since_run_id=pl.coalesce("since_run_id", pl.lit(earlier.run_id)),
        )
        old = found.join(before, on=_LINE, how="inner")
        new = found.join(before, on=_LINE, how="anti")
        begun = new.join(_causes(new, earlier, outputs["attribution"]), on=_LINE, how="left").with_columns(
            since_date=pl.lit(None, dtype=pl.Date), since_run_id=pl.lit(None, dtype=pl.String)
        )
        told = pl.concat([old, begun.select(old.columns)])
    dated = told.with_columns(since_date=pl.col("since_date").fill_null(selection.as_of))
    return {**outputs, "breaches": OUTPUT_TABLES["breaches"].shape(_with_duties(dated, selection))}


def _causes(new: pl.DataFrame, earlier: EarlierRun, attribution: pl.DataFrame) -> pl.DataFrame:
    """What took most of the headroom of each new breach: _LINE, cause, change_minor (of the headroom, below zero)."""
    of_books = attribution.filter(pl.col("measure") == "headroom", pl.col("change_minor") < 0).select(
        *_LINE, "cause", "change_minor"
    )
    then = earlier.tables["headroom"].select(
        *_LINE,
        was_minor="limit_minor",
        owed_minor="exposure_minor",
        had_base_minor="base_minor",
        is_known=True,
    )
    lines = new.join(then, on=_LINE, how="left")
    fell = pl.col("limit_minor") - pl.col("was_minor")
    grew = pl.col("owed_minor") - pl.col("exposure_minor")
    # The bank's own limits have no attribution of their own: which side moved, and on which side of it.
    own = lines.filter(pl.col("book_id") == BOOK_ID, pl.col("is_known")).select(
        *_LINE,
        pl.when(pl.col("base_minor") != pl.col("had_base_minor"))
        .then(pl.lit("capital"))
        .otherwise(pl.lit("limit"))
        .alias("cause"),
        change_minor=fell,
    )
    owed = lines.filter(pl.col("book_id") == BOOK_ID, pl.col("is_known")).select(
        *_LINE, cause=pl.lit("exposure"), change_minor=grew
    )
    untested = lines.filter(pl.col("is_known").is_null()).select(
        *_LINE,
        pl.when(pl.col("book_id") == BOOK_ID)
        .then(pl.lit("limit"))
        .otherwise(pl.col("subject_kind").replace_strict(_NEW_LINE, default="new_business"))
        .alias("cause"),
        change_minor=pl.lit(None, dtype=pl.Int64),
    )
    return (
        pl.concat([of_books, own, owed, untested])
        .filter((pl.col("change_minor") < 0).fill_null(value=True))
        .sort(*_LINE, "change_minor", "cause", nulls_last=True)
        .unique(_LINE, keep="first", maintain_order=True)
    )


def _with_duties(breaches: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """The breaches with report, deadline_date and duty_clause, as their books ask."""
    report = pl.lit(None, dtype=pl.String)
    days = pl.lit(None, dtype=pl.Int64)
    clause = pl.lit(None, dtype=pl.String)
    for book, level_days, said, cited in reversed(_duties(selection)):
        is_of = pl.col("book_id") == book
        report = pl.when(is_of & (said != "")).then(pl.lit(said)).otherwise(report)
        within = pl.col("warning_level").replace_strict(level_days, default=None, return_dtype=pl.Int64)
        days = pl.when(is_of).then(pl.coalesce(within, days)).otherwise(days)
        known = pl.format("{}; {}", clause, pl.lit(cited))
        clause = pl.when(is_of).then(pl.coalesce(known, pl.lit(cited))).otherwise(clause)
    # Holidays are not known: leaving out weekends alone never gives a later day.
    deadline = pl.col("since_date").dt.add_business_days(days.fill_null(0), roll="forward")
    return breaches.with_columns(
        report=report, deadline_date=pl.when(days.is_not_null()).then(deadline), duty_clause=clause
    )


def _duties(selection: Selection) -> list[tuple[str, dict[str, int], str, str]]:
    """Every duty of the selected books: the book of the limits, days by level, report, clause."""
    return [
        (
            book_id,
            {str(level): days for level, days in duty.working_days.items()},
            duty.report,
            book.edition.clause(duty),
        )
        for book in selection.books
        for duty in book.breach_duties
        for book_id in _bound(book, of_bank_limits=duty.of_bank_limits)
    ]


def _bound(book: Book, *, of_bank_limits: bool) -> tuple[str, ...]:
    return (book.id, BOOK_ID) if of_bank_limits else (book.id,)
