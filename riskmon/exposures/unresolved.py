"""What looking through could not resolve, said structure by structure, and what it leaves for others to use."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.money import amount_text, exact_sum, percent_text
from riskmon.domain.terms import POOLED_PRODUCTS
from riskmon.exposures.holdings import Holdings
from riskmon.frames.outputs import OUTPUT_TABLES


def unresolved_shares(
    holdings: Holdings, tables: Mapping[str, pl.DataFrame], *, reporting_exponent: int
) -> pl.DataFrame:
    """The share of the investment in each structure behind which nobody is identified, as rows of `not_evaluated`.

    tables: structures, facilities, protection_covers. One row a structure that is not resolved in full, one for all
    funds and securitisations without a holding, one for all protections of holdings that are looked through.
    """
    is_nobody = pl.col("obligor_key").is_null()
    parts = holdings.parts.group_by("structure_key").agg(
        total_minor=exact_sum(pl.col("part_minor")),
        open_minor=exact_sum(pl.when(is_nobody).then("part_minor").otherwise(0)),
        depth=pl.col("depth").max(),
    )
    untold = holdings.untold.group_by("structure_key").agg(exact_sum(pl.col("untold_minor")))
    rows = (
        parts.join(untold, on="structure_key", how="full", coalesce=True)
        .with_columns(
            pl.col("total_minor", "open_minor", "depth").fill_null(0),
            pl.col("untold_minor").fill_null(0),
        )
        .select(
            "structure_key",
            "depth",
            total_minor=pl.col("total_minor") + pl.col("untold_minor"),
            open_minor=pl.col("open_minor") + pl.col("untold_minor"),
        )
        .filter(pl.col("open_minor") > 0)
        .join(tables["structures"].select("structure_key", "structure_id"), on="structure_key", how="left")
    )
    said = rows.select(
        item=pl.lit("look_through"),
        book_id=pl.lit(None, dtype=pl.String),
        missing=pl.format("underlyings of {}", "structure_id"),
        effect=pl.format(
            "{} of {} in {} is unresolved ({}); levels looked through: {}.",
            amount_text(pl.col("open_minor"), reporting_exponent),
            amount_text(pl.col("total_minor"), reporting_exponent),
            "structure_id",
            percent_text(pl.col("open_minor"), pl.col("total_minor")),
            "depth",
        ),
    )
    return pl.concat([said, _without_holdings(holdings, tables), _unused_protection(holdings, tables)])


def structure_findings(holdings: Holdings, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Structures that hold each other in a ring, and holdings that add up to more than what they are a share of."""
    ids = tables["structures"].select("structure_key", "structure_id")
    rings = holdings.parts.filter("is_cut").select("structure_key").unique()
    over = (
        holdings.held.drop_nulls("size_minor")
        .group_by("structure_key", "tranche_key", "size_minor")
        .agg(held_minor=exact_sum(pl.col("amount_minor")))
        .filter(pl.col("held_minor") > pl.col("size_minor"))
        .select("structure_key")
        .unique()
    )
    causes = (("structure_ring", "underlyings", rings), ("holding_above_size", "fund_holdings", over))
    return [
        _finding(code, table, rows.join(ids, on="structure_key"))
        for code, table, rows in causes
        if rows.height
    ]


def supported_structures(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Structures and the third parties whose failure could cost them: vehicle_key, provider_key, role.

    Structures that share such a party are one risk with it where a book says so. One that is no party of the bank's is
    left out.
    """
    return (
        tables["structure_support"]
        .filter(pl.col("is_material").fill_null(value=True))
        .join(tables["structures"].select("structure_key", vehicle_key="party_key"), on="structure_key", how="left")
        .drop_nulls("vehicle_key")
        .select("vehicle_key", "role", provider_key="party_key")
        .unique()
        .sort("vehicle_key", "provider_key", "role")
    )  # fmt: skip


def _without_holdings(holdings: Holdings, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    pooled = tables["facilities"].filter(pl.col("product").is_in(POOLED_PRODUCTS))
    bare = pooled.join(holdings.held, on="facility_key", how="anti").height
    effect = f"{bare} facilities of funds and securitisations have no holding; each counts as one unidentified investment."
    return _said(bare, "fund_holdings of these facilities", effect)


def _unused_protection(holdings: Holdings, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    covers = tables["protection_covers"].join(holdings.held, on="facility_key", how="semi").height
    effect = f"{covers} covers of facilities that are looked through reduce no exposure."
    return _said(covers, "a rule for protection of holdings", effect)


def _said(count: int, missing: str, effect: str) -> pl.DataFrame:
    row = {"item": "look_through", "book_id": None, "missing": missing, "effect": effect}
    return pl.DataFrame([row] if count else [], schema=OUTPUT_TABLES["not_evaluated"].schema)


def _finding(code: str, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    kind = FINDING_KINDS[code]
    return OUTPUT_TABLES["findings"].shape(
        pl.DataFrame(
            {
                "finding_code": [code],
                "table": [table],
                "subject_id": [None],
                "row_count": [rows.height],
                "sample": [rows["structure_id"].sort().head(5).to_list()],
                "message": [f"{table}: {kind.message}"],
                "remedy": [kind.remedy],
                "owner": [kind.owner],
            }
        )
    )
