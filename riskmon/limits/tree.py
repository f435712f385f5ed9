"""The tree of a bank's own limits: what each limit is on, with all that its parents ask of it.

A limit under a parent is a line within the parent's: it counts only what the parent counts. What it counts is
therefore the conjunction of its own condition, its product, and the conditions of all its ancestors.
"""

from dataclasses import dataclass

import polars as pl

BANK = "bank"
PARTY_CONDITIONS = ("obligor", "group")
ATTRIBUTES = ("industry", "region", "country", "product")
"""Conditions on what an obligor or a facility is, told by a code."""

_INHERITED = ("book_id", "measure")


@dataclass(frozen=True, slots=True)
class LimitTree:
    """The limits that hang together from a root down, with their conditions.

    Attributes:
        limits: every limit of an intact tree, `book_id` and `measure` taken from the nearest ancestor that has them.
        conditions: limit_id, kind (of PARTY_CONDITIONS or ATTRIBUTES), value, each once; none is the whole bank.
        detached: limits whose parent does not exist, or that are their own ancestors.
    """

    limits: pl.DataFrame
    conditions: pl.DataFrame
    detached: pl.DataFrame


def limit_tree(limits: pl.DataFrame) -> LimitTree:
    """The tree of the delivered limits, in force or not, since a parent gives its children their scope."""
    waiting = limits
    level = limits.filter(pl.col("parent_limit_id").is_null())
    rooted = [level]
    conditions = [_own_conditions(level)]
    while level.height:
        waiting = waiting.join(level, on="limit_id", how="anti")
        parents = level.select(
            pl.col("limit_id").alias("parent_limit_id"), *(_from_parent(name) for name in _INHERITED)
        )
        below = waiting.join(parents, on="parent_limit_id", how="inner")
        inherited = (
            below.select("limit_id", "parent_limit_id")
            .join(conditions[-1].rename({"limit_id": "parent_limit_id"}), on="parent_limit_id", how="inner")
            .select(conditions[-1].columns)
        )
        level = below.with_columns(
            pl.coalesce(name, f"{name}_of_parent").alias(name) for name in _INHERITED
        ).select(limits.columns)
        rooted.append(level)
        conditions.append(pl.concat([_own_conditions(level), inherited]).unique())
    whole = pl.concat(rooted)
    return LimitTree(
        limits=whole.sort("limit_id"),
        conditions=pl.concat(conditions).unique().sort("limit_id", "kind", "value"),
        detached=limits.join(whole, on="limit_id", how="anti"),
    )


def _from_parent(name: str) -> pl.Expr:
    return pl.col(name).alias(f"{name}_of_parent")


def _own_conditions(limits: pl.DataFrame) -> pl.DataFrame:
    subject = limits.filter(pl.col("subject_kind") != BANK).select(
        "limit_id", kind="subject_kind", value="subject_id"
    )
    product = limits.drop_nulls("product").select("limit_id", kind=pl.lit("product"), value="product")
    return pl.concat([subject, product]).unique()
