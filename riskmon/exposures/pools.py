"""Pools: the assets behind every structure that the bank holds, nested structures replaced by what they hold.

Nesting is followed in rounds, all structures at once. A structure that comes back to itself is not opened a second
time: what it would hold of itself is cut, stays in the pool as an asset of nobody known, and is never lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.domain.money import ceil_divide, floor_divide, in_reporting_currency

FINE = 10**6
"""Parts of a minor unit that a nested asset is held in, so that a share of it is rounded only where it lands."""

_RING_STEPS = 8
"""How deep structures are followed that hold each other in a ring; the paths in a dense ring are beyond counting."""

_FRONTIER = ("root_key", "structure_key", "opened_fine", "depth", "path")


@dataclass(frozen=True, slots=True)
class Pools:
    """What is behind the structures.

    Attributes:
        totals: structure_key, total_minor: what the assets of a structure add up to as it is stated, else as they
            are delivered. A structure without assets has no row.
        assets: root_key (the structure held by the bank), asset_key, underlying_key (null for the part of a stated
            total that no asset explains), obligor_key (null where nobody is named), excludes_connection,
            asset_fine (`Int128`), depth (1 is the structure's own asset), is_cut (a ring was not followed).
        opened: root_key, structure_key, opened_fine, depth: the structures that stand in a root's pool; the root
            itself at depth 0.
    """

    totals: pl.DataFrame
    assets: pl.DataFrame
    opened: pl.DataFrame


def open_pools(tables: Mapping[str, pl.DataFrame], *, reporting_exponent: int) -> Pools:
    """The pools of the structures in which the bank has a holding.

    tables: structures, underlyings, fund_holdings. Assets are rounded up to minor units of the reporting currency, a
    stated total down; in one currency neither rounds.
    """
    assets, totals = _own_assets(tables["structures"], tables["underlyings"], reporting_exponent)
    held = tables["fund_holdings"].select(root_key="structure_key").unique().sort("root_key")
    frontier = held.join(totals, left_on="root_key", right_on="structure_key").select(
        "root_key",
        structure_key="root_key",
        opened_fine=pl.col("total_minor").cast(pl.Int128) * FINE,
        depth=pl.lit(0, dtype=pl.Int32),
        path=pl.format(",{},", "root_key"),
    )
    tangled = _before_rings(assets, totals)
    found, opened = [], [frontier.drop("path")]
    while frontier.height:
        reached = _one_level_down(frontier, assets, totals, tangled)
        found.append(reached.filter(~pl.col("opens") | pl.col("is_cut")))
        frontier = _next_frontier(reached.filter(pl.col("opens") & ~pl.col("is_cut")), tangled)
        opened.append(frontier.drop("path"))
    names = (
        "root_key",
        "asset_key",
        "underlying_key",
        "obligor_key",
        "excludes_connection",
        "asset_fine",
        "depth",
    )
    rows = [rows.select(*names, "is_cut") for rows in found] or [_no_assets(assets)]
    # An asset that is reached in several ways is one.
    nested = pl.concat([rows[0].clear(), *rows[1:]]).group_by("root_key", "asset_key").agg(
        pl.col("underlying_key", "obligor_key", "excludes_connection").first(),
        pl.col("asset_fine").sum(), pl.col("depth").max(), pl.col("is_cut").any(),
    )  # fmt: skip
    return Pools(totals, pl.concat([rows[0], nested.sort("root_key", "asset_key")]), pl.concat(opened))


def _own_assets(
    structures: pl.DataFrame, underlyings: pl.DataFrame, reporting_exponent: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each structure's own assets with what a stated total leaves unexplained, and its total."""
    amount, scale = in_reporting_currency(pl.col("amount_minor"), reporting_exponent)
    own = underlyings.select(
        "structure_key", "underlying_key", "obligor_key", "inner_structure_key",
        pl.col("excludes_connection").fill_null(value=False), asset_minor=ceil_divide(amount, scale),
    )  # fmt: skip
    value, scale = in_reporting_currency(pl.col("total_value_minor"), reporting_exponent)
    stated = structures.select("structure_key", stated_minor=floor_divide(value, scale))
    sums = (
        own.group_by("structure_key")
        .agg(sum_minor=pl.col("asset_minor").cast(pl.Int128).sum().cast(pl.Int64))
        .join(stated, on="structure_key", how="left", validate="1:1")
        .filter((pl.col("sum_minor") > 0) | (pl.col("stated_minor") > 0))
    )
    is_stated = (pl.col("stated_minor") > 0).fill_null(value=False)
    totals = sums.select(
        "structure_key", total_minor=pl.when(is_stated).then("stated_minor").otherwise("sum_minor")
    )
    rest = sums.filter(is_stated & (pl.col("stated_minor") > pl.col("sum_minor"))).select(
        "structure_key",
        asset_minor=pl.col("stated_minor") - pl.col("sum_minor"),
        excludes_connection=pl.lit(value=False),
    )
    ordered = pl.concat([own, rest.sort("structure_key")], how="diagonal")
    return ordered.with_row_index("asset_key"), totals.sort("structure_key")


def _before_rings(assets: pl.DataFrame, totals: pl.DataFrame) -> pl.Series:
    """The structures from which nesting leads into a ring; all others have a last level."""
    nested = (
        assets.drop_nulls("inner_structure_key")
        .select("structure_key", "inner_structure_key")
        .unique()
        .filter(pl.col("inner_structure_key").is_in(totals["structure_key"].implode()))
    )
    while True:
        going_on = nested.filter(pl.col("inner_structure_key").is_in(nested["structure_key"].implode()))
        if going_on.height == nested.height:
            return nested["structure_key"].unique().sort()
        nested = going_on


def _one_level_down(
    frontier: pl.DataFrame, assets: pl.DataFrame, totals: pl.DataFrame, tangled: pl.Series
) -> pl.DataFrame:
    """The assets of the frontier's structures as they stand in the pool of each root."""
    inner = pl.col("inner_structure_key")
    opens = inner.is_in(totals["structure_key"].implode()).fill_null(value=False)
    is_in_ring = inner.is_in(tangled.implode()).fill_null(value=False)
    is_back = pl.col("path").str.contains(pl.format(",{},", inner.fill_null(-1)), literal=True)
    total = pl.col("total_minor").cast(pl.Int128)
    numerator = pl.col("opened_fine") * pl.col("asset_minor")
    return (
        frontier.lazy()
        .join(assets.lazy(), on="structure_key", how="inner")
        .join(totals.lazy(), on="structure_key", how="inner")
        .with_columns(
            asset_fine=(numerator + total - 1) // total,
            depth=pl.col("depth") + 1,
            opens=opens,
            is_cut=opens & is_in_ring & (is_back | (pl.col("depth") >= _RING_STEPS)),
        )
        .collect()
    )


def _next_frontier(rows: pl.DataFrame, tangled: pl.Series) -> pl.DataFrame:
    """The nested structures to open next; several ways to one that leads into no ring are one."""
    inner = pl.col("inner_structure_key")
    longer = pl.col("path") + pl.format("{},", inner)
    return (
        rows.select(
            "root_key",
            "depth",
            structure_key=inner,
            opened_fine="asset_fine",
            path=pl.when(inner.is_in(tangled.implode())).then(longer).otherwise(pl.lit("")),
        )
        .group_by("root_key", "structure_key", "depth", "path")
        .agg(pl.col("opened_fine").sum())
        .select(_FRONTIER)
        .sort("root_key", "structure_key", "path")
    )


def _no_assets(assets: pl.DataFrame) -> pl.DataFrame:
    return assets.clear().select(
        pl.lit(None, dtype=pl.Int32).alias("root_key"), "asset_key", "underlying_key", "obligor_key", "excludes_connection",
        asset_fine=pl.col("asset_minor").cast(pl.Int128), depth=pl.lit(None, dtype=pl.Int32),
        is_cut=pl.lit(None, dtype=pl.Boolean),
    )  # fmt: skip
