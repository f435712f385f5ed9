"""Holdings: what the bank's shares and tranches of a structure make of each asset behind it. The same for every book.

A share of the whole takes its part of each asset. A holding of a tranche takes its part of the asset or of the
tranche, whichever is less: the asset alone could burn the tranche, so the parts may add up to more than was invested.
The parts of one asset over all holdings are never more than the asset; holdings take it in the order of their ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.domain.money import ceil_divide, exact_sum, floor_divide, in_reporting_currency
from riskmon.domain.terms import POOLED_PRODUCTS
from riskmon.exposures.pools import FINE, Pools, open_pools


@dataclass(frozen=True, slots=True)
class Holdings:
    """The bank's holdings in structures and their parts, in minor units of the reporting currency.

    Attributes:
        held: holding_key, facility_key, structure_key, tranche_key, vehicle_key (the structure's own party),
            amount_minor, size_minor (what the amount is a share of), tranche_minor (null for a share of the whole), is_told
            (whether the assets behind it can be told apart).
        parts: one row for each told holding and asset: the same keys, underlying_key, asset_key, obligor_key,
            excludes_connection, depth, is_cut, asset_minor (the asset in full), part_minor (rounded up), numerator
            and denominator (`Int128`, the part before it is rounded), tested_minor: the parts of one obligor, or of
            one nameless asset, in one structure over all holdings.
        untold: facility_key, structure_key, vehicle_key, untold_minor: what is held and no asset explains.
        support: facility_key, structure_key, supported_key (the structure itself or one nested in it), provider_key,
            role, part_minor, depth: the investment that a third party's failure could cost.
    """

    held: pl.DataFrame
    parts: pl.DataFrame
    untold: pl.DataFrame
    support: pl.DataFrame


def holding_parts(tables: Mapping[str, pl.DataFrame], *, reporting_exponent: int) -> Holdings:
    """The parts of every holding of a fund or a securitisation.

    tables: facilities, structures, tranches, fund_holdings, underlyings, structure_support, bank. A holding that
    belongs to a facility of another product is not looked through.
    """
    pools = open_pools(tables, reporting_exponent=reporting_exponent)
    held = _held(tables, pools, reporting_exponent)
    parts = _parts(held, pools)
    own_bank = tables["bank"]["party_key"]
    return Holdings(
        held, parts, _untold(held, parts), _support(held, pools, tables["structure_support"], own_bank)
    )


def _held(tables: Mapping[str, pl.DataFrame], pools: Pools, reporting_exponent: int) -> pl.DataFrame:
    pooled = (
        tables["facilities"]
        .filter(pl.col("product").is_in(POOLED_PRODUCTS))
        .select("facility_key", "obligor_key")
    )
    amount, scale = in_reporting_currency(pl.col("amount_minor"), reporting_exponent)
    size, size_scale = in_reporting_currency(pl.col("size_minor"), reporting_exponent)
    tranches = tables["tranches"].select("tranche_key", tranche_minor=floor_divide(size, size_scale))
    vehicles = tables["structures"].select("structure_key", vehicle_key="party_key")
    rows = (
        tables["fund_holdings"]
        .with_columns(amount_minor=ceil_divide(amount, scale))
        .join(pooled, on="facility_key", how="inner", validate="m:1")
        .join(tranches, on="tranche_key", how="left", validate="m:1")
        .join(vehicles, on="structure_key", how="left", validate="m:1")
        .join(pools.totals, on="structure_key", how="left", validate="m:1")
    )
    return (
        rows.select(
            "holding_key",
            "facility_key",
            "structure_key",
            "tranche_key",
            "amount_minor",
            "tranche_minor",
            vehicle_key=pl.coalesce("vehicle_key", "obligor_key"),
            size_minor=pl.when(pl.col("tranche_key").is_null())
            .then("total_minor")
            .otherwise("tranche_minor"),
            is_told=pl.col("is_distinguishable").fill_null(value=True) & pl.col("total_minor").is_not_null(),
        )
        .with_columns(pl.col("is_told") & (pl.col("size_minor") > 0).fill_null(value=False))
        .sort("holding_key")
    )


def _parts(held: pl.DataFrame, pools: Pools) -> pl.DataFrame:
    named = pl.when(~pl.col("is_cut")).then("obligor_key")
    whole = ceil_divide(pl.col("asset_fine"), pl.lit(FINE, dtype=pl.Int128))
    assets = pools.assets.lazy().with_columns(obligor_key=named, asset_minor=whole)
    is_capped = pl.col("taken_minor") < pl.col("part_minor")
    capped = pl.col("taken_minor").cast(pl.Int128) * pl.col("denominator")
    return (
        held.lazy()
        .filter("is_told")
        .join(assets, left_on="structure_key", right_on="root_key", how="inner")
        .sort("holding_key", "asset_key")
        .with_columns(
            numerator=pl.col("amount_minor").cast(pl.Int128) * _at_stake(pl.col("asset_fine")),
            denominator=pl.col("size_minor").cast(pl.Int128) * FINE,
        )
        .with_columns(part_minor=ceil_divide(pl.col("numerator"), pl.col("denominator")))
        .with_columns(taken_minor=_taken(held))
        .with_columns(
            part_minor="taken_minor", numerator=pl.when(is_capped).then(capped).otherwise("numerator")
        )
        .with_columns(tested_minor=exact_sum(pl.col("part_minor")).over(_subject()))
        .drop(
            "taken_minor",
            "asset_fine",
            "is_told",
            "tranche_key",
            "tranche_minor",
            "size_minor",
            "amount_minor",
        )
        .collect()
    )


def _taken(held: pl.DataFrame) -> pl.Expr:
    """What each holding takes of an asset, in the order of holdings. Columns in: part_minor, asset_minor."""
    left = pl.col("asset_minor")
    if held["structure_key"].is_duplicated().any():
        before = pl.col("part_minor").cum_sum().over("structure_key", "asset_key") - pl.col("part_minor")
        left = (left - before).clip(lower_bound=0)
    return pl.min_horizontal("part_minor", left)


def _subject() -> pl.Expr:
    """One number for what meets the line together: the parts of one obligor in one vehicle, or one nameless asset."""
    of_obligor = pl.col("vehicle_key").cast(pl.Int64) * 2**32 + pl.col("obligor_key")
    return pl.coalesce(of_obligor, -1 - pl.col("asset_key").cast(pl.Int64))


def _at_stake(asset_fine: pl.Expr) -> pl.Expr:
    """The asset, or the tranche where that is smaller. Columns in: tranche_minor."""
    return pl.min_horizontal(asset_fine, pl.col("tranche_minor").cast(pl.Int128) * FINE)


def _untold(held: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """What is held of a structure and its assets do not add up to; all of a holding that cannot be told apart."""
    place = ("facility_key", "structure_key", "vehicle_key")
    told = parts.group_by("facility_key", "structure_key").agg(told_minor=exact_sum(pl.col("part_minor")))
    invested = held.group_by(place).agg(
        untold_minor=exact_sum(pl.when(~pl.col("is_told")).then("amount_minor").otherwise(0)),
        invested_minor=exact_sum(pl.when("is_told").then("amount_minor").otherwise(0)),
    )
    unexplained = (pl.col("invested_minor") - pl.col("told_minor").fill_null(0)).clip(lower_bound=0)
    return (
        invested.join(told, on=["facility_key", "structure_key"], how="left", validate="1:1")
        .select(*place, untold_minor=pl.col("untold_minor") + unexplained)
        .filter(pl.col("untold_minor") > 0)
        .sort("facility_key", "structure_key")
    )


def _support(held: pl.DataFrame, pools: Pools, support: pl.DataFrame, own_bank: pl.Series) -> pl.DataFrame:
    """The holdings in every structure that a third party stands behind; one that is not said to be minor is material.

    What the bank itself supports is no exposure to anybody.
    """
    material = support.filter(
        pl.col("is_material").fill_null(value=True), ~pl.col("party_key").is_in(own_bank.implode())
    ).select("role", supported_key="structure_key", provider_key="party_key")
    nested = pools.opened.filter(pl.col("depth") > 0).select(
        "opened_fine", "depth", structure_key="root_key", supported_key="structure_key"
    )
    size = pl.col("size_minor").cast(pl.Int128) * FINE
    part = ceil_divide(pl.col("amount_minor").cast(pl.Int128) * _at_stake(pl.col("opened_fine")), size)
    names = ("facility_key", "structure_key", "supported_key", "part_minor", "depth")
    direct = held.with_columns(
        supported_key="structure_key", part_minor="amount_minor", depth=pl.lit(0, dtype=pl.Int32)
    )
    through = (
        held.filter("is_told").join(nested, on="structure_key", how="inner").with_columns(part_minor=part)
    )
    return (
        pl.concat([direct.select(names), through.select(names)])
        .join(material, on="supported_key", how="inner")
        .group_by("facility_key", "structure_key", "supported_key", "provider_key", "role")
        .agg(exact_sum(pl.col("part_minor")), pl.col("depth").min())
    )
