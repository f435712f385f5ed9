"""Rows of the table of guarantee circles: from numbered memberships to members, amounts and centres."""

from typing import NamedTuple

import polars as pl

from graph_models.array_types import IntArray
from graph_models.arrays import Memberships
from riskmon.domain.money import exact_sum

CIRCLES = pl.Schema(
    {
        "kind": pl.String(),
        "centre_key": pl.Int32(),
        "member_keys": pl.List(pl.Int32()),
        "member_count": pl.Int32(),
        "amount_minor": pl.Int64(),
        "has_unknown_amount": pl.Boolean(),
        "breaker_key": pl.Int32(),
        "broken_count": pl.Int32(),
        "cycle_count": pl.Int32(),
        "is_truncated": pl.Boolean(),
        "within_key": pl.Int32(),
    }
)
"""A circle between the stages: party keys where the output table has ids; `within_key` is the smallest key of the
whole circle that it is a part of."""


class Pairs(NamedTuple):
    """Distinct guarantors and debtors, sorted."""

    party_count: int
    guarantor: IntArray
    debtor: IntArray


def pair_amounts(links: pl.DataFrame) -> pl.DataFrame:
    """All that one party guarantees for another, in one row: guarantor_key, debtor_key, amount_minor, is_unknown.

    links: guarantor_key, debtor_key, amount_minor. A guarantee for oneself is none.
    """
    return (
        links.filter(pl.col("guarantor_key") != pl.col("debtor_key"))
        .group_by("guarantor_key", "debtor_key")
        .agg(exact_sum(pl.col("amount_minor")), is_unknown=pl.col("amount_minor").has_nulls())
        .sort("guarantor_key", "debtor_key")
    )


def from_memberships(kind: str, members: Memberships) -> pl.DataFrame:
    """One row a circle, members in the order given, in the order of the circles' numbers; amounts not yet known."""
    rows = pl.DataFrame(
        {"circle": members.circle, "member_keys": members.party},
        schema={"circle": pl.Int32, "member_keys": pl.Int32},
    )
    circles = rows.group_by("circle", maintain_order=True).agg("member_keys")
    return circles.sort("circle").select(
        pl.lit(kind).alias("kind"), "member_keys", *_empty("centre_key", "breaker_key", "broken_count", "cycle_count"),
        is_truncated=pl.lit(value=False),
    )  # fmt: skip


def enclosed(circles: pl.DataFrame, amounts: pl.DataFrame) -> pl.DataFrame:
    """The circles with what their members guarantee for one another."""
    numbered = circles.with_row_index("circle").with_columns(
        member_count=pl.col("member_keys").list.len().cast(pl.Int32)
    )
    members = numbered.lazy().select("circle", party_key="member_keys").explode("party_key")
    inside = (
        members.join(amounts.lazy(), left_on="party_key", right_on="guarantor_key", how="inner")
        .join(members, left_on=["circle", "debtor_key"], right_on=["circle", "party_key"], how="semi")
        .group_by("circle")
        .agg(exact_sum(pl.col("amount_minor")), has_unknown_amount=pl.col("is_unknown").any())
        .collect()
    )
    return numbered.join(inside, on="circle", how="left", validate="1:1").with_columns(
        pl.col("amount_minor").fill_null(0), pl.col("has_unknown_amount").fill_null(value=False)
    )


def centred(kind: str, rays: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Circles of a centre and all that it is linked with, from so many on, with the amounts of the links themselves.

    rays: centre_key, ray_key, amount_minor, is_unknown.
    """
    return (
        rays.group_by("centre_key")
        .agg(
            ray_keys=pl.col("ray_key").unique(),
            amount_minor=exact_sum(pl.col("amount_minor")),
            has_unknown_amount=pl.col("is_unknown").any(),
        )
        .filter(pl.col("ray_keys").list.len() >= smallest)
        .with_columns(
            *_empty("breaker_key", "broken_count", "cycle_count"),
            kind=pl.lit(kind),
            is_truncated=pl.lit(value=False),
            member_keys=pl.concat_list("centre_key", "ray_keys").list.sort(),
        )
        .with_columns(member_count=pl.col("member_keys").list.len().cast(pl.Int32))
    )


def _empty(*names: str) -> list[pl.Expr]:
    return [pl.lit(None, dtype=pl.Int32).alias(name) for name in names]
