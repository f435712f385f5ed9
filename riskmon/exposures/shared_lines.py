"""Shared lines: facilities under one commitment share its undrawn part, which one obligor can draw only once.

A facility that names another as its parent is drawn under that one's commitment. What is drawn or issued under any of them uses
it up; the rest counts once for each obligor that may draw it: in the facilities with the highest conversion factor first, each at
most with what it could still draw itself. Obligors that share a line could each draw all of it, so each counts it. A parent that
is not there, or a ring of parents, shares nothing: every facility then counts its own undrawn part.
"""

import polars as pl

from riskmon.domain.money import ceil_divide, exact_sum, floor_divide, in_reporting_currency
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS

LINES = ("commitment", "card_undrawn", "note_issuance")
"""Products off the balance sheet that are undrawn; any other is issued, and uses the line in full."""


def with_shared_unused(facilities: pl.DataFrame, factor_bp: pl.Expr, reporting_exponent: int) -> pl.DataFrame:
    """The facilities with `shared_unused_minor`, the undrawn part that counts with each, in the reporting currency.

    facilities: the validated facilities. factor_bp: their conversion factor. Null where a facility shares no line;
    without the column where none does.
    """
    shared = _families(facilities)
    if shared.is_empty():
        return facilities
    is_issued = pl.col("product").is_in(set(OFF_BALANCE_PRODUCTS) - set(LINES))
    commitment, drawn = pl.col("commitment_minor").fill_null(0), pl.col("drawn_minor").fill_null(0)
    used = pl.when(is_issued).then(pl.max_horizontal(commitment, drawn)).otherwise(drawn)
    open_part = pl.when(is_issued).then(0).otherwise(commitment - drawn).clip(lower_bound=0)
    members = shared.join(facilities, on="facility_key", how="left", validate="1:1").select(
        "facility_key", "root_key", "obligor_key", is_issued=is_issued, factor_bp=factor_bp,
        committed_minor=ceil_divide(*in_reporting_currency(commitment, reporting_exponent)),
        used_minor=floor_divide(*in_reporting_currency(used, reporting_exponent)),
        open_minor=ceil_divide(*in_reporting_currency(open_part, reporting_exponent)),
    )  # fmt: skip
    is_root = pl.col("facility_key") == pl.col("root_key")
    line = members.group_by("root_key").agg(
        left_minor=(pl.col("committed_minor").filter(is_root).first() - exact_sum(pl.col("used_minor"))).clip(
            lower_bound=0
        )
    )
    by_factor = pl.col("open_minor").cum_sum().over("root_key", "obligor_key") - pl.col("open_minor")
    counted = (
        members.filter(~pl.col("is_issued"))
        .join(line, on="root_key", how="left", validate="m:1")
        .sort("factor_bp", "facility_key", descending=[True, False])
        .select(
            "facility_key",
            shared_unused_minor=pl.min_horizontal(
                "open_minor", (pl.col("left_minor") - by_factor).clip(lower_bound=0)
            ),
        )
    )
    return facilities.join(counted, on="facility_key", how="left", maintain_order="left", validate="1:1")


def _families(facilities: pl.DataFrame) -> pl.DataFrame:
    """facility_key and root_key of every facility that shares a line, the one with the commitment included."""
    keys = facilities.select("facility_key", "facility_id")
    parents = (
        facilities.filter(pl.col("parent_facility_id").is_not_null())
        .select("facility_key", facility_id="parent_facility_id")
        .join(keys.rename({"facility_key": "parent_key"}), on="facility_id", how="inner")
        .select("facility_key", "parent_key")
    )
    step = parents.rename({"facility_key": "root_key", "parent_key": "above_key"})
    found = parents.rename({"parent_key": "root_key"})
    # Each pass looks twice as far up, so as many passes as the count has binary digits reach every root.
    for _ in range(parents.height.bit_length()):
        found = found.join(step, on="root_key", how="left").select(
            "facility_key", root_key=pl.coalesce("above_key", "root_key")
        )
        step = step.join(
            step.rename({"root_key": "above_key", "above_key": "higher_key"}), on="above_key", how="left"
        ).select("root_key", above_key=pl.coalesce("higher_key", "above_key"))
    in_ring = found["root_key"].is_in(parents["facility_key"].implode())
    members = found.filter(~in_ring)
    roots = members.select(facility_key="root_key", root_key="root_key").unique()
    return pl.concat([members, roots]).sort("facility_key")
