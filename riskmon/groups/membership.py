"""Membership: the cover of the whole book as frames, with connectors told apart and contained groups left out."""

import numpy as np
import polars as pl

from graph_models.arrays import Cover
from riskmon.domain.terms import ROLES

CONNECTOR = "connector"


def membership(cover: Cover, links: pl.DataFrame, exposed: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Groups and members of one book.

    exposed: party keys that carry exposure; the others are connectors, needed to find the group and not counted.
    A group whose exposed members all belong to another group says nothing new and is left out; of equal ones the
    smallest anchor stays. A group without an exposed member is left out as well.

    Returns groups (group_key, anchor_key, member_count) and members (group_key, party_key, role, reason).
    """
    members = pl.DataFrame(
        {
            "group_key": cover.group,
            "party_key": cover.party,
            "role": pl.Series(cover.role).replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String),
        },
        schema_overrides={"group_key": pl.Int32, "party_key": pl.Int32},
    ).with_columns(is_exposed=pl.col("party_key").is_in(exposed.implode()))
    members = members.with_columns(_reasons(cover, links))
    kept = _kept_groups(members, cover.anchor.size)
    groups = pl.DataFrame({"anchor_key": cover.anchor}, schema={"anchor_key": pl.Int32}).with_row_index(
        "group_key"
    )
    counts = members.group_by("group_key").agg(member_count=pl.col("is_exposed").sum().cast(pl.Int32))
    groups = (
        groups.with_columns(pl.col("group_key").cast(pl.Int32))
        .join(counts, on="group_key", how="left")
        .filter(pl.Series(kept))
    )
    role = pl.when("is_exposed").then("role").otherwise(pl.lit(CONNECTOR))
    return groups, members.filter(pl.Series(kept[cover.group])).select(
        "group_key", "party_key", role.alias("role"), "reason"
    )


def _reasons(cover: Cover, links: pl.DataFrame) -> pl.Series:
    """The reason of each member as a list of relationship keys; the anchor's is empty."""
    lengths = np.diff(cover.reason_offsets)
    flat = pl.DataFrame(
        {
            "member": np.repeat(np.arange(lengths.size, dtype=np.int64), lengths),
            "reason": links["relationship_key"].to_numpy()[cover.reason_rows],
        },
        schema_overrides={"reason": pl.Int32},
    )
    lists = flat.group_by("member", maintain_order=True).agg("reason")
    return (
        pl.DataFrame({"member": np.arange(lengths.size, dtype=np.int64)})
        .join(lists, on="member", how="left", maintain_order="left")
        .select(pl.col("reason").fill_null(pl.lit([], dtype=pl.List(pl.Int32))))
        .to_series()
    )


def _kept_groups(members: pl.DataFrame, group_count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which groups stay: those with an exposed member and not contained in another."""
    exposed = members.filter("is_exposed").with_columns(group_count_of_party=pl.len().over("party_key"))
    own = exposed.group_by("group_key").agg(
        has_own_member=(pl.col("group_count_of_party") == 1).any(), parties=pl.col("party_key")
    )
    kept = np.zeros(group_count, dtype=np.bool_)
    kept[own.filter("has_own_member")["group_key"].to_numpy()] = True
    # Only a group all of whose exposed members sit elsewhere too can be contained; there are few of them.
    contested = own.filter(~pl.col("has_own_member")).sort("group_key")
    if contested.is_empty():
        return kept
    nearby = exposed.filter(pl.col("party_key").is_in(contested["parties"].explode().unique().implode()))
    groups_of = dict(
        zip(*(nearby.group_by("party_key").agg("group_key").get_columns()), strict=True)
    )  # party -> groups
    sizes = dict(zip(*exposed.group_by("group_key").len().get_columns(), strict=True))
    for index, parties in zip(contested["group_key"], contested["parties"], strict=True):
        shared = set.intersection(*(set(groups_of[party]) for party in parties)) - {index}
        kept[index] = not any(sizes[other] > len(parties) or other < index for other in shared)
    return kept
