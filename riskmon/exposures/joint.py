"""Joint obligors: each owes a facility whole, as it would count if it were booked with it."""

import polars as pl

from riskmon.domain.joint import JOINT_SCHEMA
from riskmon.domain.money import exact_sum
from riskmon.exposures.rows import signed_rows
from riskmon.exposures.totals import limited_loans
from riskmon.rulebook.select import Book

_AMOUNTS = ("exposure_gross_minor", "exposure_minor", "exempt_minor")
_DEBT = ["facility_key", "joint_obligor_key"]


def signed_parts(gross: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """The gross parts of each facility with joint obligors, once for each of them in the obligor's place.

    gross: `measure.gross_parts`. facilities: facility_key, obligor_key, joint_obligor_keys.
    Returns the columns of gross without an exemption, since that belongs to who owes, and booked_with_key.
    """
    signed = (
        facilities.filter(pl.col("joint_obligor_keys").list.len() > 0)
        .select("facility_key", booked_with_key="obligor_key", joint_obligor_key="joint_obligor_keys")
        .explode("joint_obligor_key")
    )
    unjudged = gross.join(signed, on="facility_key", how="semi").drop(
        pl.selectors.ends_with("_exempt_bp", "_exemption_id"), "obligor_key"
    )
    return unjudged.join(signed, on="facility_key").rename({"joint_obligor_key": "obligor_key"})


def joint_exposures(
    signed: pl.DataFrame, gross: pl.DataFrame, uses: pl.DataFrame, book: Book
) -> pl.DataFrame:
    """One row for each facility and each of its joint obligors, under one book.

    The amounts are those of the facility after its protection, since who promises for it promises for all who owe it, and
    after the exemption that the book gives the joint obligor. What has moved to a provider is not among them.

    signed: `signed_parts` with `exemption.with_exemption`. gross, uses: of the facilities, as in `rows.exposure_rows`.
    Returns book_id, facility_key, obligor_key, joint_obligor_key, product, the amounts, loan_balance_minor and
    credit_balance_minor (null where the book does not define them), is_complete.
    """
    owed = (
        signed_rows(signed, gross, uses, book)
        .group_by("facility_key", joint_obligor_key="obligor_key")
        .agg(*(exact_sum(pl.col(name)) for name in _AMOUNTS), is_complete=pl.col("is_complete").all())
    )
    lent = signed.group_by("facility_key", joint_obligor_key="obligor_key").agg(
        pl.col("booked_with_key", "product").first(), loan_balance_minor=exact_sum(limited_loans())
    )
    nothing = pl.lit(None, dtype=pl.Int64)
    has_loans = bool(book.measurement.loan_products)
    is_balance = book.measurement.measure == "credit_balance"
    return (
        owed.join(lent, on=_DEBT, how="left", validate="1:1")
        .select(
            pl.lit(book.id).alias("book_id"),
            "facility_key",
            "joint_obligor_key",
            "product",
            *_AMOUNTS,
            obligor_key="booked_with_key",
            loan_balance_minor="loan_balance_minor" if has_loans else nothing,
            credit_balance_minor="exposure_minor" if is_balance else nothing,
            is_complete="is_complete",
        )
        .select(JOINT_SCHEMA.names())
        .sort(_DEBT)
    )
