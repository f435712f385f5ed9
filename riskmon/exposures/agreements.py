"""Agreements: everything that exposure arises under, in one row of keys.

A facility is one. So is a netting set with derivatives, a financing trade, and what the bank holds of one issuer in its
trading book; these stand after the facilities, so that a facility keeps its key.
"""

from collections.abc import Mapping

import polars as pl

TRADING_ID = "trading/{}"
"""How the positions in one issuer are called."""

_COLUMNS = ("facility_id", "source", "source_key", "obligor_key", "product")


def of_facilities(facilities: pl.DataFrame) -> pl.DataFrame:
    """The facilities as agreements: facility_key, facility_id, source, source_key, obligor_key, product.

    `source` is the input table that an agreement comes from and `source_key` its key there.
    """
    rows = facilities.with_columns(agreement_key="facility_key")
    return _of_table(rows, "facilities", "facility_id", "agreement_key", product="product").select(
        pl.col("source_key").alias("facility_key"), *_COLUMNS
    )


def of_other_tables(
    tables: Mapping[str, pl.DataFrame], parties: pl.DataFrame, *, first_key: int
) -> pl.DataFrame:
    """All other agreements, in the same columns, their keys from `first_key` on.

    Of trading positions `source_key` is the key of the issuer. The product is null where there is none.
    """
    frames = [*_of_sets(tables, parties), _of_issuers(tables["trading_positions"], parties)]
    return (
        pl.concat(frames)
        .with_row_index("facility_key", first_key)
        .with_columns(pl.col("facility_key").cast(pl.Int32))
    )


def _of_sets(tables: Mapping[str, pl.DataFrame], parties: pl.DataFrame) -> list[pl.DataFrame]:
    """Netting sets, unless only financing is traded under them, and financing trades.

    What is traded with a central counterparty is cleared by it.
    """
    trades, financing = tables["derivatives"], tables["securities_financing"]
    only_financing = financing.join(trades, on="netting_set_key", how="anti").select("netting_set_key")
    sets = tables["netting_sets"].join(
        only_financing, on="netting_set_key", how="anti", maintain_order="left"
    )
    named = {
        "netting_sets": (sets, "netting_set", "derivative"),
        "securities_financing": (financing, "trade", "securities_financing"),
    }
    kinds = parties.select(counterparty_key="party_key", counterparty_kind="kind")
    return [
        _of_table(
            rows.join(kinds, on="counterparty_key", how="left", maintain_order="left").with_columns(
                product=pl.when(pl.col("counterparty_kind") == "ccp")
                .then(pl.lit("ccp_clearing"))
                .otherwise(pl.lit(product))
            ),
            source, f"{name}_id", f"{name}_key", obligor="counterparty_key", product="product",
        )
        for source, (rows, name, product) in named.items()
    ]  # fmt: skip


def _of_issuers(positions: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    issuers = positions.select(party_key="issuer_key").unique()
    rows = parties.join(issuers, on="party_key", how="semi", maintain_order="left").select(
        "party_key",
        issuer_id=pl.format(TRADING_ID, "party_id"),
        product=pl.lit(None, dtype=pl.String),
    )
    return _of_table(
        rows, "trading_positions", "issuer_id", "party_key", obligor="party_key", product="product"
    )


def _of_table(
    rows: pl.DataFrame, source: str, id_name: str, key: str, *, product: str, obligor: str = "obligor_key"
) -> pl.DataFrame:
    return rows.select(
        facility_id=id_name, source=pl.lit(source), source_key=key, obligor_key=obligor, product=product
    ).select(_COLUMNS)
