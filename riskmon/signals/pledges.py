"""Pledges: one asset that secures more than one protection (D10)."""

from typing import Final

import polars as pl

from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import Selection
from riskmon.signals.outcome import (
    Outcome,
    Tables,
    concluded,
    gap,
    is_never_filled,
    obligor_facilities,
)
from riskmon.signals.severity import severity_of
from riskmon.signals.wording import named, told

ASSET_KINDS: Final = ("property", "inventory", "receivable", "security", "equity_stake")
"""Kinds of protection that rest on one nameable asset; a promise to pay is none."""


def pledged_twice(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """D10: one `asset_reference` stands in several protections; raised on every obligor they cover and title holder.

    A protection counts for as long as it is delivered: an asset is released before it is pledged again. Each asset is a
    cause of its own. Lines: number of protections.
    Unknown: a protection over an asset without `asset_reference`. Clause: `D10`.
    """
    pledged = (
        tables["protections"]
        .filter(pl.col("kind").is_in(ASSET_KINDS))
        .select("protection_key", "protection_id", "title_holder_key", "asset_reference")
    )
    if is_never_filled(pledged, "asset_reference"):
        return Outcome.silent(
            gap(rule, "protections.asset_reference", "No asset pledged twice can be recognised.")
        )
    assets = (
        pledged.drop_nulls("asset_reference")
        .group_by("asset_reference")
        .agg(protection_ids=pl.col("protection_id").sort(), protection_count=pl.len())
        .with_columns(severity=severity_of(rule, pl.col("protection_count")))
        .drop_nulls("severity")
    )
    owners = _parties_behind(tables, pledged)
    raised = (
        pledged.join(assets, on="asset_reference", how="inner", validate="m:1")
        .join(owners, on="protection_key", how="inner")
        .unique(["party_key", "asset_reference"])
        .with_columns(cause_id=pl.format("{}/{}", pl.lit(rule.id), "asset_reference"))
    )
    unknown = (
        pledged.filter(pl.col("asset_reference").is_null())
        .join(owners, on="protection_key", how="inner")
        .select("party_key", missing=pl.lit("protections.asset_reference"))
        .unique()
        .join(raised, on="party_key", how="anti")
    )
    subjects = pl.concat([raised, unknown], how="diagonal").with_columns(
        subject_kind=pl.lit("obligor"), subject_key="party_key"
    )
    evidence = told(
        "Asset {} stands in {} protections ({})",
        "押品{}重复用于{}项缓释（{}）",
        "asset_reference",
        "protection_count",
        named("protection_ids"),
    )
    ownerless = assets.join(raised, on="asset_reference", how="anti")["asset_reference"].sort()
    gaps = (gap(rule, "protection_covers", _ownerless_text(ownerless)),) if ownerless.len() else ()
    return Outcome(concluded(subjects, rule, evidence=evidence), gaps)


def _ownerless_text(assets: pl.Series) -> str:
    listed = pl.DataFrame({"assets": [assets.to_list()]}).select(named("assets").en).item()
    return f"Pledged more than once, for no obligor that is known: {listed}."


def _parties_behind(tables: Tables, pledged: pl.DataFrame) -> pl.DataFrame:
    """Who stands behind each protection: every obligor it covers, and the title holder. protection_key, party_key."""
    covered = (
        tables["protection_covers"]
        .select("protection_key", "facility_key")
        .join(pledged, on="protection_key", how="semi")
        .join(obligor_facilities(tables["facilities"]), on="facility_key", how="left")
        .select("protection_key", "party_key")
    )
    holders = pledged.select("protection_key", party_key="title_holder_key")
    return pl.concat([covered, holders]).drop_nulls("party_key").unique()
