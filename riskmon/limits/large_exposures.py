"""Large exposures: the sets that a book asks to be reported, each on its own measure and boundary."""

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.limits.headroom import Bases
from riskmon.rulebook.model import Threshold
from riskmon.rulebook.select import Book

THRESHOLD = "large_exposure"
SEARCH_THRESHOLD = "dependence_search"


def large_exposures(subjects: pl.DataFrame, book: Book, bases: Bases) -> pl.DataFrame:
    """The book's large exposures: subject_kind, subject_key, book_id, set, amounts, clause.

    Sets: large (after protection), large_before_mitigation, exempt (large, and exempt from the limit), top_n (the
    largest that are not exempt), dependence_search (obligors whose size asks for a search for economic dependence).
    A set is empty where the book has no such threshold or its base is unknown.
    """
    return pl.concat([_reported(subjects, book, bases), _to_be_searched(subjects, book, bases)])


def _reported(subjects: pl.DataFrame, book: Book, bases: Bases) -> pl.DataFrame:
    threshold = book.threshold(THRESHOLD)
    base = bases.get(threshold.base) if threshold else None
    rows = _rows(subjects, book, threshold)
    if threshold is None or base is None:
        return rows.clear().with_columns(set=pl.lit(None, dtype=pl.String))
    line = limit_minor(base_minor=base, ratio=threshold.ratio)
    counted = pl.col("exposure_minor") - pl.col("exempt_minor")
    order = [counted, pl.col("subject_kind"), pl.col("subject_key")]
    sets = {
        "large": rows.filter(_reaches(counted, line, threshold.boundary)),
        "large_before_mitigation": rows.filter(
            _reaches(pl.col("exposure_gross_minor"), line, threshold.boundary)
        ),
        "exempt": rows.filter(_reaches(pl.col("exempt_minor"), line, threshold.boundary)),
        "top_n": rows.filter(counted > 0)
        .sort(order, descending=[True, False, False])
        .head(threshold.top_n or 0),
    }
    return pl.concat([found.with_columns(set=pl.lit(name)) for name, found in sets.items()])


def _to_be_searched(subjects: pl.DataFrame, book: Book, bases: Bases) -> pl.DataFrame:
    threshold = book.threshold(SEARCH_THRESHOLD)
    base = bases.get(threshold.base) if threshold else None
    rows = _rows(subjects, book, threshold).with_columns(set=pl.lit(SEARCH_THRESHOLD))
    if threshold is None or base is None:
        return rows.clear()
    line = limit_minor(base_minor=base, ratio=threshold.ratio)
    counted = pl.col("exposure_minor") - pl.col("exempt_minor")
    return rows.filter((pl.col("subject_kind") == "obligor") & _reaches(counted, line, threshold.boundary))


def _rows(subjects: pl.DataFrame, book: Book, threshold: Threshold | None) -> pl.DataFrame:
    return subjects.select(
        "subject_kind",
        "subject_key",
        "exposure_gross_minor",
        "exposure_minor",
        "exempt_minor",
        book_id=pl.lit(book.id),
        clause=pl.lit(book.edition.clause(threshold) if threshold else ""),
    )


def _reaches(amount: pl.Expr, line: int, boundary: str) -> pl.Expr:
    return amount > line if boundary == "above" else amount >= line
