"""What stands behind funds and securitisations: without knowledge of it, the anonymous party.

A book with a look-through threshold sends an unidentified investment at or above the line to the one anonymous
party; below the line it stays with the product's own obligor. Without a capital figure the line is unknown, and the
investment goes to the anonymous party, the stricter reading.
"""

import polars as pl

from riskmon.domain.money import exact_sum, limit_minor
from riskmon.domain.terms import ANONYMOUS_PARTY_ID, POOLED_PRODUCTS
from riskmon.rulebook.select import Book

THRESHOLD = "look_through"


def with_anonymous_party(parties: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """The parties, and after them the anonymous one where the bank holds funds or securitisations."""
    if not facilities["product"].is_in(POOLED_PRODUCTS).any():
        return parties
    anonymous = pl.DataFrame(
        {
            "party_key": [parties.height],
            "party_id": [ANONYMOUS_PARTY_ID],
            "name": ["Anonymous client 匿名客户"],
            "kind": ["anonymous"],
            "is_complete": [True],
            "is_own_bank": [False],
        },
        schema_overrides={"party_key": pl.Int32},
    )
    return pl.concat([parties, anonymous], how="diagonal")


def unidentified_to_anonymous(
    gross: pl.DataFrame, parties: pl.DataFrame, capital: pl.DataFrame, book: Book
) -> pl.DataFrame:
    """The gross parts with `obligor_key` moved to the anonymous party where the book asks for it."""
    threshold = book.threshold(THRESHOLD)
    anonymous = parties.filter(pl.col("kind") == "anonymous")
    if threshold is None or anonymous.is_empty():
        return gross
    base = capital[f"{threshold.base}_minor"].head(1).to_list()
    line = limit_minor(base_minor=base[0], ratio=threshold.ratio) if base and base[0] is not None else 0
    is_pooled = pl.col("product").is_in(POOLED_PRODUCTS)
    held = pl.when(is_pooled).then(pl.col("booked_minor") + pl.col("potential_minor"))
    # All holdings of one product are one investment: splitting it does not bring it below the line.
    invested = exact_sum(held).over("obligor_key")
    reaches = invested >= line if threshold.boundary == "at_or_above" else invested > line
    return gross.with_columns(
        obligor_key=pl.when(is_pooled & reaches)
        .then(pl.lit(anonymous["party_key"][0], dtype=pl.Int32))
        .otherwise("obligor_key")
    )
