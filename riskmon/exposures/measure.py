"""Measurement: the gross exposure of every facility under one book, in its parts.

A facility has up to two parts: what is on the balance sheet (drawn plus accrued interest, less provision where the
book deducts it) and what is potential (undrawn or contingent, converted). Each part is converted to the reporting
currency and rounded up once. The undrawn part of a shared line counts once (`shared_lines`).
"""

import polars as pl

from riskmon.domain.money import BP, ceil_divide, in_reporting_currency
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS, PARTLY_MEASURED_PRODUCTS, PRODUCT_CATEGORIES, Category
from riskmon.exposures.conversion import factor_bp, factor_or_full_bp
from riskmon.exposures.nominal import nominal_share_bp
from riskmon.exposures.shared_lines import with_shared_unused
from riskmon.exposures.terms import asked_once, is_borne
from riskmon.rulebook.select import Book

CATEGORY = pl.Enum([category.value for category in Category])
"""A category as it is told between the steps: one byte a row."""

_FACTOR = pl.col("factor_bp").fill_null(BP)
"""The conversion factor, or the whole where the book has none: a missing factor is never zero exposure."""


def gross_parts(facilities: pl.DataFrame, book: Book, *, reporting_exponent: int) -> pl.DataFrame:
    """Gross exposure of each facility, in its two parts.

    facilities: the validated facilities (amounts in their own currency, rate_e10, exponent) with `terms.with_terms`.
    Returns one row a facility, in the same order: facility_key, obligor_key, product, booked_category,
    potential_category, factor_bp, booked_minor, potential_minor, loan_balance_minor, is_factor_missing, is_partly_measured (reporting currency).
    """
    measurement = book.measurement
    commitment, drawn = pl.col("commitment_minor").fill_null(0), pl.col("drawn_minor").fill_null(0)
    unused = (commitment - drawn).clip(lower_bound=0)
    interest = pl.col("accrued_interest_minor").fill_null(0) if measurement.includes_accrued_interest else 0
    provision = pl.col("provision_minor").fill_null(0) if measurement.deducts_provision else 0
    owed = drawn + interest - provision
    # What is already drawn under an off-balance product is paid out, and no longer a contingency: it counts in full.
    paid_out = pl.when("is_off_balance").then(owed).otherwise(0)
    if not measurement.provision_after_conversion:
        # Provision beyond what is paid out is on the contingent amount itself.
        unused, paid_out = (
            (unused + paid_out.clip(upper_bound=0)).clip(lower_bound=0),
            paid_out.clip(lower_bound=0),
        )
    loan = _reported(pl.when("is_loan").then(drawn).otherwise(0), reporting_exponent)
    lines = with_shared_unused(facilities, factor_or_full_bp(book), reporting_exponent)
    return (
        _with_answers(lines, book)
        .select(
            "facility_key",
            "obligor_key",
            "product",
            "booked_category",
            "potential_category",
            factor_bp=_FACTOR,
            booked_minor=_booked(owed, drawn, reporting_exponent, has_shares=bool(book.nominal_shares)),
            potential_minor=_potential(
                unused, paid_out, reporting_exponent, has_lines="shared_unused_minor" in lines.columns
            ),
            loan_balance_minor=loan if measurement.loan_products else pl.lit(0, dtype=pl.Int64),
            # An amount that has to convert and has no factor counts in full.
            is_factor_missing=pl.col("factor_bp").is_null() & (unused > 0),
            is_partly_measured="is_partly_measured",
        )
        .collect()
    )


def _with_answers(facilities: pl.DataFrame, book: Book) -> pl.LazyFrame:
    """The facilities with what the book says of their terms."""
    is_off_balance = pl.col("product").is_in(OFF_BALANCE_PRODUCTS)
    return asked_once(
        facilities,
        is_off_balance=is_off_balance,
        is_loan=pl.col("product").is_in(book.measurement.loan_products),
        is_partly_measured=pl.col("product").is_in(PARTLY_MEASURED_PRODUCTS),
        booked_category=_category(Category.TRADING, pl.col("is_trading_book").fill_null(value=False)),
        potential_category=_category(Category.POTENTIAL, ~is_off_balance | ~is_borne()),
        share_bp=nominal_share_bp(book),
        factor_bp=factor_bp(book),
    )


def _booked(owed: pl.Expr, drawn: pl.Expr, reporting_exponent: int, *, has_shares: bool) -> pl.Expr:
    """What is on the balance sheet; of a claim that counts with a share of its nominal amount, that."""
    if not has_shares:
        return _reported(pl.when("is_off_balance").then(0).otherwise(owed), reporting_exponent)
    share = pl.col("share_bp")
    shared = pl.when(share.is_null()).then(owed.cast(pl.Int128) * BP).otherwise(drawn.cast(pl.Int128) * share)
    return _reported(pl.when("is_off_balance").then(0).otherwise(shared), reporting_exponent, over=BP)


def _reported(amount: pl.Expr, reporting_exponent: int, *, over: int = 1) -> pl.Expr:
    numerator, denominator = in_reporting_currency(amount, reporting_exponent)
    return ceil_divide(pl.max_horizontal(numerator, pl.lit(0, dtype=pl.Int128)), denominator * over)


def _potential(unused: pl.Expr, paid_out: pl.Expr, reporting_exponent: int, *, has_lines: bool) -> pl.Expr:
    """The unused amount converted, and what is paid out in full; of a shared line its share, already converted."""
    own = unused.cast(pl.Int128) * _FACTOR + paid_out.cast(pl.Int128) * BP
    if not has_lines:
        return _reported(own, reporting_exponent, over=BP)
    rest, denominator = in_reporting_currency(paid_out.cast(pl.Int128) * BP, reporting_exponent)
    shared = pl.col("shared_unused_minor").cast(pl.Int128) * _FACTOR * denominator + rest
    floored = pl.max_horizontal(shared, pl.lit(0, dtype=pl.Int128))
    return (
        pl.when(pl.col("shared_unused_minor").is_null())
        .then(_reported(own, reporting_exponent, over=BP))
        .otherwise(ceil_divide(floored, denominator * BP))
    )


def _category(special: Category, is_special: pl.Expr) -> pl.Expr:
    """The category of a part: its special one, else other by substance, else the product's."""
    category = pl.col("product").replace_strict(PRODUCT_CATEGORIES, return_dtype=pl.String)
    by_substance = pl.when(is_borne()).then(pl.lit(Category.OTHER.value)).otherwise(category)
    return pl.when(is_special).then(pl.lit(special.value)).otherwise(by_substance).cast(CATEGORY)
