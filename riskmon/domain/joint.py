"""Joint debt: what an obligor owes whole of a facility that counts with another, and what several holders owe of it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from riskmon.domain.money import exact_sum

JOINT: Final = {
    "exposure_gross_minor": "joint_gross_minor",
    "exposure_minor": "joint_minor",
    "exempt_minor": "joint_exempt_minor",
    "loan_balance_minor": "joint_loan_minor",
}
"""Amounts of a facility, and what a holder's total of each is called that stands beside its own."""


JOINT_SCHEMA: Final = pl.Schema(
    {
        "book_id": pl.String(), "facility_key": pl.Int32(), "obligor_key": pl.Int32(), "joint_obligor_key": pl.Int32(),
        "product": pl.String(), "exposure_gross_minor": pl.Int64(), "exposure_minor": pl.Int64(),
        "exempt_minor": pl.Int64(), "loan_balance_minor": pl.Int64(), "credit_balance_minor": pl.Int64(),
        "is_complete": pl.Boolean(),
    }
)  # fmt: skip
"""One row for each facility and each of its joint obligors, under each book."""


def joint_sums(
    joint: pl.DataFrame, holders: pl.DataFrame, of: str, holder: str = "party_key"
) -> pl.DataFrame:
    """What each subject owes beside the facilities that count with its holders: `of`, and the amounts of `JOINT`.

    A facility counts once in a subject, however many of its holders have signed it, and not here where its obligor is
    one of them. Holders that a book exempts differently owe it all the same: the least of it is exempt. joint: facility_key, obligor_key, joint_obligor_key, the amounts, of one book. holders: `of`, and the
    key of a party in the column named; a subject may be that party itself. Subjects without such a facility have no row.
    """
    named = holders.select(pl.col(of).alias("subject"), pl.col(holder).alias("holder"))
    counted = ["subject", "facility_key"]
    whole = [pl.col(amount).max() for amount in JOINT if amount != "exempt_minor"]
    signed = (
        joint.join(named, left_on="joint_obligor_key", right_on="holder")
        .group_by(counted)
        .agg(*whole, pl.col("exempt_minor").min())
    )
    own = joint.join(named, left_on="obligor_key", right_on="holder").select(counted)
    return (
        signed.join(own, on=counted, how="anti")
        .group_by(pl.col("subject").alias(of))
        .agg(exact_sum(pl.col(amount)).alias(name) for amount, name in JOINT.items())
    )


def joint_sums_by_book(
    joint: pl.DataFrame, holders: pl.DataFrame, of: str, holder: str = "party_key"
) -> pl.DataFrame:
    """`joint_sums` of several books: book_id beside. joint, holders: with book_id."""
    books = joint["book_id"].unique().sort()
    sums = [
        joint_sums(joint.filter(book_id=book_id), holders.filter(book_id=book_id), of, holder).with_columns(
            book_id=pl.lit(book_id)
        )
        for book_id in books
    ]
    none = joint_sums(joint.clear(), holders.clear(), of, holder).with_columns(book_id=pl.lit(""))
    return pl.concat([none, *sums])


def with_joint_sums(totals: pl.DataFrame, sums: pl.DataFrame, on: str) -> pl.DataFrame:
    """The totals with the amounts of `JOINT`, zero where there are none."""
    return totals.join(sums, on=on, how="left", validate="1:1").with_columns(
        pl.col(*JOINT.values()).fill_null(0)
    )


def owed_in_full() -> Sequence[pl.Expr]:
    """The amounts of a subject with what it owes beside; a measure that the book does not define stays null."""
    whole = [(pl.col(amount) + pl.col(name)).alias(amount) for amount, name in JOINT.items()]
    return [*whole, pl.col("credit_balance_minor") + pl.col("joint_minor")]
