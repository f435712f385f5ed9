"""Joint obligors: each owes a facility whole, as it counts with the obligor that it is booked with."""

import polars as pl

from riskmon.domain.money import exact_sum
from riskmon.exposures.totals import limited_loans
from riskmon.rulebook.select import Book

_AMOUNTS = ("exposure_gross_minor", "exposure_minor", "exempt_minor")


def joint_exposures(
    exposures: pl.DataFrame, gross: pl.DataFrame, facilities: pl.DataFrame, book: Book
) -> pl.DataFrame:
    """One row for each facility and each of its joint obligors, under one book.

    The amounts are those of the facility with its obligor, after protection and exemption: who promises for it, promises
    for all who owe it. What has moved to a provider is not among them. exposures, gross: the book's, as in
    `totals.obligor_totals`. facilities: facility_key, obligor_key, joint_obligor_keys.
    Returns book_id, facility_key, obligor_key, joint_obligor_key, product, the amounts, loan_balance_minor and
    credit_balance_minor (null where the book does not define them), is_complete.
    """
    signed = (
        facilities.filter(pl.col("joint_obligor_keys").list.len() > 0)
        .select("facility_key", "obligor_key", joint_obligor_key="joint_obligor_keys")
        .explode("joint_obligor_key")
    )
    rows = exposures.join(signed, on="facility_key", how="semi").filter(pl.col("mitigated_in_minor") == 0)
    owed = rows.group_by("facility_key").agg(
        *(exact_sum(pl.col(name)) for name in _AMOUNTS), is_complete=pl.col("is_complete").all()
    )
    nothing = pl.lit(None, dtype=pl.Int64)
    has_loans, is_balance = (
        bool(book.measurement.loan_products),
        book.measurement.measure == "credit_balance",
    )
    lent = (
        gross.join(signed, on="facility_key", how="semi")
        .group_by("facility_key")
        .agg(pl.col("product").first(), loan_balance_minor=exact_sum(limited_loans()))
    )
    return (
        signed.join(owed, on="facility_key", validate="m:1")
        .join(lent, on="facility_key", how="left", validate="m:1")
        .select(
            pl.lit(book.id).alias("book_id"),
            "facility_key",
            "obligor_key",
            "joint_obligor_key",
            "product",
            *_AMOUNTS,
            loan_balance_minor="loan_balance_minor" if has_loans else nothing,
            credit_balance_minor="exposure_minor" if is_balance else nothing,
            is_complete="is_complete",
        )
        .sort("facility_key", "joint_obligor_key")
    )
