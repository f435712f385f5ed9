"""Clearing: exposure to a central counterparty that a book keeps out of the sum of a group.

What a central counterparty owes from clearing makes it one risk with nobody: it is limited by itself, or not at all.
The same counterparty's other exposures count in its groups.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import exact_sum
from riskmon.domain.terms import Category
from riskmon.rulebook.select import Book

AMOUNTS = ("exposure_gross_minor", "mitigated_out_minor", "exposure_minor", "exempt_minor")


def grouped_exposures(own: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book) -> pl.DataFrame:
    """The obligor exposures of a book as they count in groups.

    own: `obligor_exposures` of the book. tables: exposures, agreements, parties. Returns the same rows and columns,
    less the amounts of the products that the grouping names, where the obligor is a central counterparty.
    """
    products = book.grouping.ungrouped_products if book.grouping else ()
    if not products:
        return own
    cleared = tables["agreements"].filter(pl.col("product").is_in(products))["facility_key"]
    ccps = tables["parties"].filter(pl.col("kind") == "ccp")["party_key"]
    categories = {f"{category.value}_minor": category.value for category in Category}
    rows = tables["exposures"].filter(
        (pl.col("book_id") == book.id)
        & pl.col("facility_key").is_in(cleared.implode())
        & pl.col("obligor_key").is_in(ccps.implode())
        & (pl.col("mitigated_in_minor") == 0)
    )
    left_out = rows.group_by("obligor_key").agg(
        *(exact_sum(pl.col(name)) for name in AMOUNTS),
        *(
            exact_sum(pl.when(pl.col("category") == category).then("exposure_minor").otherwise(0)).alias(name)
            for name, category in categories.items()
        ),
    )
    names = (*AMOUNTS, *categories)
    return own.join(left_out, on="obligor_key", how="left", suffix="_out").select(
        *(
            (pl.col(name) - pl.col(f"{name}_out").fill_null(0)).alias(name) if name in names else pl.col(name)
            for name in own.columns
        )
    )
