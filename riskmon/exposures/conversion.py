"""Conversion: the share of an undrawn or contingent amount that counts, from the book in force."""

import polars as pl

from riskmon.domain.money import BP
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.rulebook.exposure_rules import ConversionFactor, OriginalMaturity
from riskmon.rulebook.select import Book

UNDRAWN_AS = "commitment"
"""The undrawn part of any on-balance product converts as a commitment."""


def factor_bp(book: Book) -> pl.Expr:
    """The conversion factor of a facility's undrawn or contingent part, null where the book has none.

    Columns in: product, is_cancellable, is_qualifying, start_date, maturity_date. A condition that is not known
    takes the reading with the higher factor, so that an unknown never makes an exposure look smaller.
    """
    candidates = [
        pl.when(_may_apply(factor)).then(pl.lit(factor.factor_bp)) for factor in book.conversion_factors
    ]
    return pl.max_horizontal(*candidates).cast(pl.Int32) if candidates else pl.lit(None, dtype=pl.Int32)


def factor_or_full_bp(book: Book) -> pl.Expr:
    """The factor, or the whole where the book has none: a missing factor is never zero exposure."""
    return factor_bp(book).fill_null(BP)


def _may_apply(factor: ConversionFactor) -> pl.Expr:
    converting = (
        pl.when(pl.col("product").is_in(OFF_BALANCE_PRODUCTS)).then("product").otherwise(pl.lit(UNDRAWN_AS))
    )
    applies = converting.is_in(factor.products)
    if factor.is_cancellable is not None:
        applies &= pl.col("is_cancellable").eq(factor.is_cancellable).fill_null(value=True)
    if factor.is_qualifying is not None:
        applies &= pl.col("is_qualifying").eq(factor.is_qualifying).fill_null(value=True)
    if factor.original_maturity is not None:
        applies &= has_original_maturity(factor.original_maturity).fill_null(value=True)
    return applies


def has_original_maturity(wanted: OriginalMaturity) -> pl.Expr:
    """Whether a facility was agreed for so long; null where its dates are not known."""
    is_short = pl.col("maturity_date") <= pl.col("start_date").dt.offset_by("1y")
    return is_short if wanted == "up_to_one_year" else ~is_short
