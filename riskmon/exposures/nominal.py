"""Nominal shares: claims of which a book counts a stated share of the nominal amount, in the place of what is booked."""

from functools import reduce

import polars as pl

from riskmon.rulebook.counterparty import NominalShare
from riskmon.rulebook.select import Book


def nominal_share_bp(book: Book) -> pl.Expr:
    """The share of a facility's nominal amount that counts, null where it counts as booked.

    Columns in: product, is_qualifying, ccp_component. A condition that is not known is not met.
    """
    shares = (pl.when(_applies(share)).then(pl.lit(share.share_bp)) for share in book.nominal_shares)
    return pl.coalesce(*shares, pl.lit(None, dtype=pl.Int32)).cast(pl.Int64)


def _applies(share: NominalShare) -> pl.Expr:
    conditions = [pl.col("product").is_in(share.products)]
    if share.is_qualifying is not None:
        conditions.append(pl.col("is_qualifying") == share.is_qualifying)
    if share.ccp_components:
        conditions.append(pl.col("ccp_component").is_in(share.ccp_components))
    return reduce(lambda left, right: left & right, conditions).fill_null(value=False)
