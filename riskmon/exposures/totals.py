"""Totals: the exposure of each obligor under one book, by category. Sums are exact and never wrap."""

from collections.abc import Sequence

import polars as pl

from riskmon.domain.joint import JOINT, joint_sums
from riskmon.domain.money import BP, add_up_within_64_bits, exact_sum
from riskmon.domain.terms import Category
from riskmon.rulebook.select import Book

AMOUNTS = (
    "exposure_gross_minor", "mitigated_out_minor", "mitigated_in_minor", "exposure_minor", "exempt_minor",
)  # fmt: skip
CATEGORY_COLUMNS = tuple(f"{category.value}_minor" for category in Category)


def obligor_sums(exposures: pl.DataFrame, gross: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The sums of each obligor's rows; those of several parts of a bank's facilities add up.

    exposures: the book's exposure rows. gross: loan_balance_minor and booked_exempt_bp a facility; a loan that
    the book exempts in full is in no loan balance, since that is what its limit is on.
    Returns obligor_key, AMOUNTS, rows_complete (whether all rows are), and of CATEGORY_COLUMNS, clearing_minor (what is
    from clearing and not exempt) and loan_balance_minor those that are not zero throughout.
    """
    add = pl.Expr.sum if add_up_within_64_bits(exposures, AMOUNTS) else exact_sum
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
    sums = (
        exposures.lazy()
        .group_by("obligor_key")
        .agg(
            *(add(pl.col(name)) for name in AMOUNTS),
            *(add(amount).alias(column) for column, amount in owed.items()),
            rows_complete=pl.col("is_complete").min(),
        )
    )
    if book.measurement.loan_products:
        add = pl.Expr.sum if add_up_within_64_bits(gross, ["loan_balance_minor"]) else exact_sum
        loans = gross.lazy().group_by("obligor_key").agg(loan_balance_minor=add(limited_loans()))
        sums = sums.join(loans, on="obligor_key", how="left", validate="1:1")
    return sums.collect()


def obligor_totals(
    parts: Sequence[pl.DataFrame], joint: pl.DataFrame, parties: pl.DataFrame, book: Book
) -> pl.DataFrame:
    """One row for each obligor with a facility or moved-in protection, and for each party a refused row touches.

    A joint obligor has one too: a facility counts once, with its obligor, and what others owe of it is beside.

    parts: `obligor_sums` of every part. joint: `joint.joint_exposures` of all of them. parties: party_key, is_complete.
    Returns the columns of `obligor_exposures` with obligor_key, and clearing_minor; loan and credit balance are null
    where the book does not define them.
    """
    sums = _added_up(parts)
    touched = parties.lazy().select(obligor_key="party_key", party_complete="is_complete")
    beside = _beside(joint)
    is_touched = ~pl.col("party_complete")
    keys = (each.select("obligor_key") for each in (beside, touched.filter(is_touched)))
    without_rows = pl.concat(keys).unique().join(sums, on="obligor_key", how="anti")
    absent = {*CATEGORY_COLUMNS, "clearing_minor", "loan_balance_minor"} - set(sums.collect_schema())
    has_loans = bool(book.measurement.loan_products)
    is_credit_balance = book.measurement.measure == "credit_balance"
    return (
        pl.concat([sums, without_rows], how="diagonal")
        .join(beside, on="obligor_key", how="left", validate="1:1")
        .join(touched, on="obligor_key", how="left", validate="1:1")
        .with_columns(pl.lit(0, dtype=pl.Int64).alias(name) for name in sorted(absent))
        .with_columns(
            pl.col(
                *AMOUNTS, *CATEGORY_COLUMNS, *JOINT.values(), "clearing_minor", "loan_balance_minor"
            ).fill_null(0)
        )
        .select(
            "obligor_key",
            *AMOUNTS,
            *CATEGORY_COLUMNS,
            *JOINT.values(),
            "clearing_minor",
            loan_balance_minor=_defined("loan_balance_minor", is_defined=has_loans),
            credit_balance_minor=_defined("exposure_minor", is_defined=is_credit_balance),
            if_confirmed_minor="exposure_minor",
            is_complete=pl.all_horizontal(
                pl.col("rows_complete", "joint_complete").fill_null(value=True), "party_complete"
            ),
            book_id=pl.lit(book.id),
        )
        .sort("obligor_key")
        .collect()
    )


def _added_up(parts: Sequence[pl.DataFrame]) -> pl.LazyFrame:
    """One row an obligor: what protection moves to a provider may stand in another part than its own facilities."""
    if len(parts) == 1:
        return parts[0].lazy()
    rows = pl.concat(parts, how="diagonal").lazy()
    amounts = [name for name in rows.collect_schema() if name.endswith("_minor")]
    return rows.group_by("obligor_key").agg(
        *(exact_sum(pl.col(name)) for name in amounts), pl.col("rows_complete").min()
    )


def _beside(joint: pl.DataFrame) -> pl.LazyFrame:
    """What each joint obligor owes beside its own: obligor_key, the amounts of `JOINT`, joint_complete."""
    signers = joint.select(obligor_key="joint_obligor_key").unique()
    complete = joint.group_by(obligor_key="joint_obligor_key").agg(joint_complete=pl.col("is_complete").all())
    sums = joint_sums(joint, signers, of="obligor_key", holder="obligor_key")
    return sums.join(complete, on="obligor_key", validate="1:1").lazy()


def limited_loans() -> pl.Expr:
    """Loan principal that a limit on loans counts: nothing of a facility that the book exempts in full."""
    return pl.when(pl.col("booked_exempt_bp") == BP).then(0).otherwise("loan_balance_minor").cast(pl.Int64)


def _defined(column: str, *, is_defined: bool) -> pl.Expr:
    return pl.col(column) if is_defined else pl.lit(None, dtype=pl.Int64)
