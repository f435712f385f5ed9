"""Cells: what each obligor owes by product, the grain at which a bank's own limits ask."""

from collections.abc import Sequence

import polars as pl

from riskmon.domain.money import exact_sum
from riskmon.exposures.totals import limited_loans
from riskmon.rulebook.select import Book

CELL_SCHEMA = pl.Schema(
    {
        "book_id": pl.String(), "obligor_key": pl.Int32(), "product": pl.String(), "exposure_minor": pl.Int64(),
        "exempt_minor": pl.Int64(), "loan_balance_minor": pl.Int64(), "credit_balance_minor": pl.Int64(),
    }
)  # fmt: skip

_CELL = ["obligor_key", "product"]


def obligor_products(exposures: pl.DataFrame, gross: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The exposure of each obligor under one book, by the product it arises from; of several parts they add up.

    exposures: the book's exposure rows. gross: facility_key, obligor_key, product, loan_balance_minor, booked_exempt_bp.
    Returns book_id, obligor_key, product (null: what protection moved to a provider is no longer of a product; the
    trading book has none),
    exposure_minor and exempt_minor, which add up to those of `obligor_exposures`, loan_balance_minor,
    credit_balance_minor (both null where the book does not define them).
    """
    products = gross.select("facility_key", "product").unique("facility_key")
    # What has come to an obligor through protection is a claim on it as a provider, whatever the product was.
    product = pl.when(pl.col("mitigated_in_minor") == 0).then("product")
    sums = (
        exposures.lazy()
        .join(products.lazy(), on="facility_key", how="left", validate="m:1")
        .group_by("obligor_key", product.alias("product"))
        .agg(exact_sum(pl.col("exposure_minor")), exact_sum(pl.col("exempt_minor")))
    )
    loans = gross.lazy().group_by(_CELL).agg(loan_balance_minor=exact_sum(limited_loans()))
    has_loans, is_balance = (
        bool(book.measurement.loan_products),
        book.measurement.measure == "credit_balance",
    )
    return (
        sums.join(loans, on=_CELL, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("exposure_minor", "exempt_minor", "loan_balance_minor").fill_null(0))
        .select(
            pl.lit(book.id).alias("book_id"),
            *_CELL,
            "exposure_minor",
            "exempt_minor",
            loan_balance_minor=pl.col("loan_balance_minor") if has_loans else pl.lit(None, dtype=pl.Int64),
            credit_balance_minor=pl.col("exposure_minor") if is_balance else pl.lit(None, dtype=pl.Int64),
        )
        .sort(_CELL)
        .collect()
    )


def summed_products(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The cells of one book over all parts, as `obligor_products` has them."""
    if len(parts) < 2:
        return pl.concat([pl.DataFrame(schema=CELL_SCHEMA), *parts])
    amounts = [name for name in CELL_SCHEMA if name.endswith("_minor")]
    sums = (
        pl.when(pl.col(name).is_not_null().any()).then(exact_sum(pl.col(name))).alias(name)
        for name in amounts
    )
    return pl.concat(parts).group_by("book_id", *_CELL).agg(sums).sort(_CELL)
