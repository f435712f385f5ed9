"""Large exposures: the sets that a book asks to be reported, each on its own measure and boundary."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.domain.terms import DEPENDENCE_SEARCH, Level
from riskmon.limits.headroom import Bases
from riskmon.limits.rates import reported_amount
from riskmon.rulebook.model import Threshold
from riskmon.rulebook.select import Book, Selection

THRESHOLD = "large_exposure"


def large_exposures(
    subjects: pl.DataFrame, book: Book, bases: Bases, *, fixed_minor: int | None = None
) -> pl.DataFrame:
    """The book's large exposures: subject_kind, subject_key, book_id, set, amounts, clause.

    Sets: large (after protection), large_before_mitigation, exempt (large, and exempt from the limit), top_n (the
    largest that are not exempt), fixed_amount (below the line before protection and exemption, and at least
    `fixed_minor`), dependence_search (obligors whose size asks for a search for economic dependence).
    A set is empty where the book has no such threshold or its base is unknown.
    """
    return pl.concat([_reported(subjects, book, bases, fixed_minor), _to_be_searched(subjects, book, bases)])


def fixed_amounts(
    tables: Mapping[str, pl.DataFrame], selection: Selection
) -> tuple[dict[str, int], list[dict[str, str]]]:
    """The fixed amount of each book that states one, in minor units, and which of them cannot be known.

    They are asked of the consolidated perimeter alone. tables: reporting, and fx_rates where delivered.
    """
    known: dict[str, int] = {}
    unknown: list[dict[str, str]] = []
    is_consolidated = tables["reporting"]["level"][0] == Level.CONSOLIDATED.value
    for book in selection.books:
        threshold = book.threshold(THRESHOLD)
        if threshold is None or threshold.fixed_amount is None or not is_consolidated:
            continue
        fixed = threshold.fixed_amount
        amount = reported_amount(fixed.amount, fixed.currency, tables, selection)
        if amount is not None:
            known[book.id] = amount
        else:
            unknown.append(
                {
                    "item": f"{book.id}/{THRESHOLD}",
                    "book_id": book.id,
                    "missing": f"fx_rates.{fixed.currency}",
                    "effect": "The set fixed_amount is not known: exposures below the line may have to be reported.",
                }
            )
    return known, unknown


def _reported(subjects: pl.DataFrame, book: Book, bases: Bases, fixed_minor: int | None) -> pl.DataFrame:
    threshold = book.threshold(THRESHOLD)
    base = bases.get(threshold.base) if threshold else None
    rows = _rows(subjects, book, threshold)
    if threshold is None or base is None:
        return rows.clear().with_columns(set=pl.lit(None, dtype=pl.String))
    line = limit_minor(base_minor=base, ratio=threshold.ratio)
    counted = pl.col("exposure_minor") - pl.col("exempt_minor")
    order = [counted, pl.col("subject_kind"), pl.col("subject_key")]
    gross = pl.col("exposure_gross_minor")
    below = ~_reaches(gross, line, threshold.boundary)
    sets = {
        "large": rows.filter(_reaches(counted, line, threshold.boundary)),
        "large_before_mitigation": rows.filter(_reaches(gross, line, threshold.boundary)),
        "fixed_amount": rows.filter(below & (gross >= fixed_minor)) if fixed_minor else rows.clear(),
        "exempt": rows.filter(_reaches(pl.col("exempt_minor"), line, threshold.boundary)),
        "top_n": rows.filter(counted > 0)
        .sort(order, descending=[True, False, False])
        .head(threshold.top_n or 0),
    }
    return pl.concat([found.with_columns(set=pl.lit(name)) for name, found in sets.items()])


def _to_be_searched(subjects: pl.DataFrame, book: Book, bases: Bases) -> pl.DataFrame:
    threshold = book.threshold(DEPENDENCE_SEARCH)
    base = bases.get(threshold.base) if threshold else None
    rows = _rows(subjects, book, threshold).with_columns(set=pl.lit(DEPENDENCE_SEARCH))
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
