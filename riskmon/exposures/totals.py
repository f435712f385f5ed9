"""Totals: the exposure of each obligor under one book, by category. Sums are exact and never wrap."""

import polars as pl

from riskmon.domain.money import BP, exact_sum
from riskmon.domain.terms import Category
from riskmon.rulebook.select import Book

AMOUNTS = (
    "exposure_gross_minor", "mitigated_out_minor", "mitigated_in_minor", "exposure_minor", "exempt_minor",
)  # fmt: skip
CATEGORY_COLUMNS = tuple(f"{category.value}_minor" for category in Category)


def obligor_totals(
    exposures: pl.DataFrame, gross: pl.DataFrame, parties: pl.DataFrame, book: Book
) -> pl.DataFrame:
    """One row for each obligor with a facility or moved-in protection, and for each party a refused row touches.

    exposures: the book's exposure rows. gross: loan_balance_minor and booked_exempt_bp a facility; a loan that
    the book exempts in full is in no loan balance, since that is what its limit is on. parties: party_key, is_complete.
    Returns the columns of `obligor_exposures` with obligor_key, and clearing_minor, the part from clearing that is not
    exempt; loan and credit balance are null where the book does not define them.
    """
    sums = _sums(exposures, gross)
    has_loans = bool(book.measurement.loan_products)
    owing = gross.lazy() if has_loans else gross.clear().lazy()
    loans = owing.group_by("obligor_key").agg(loan_balance_minor=exact_sum(limited_loans()))
    touched = parties.lazy().select(obligor_key="party_key", party_complete="is_complete")
    subjects = pl.concat(
        [sums.select("obligor_key"), touched.filter(~pl.col("party_complete")).select("obligor_key")]
    ).unique()
    is_credit_balance = book.measurement.measure == "credit_balance"
    return (
        subjects.join(sums, on="obligor_key", how="left", validate="1:1")
        .join(loans, on="obligor_key", how="left", validate="1:1")
        .join(touched, on="obligor_key", how="left", validate="1:1")
        .with_columns(
            pl.col(*AMOUNTS, *CATEGORY_COLUMNS, "clearing_minor", "loan_balance_minor").fill_null(0)
        )
        .select(
            "obligor_key",
            *AMOUNTS,
            *CATEGORY_COLUMNS,
            "clearing_minor",
            loan_balance_minor=_defined("loan_balance_minor", is_defined=has_loans),
            credit_balance_minor=_defined("exposure_minor", is_defined=is_credit_balance),
            if_confirmed_minor="exposure_minor",
            is_complete=pl.col("rows_complete").fill_null(value=True) & pl.col("party_complete"),
            book_id=pl.lit(book.id),
        )
        .sort("obligor_key")
        .collect()
    )


def _sums(exposures: pl.DataFrame, gross: pl.DataFrame) -> pl.LazyFrame:
    """The sums of each obligor's rows: AMOUNTS, by category, from clearing, and whether all rows are complete."""
    found = set(exposures["category"].unique())
    owed = {
        column: pl.when(pl.col("category") == category.value).then("exposure_minor").otherwise(0)
        for category, column in zip(Category, CATEGORY_COLUMNS, strict=True)
        if category.value in found
    }
    # What a central counterparty owes from clearing, which some limits look at apart.
    cleared = gross.filter(pl.col("product") == "ccp_clearing")["facility_key"]
    if cleared.len():
        is_clearing = pl.col("facility_key").is_in(cleared.implode()) & (pl.col("mitigated_in_minor") == 0)
        limited = pl.col("exposure_minor") - pl.col("exempt_minor")
        owed["clearing_minor"] = pl.when(is_clearing).then(limited).otherwise(0)
    absent = {*CATEGORY_COLUMNS, "clearing_minor"} - owed.keys()
    return (
        exposures.lazy()
        .group_by("obligor_key")
        .agg(
            *(exact_sum(pl.col(name)) for name in AMOUNTS),
            *(exact_sum(amount).alias(column) for column, amount in owed.items()),
            rows_complete=pl.col("is_complete").all(),
        )
        .with_columns(pl.lit(0, dtype=pl.Int64).alias(column) for column in sorted(absent))
    )


def limited_loans() -> pl.Expr:
    """Loan principal that a limit on loans counts: nothing of a facility that the book exempts in full."""
    return pl.when(pl.col("booked_exempt_bp") == BP).then(0).otherwise("loan_balance_minor").cast(pl.Int64)


def _defined(column: str, *, is_defined: bool) -> pl.Expr:
    return pl.col(column) if is_defined else pl.lit(None, dtype=pl.Int64)
