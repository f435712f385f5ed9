"""Statements: what a party takes in, spends and owns, as the newest version known says."""

from collections.abc import Sequence

import polars as pl

from riskmon.domain.money import floor_divide, in_reporting_currency
from riskmon.groups.search.candidates import Search


def yearly(statements: pl.DataFrame, search: Search, items: Sequence[str]) -> pl.DataFrame:
    """What the first of these items that a party states comes to in a year: party_key, item, period_end, stated_minor.

    Figures of a part of the year add up to its end, so the largest of the periods that ended within the year counts.
    """
    order = pl.Enum(list(items))
    return (
        _newest_versions(statements, search, items)
        .filter(pl.col("period_end") > search.begin)
        .sort("party_key", pl.col("item").cast(order), -pl.col("stated_minor"), "period_end")
        .unique("party_key", keep="first", maintain_order=True)
    )


def at_the_end(statements: pl.DataFrame, search: Search, item: str) -> pl.DataFrame:
    """An item of each party's newest balance sheet: party_key, item, period_end, stated_minor."""
    return (
        _newest_versions(statements, search, (item,))
        .sort("party_key", "period_end", descending=[False, True])
        .unique("party_key", keep="first", maintain_order=True)
    )


def _newest_versions(statements: pl.DataFrame, search: Search, items: Sequence[str]) -> pl.DataFrame:
    """One row a party, item and period, rounded down.

    A party's own statement goes before a consolidated one, then the version received last, of those that tie the one
    with the highest number, then the smallest amount.
    """
    received = (pl.col("received_on") <= search.known_at).fill_null(value=True)
    version_number = pl.col("version").str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    amount = floor_divide(*in_reporting_currency(pl.col("amount_minor"), search.exponent))
    return (
        statements.filter(
            pl.col("item").is_in(list(items)), (pl.col("period_end") <= search.as_of) & received
        )
        .with_columns(stated_minor=amount, version_number=version_number)
        .sort(
            ~pl.col("is_consolidated").fill_null(value=False),
            "received_on",
            "version_number",
            "version",
            -pl.col("stated_minor"),
            descending=True,
            nulls_last=True,
        )
        .unique(["party_key", "item", "period_end"], keep="first", maintain_order=True)
        .select("party_key", "item", "period_end", "stated_minor")
    )
