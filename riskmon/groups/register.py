"""Groups that a register of the bank's own names: the related parties of the bank itself.

They are no connected obligors: no relationship makes them, and none is cited. The anchor is the party that the register
names the group after where it is a member, else the smallest; groups of one anchor are one.
"""

from datetime import date

import numpy as np
import polars as pl

from graph_models.arrays import Cover
from graph_models.terms import Role
from riskmon.groups.covers import WholeCover
from riskmon.rulebook.model import Grouping

_NO_LINKS = pl.Schema({"relationship_key": pl.Int32(), "source_key": pl.Int32(), "target_key": pl.Int32()})
_NO_CONTROLLERS = pl.Schema(
    {
        "party_key": pl.Int32(),
        "controlled_by": pl.List(pl.Int32()),
        "is_joint": pl.Boolean(),
        "lowest_controller": pl.Int32(),
        "ultimate_controllers": pl.List(pl.Int32()),
        "is_bridged": pl.Boolean(),
    }
)


def registered_cover(
    related: pl.DataFrame, parties: pl.DataFrame, grouping: Grouping, *, as_of: date
) -> WholeCover:
    """The groups of the register as a cover; who is in no register is in no group.

    related: party_key, related_group_id, since. parties: party_key, party_id, kind. A party of `interbank_kinds` is
    left out: business with it is outside the rule.
    """
    members = _members(related, parties, grouping, as_of=as_of)
    anchors = members["anchor_key"].unique().sort()
    anchor = anchors.to_numpy().astype(np.int32)
    is_anchor = (members["anchor_key"] == members["party_key"]).to_numpy()
    count = members.height
    groups = Cover(
        anchor=anchor,
        group=np.searchsorted(anchor, members["anchor_key"].to_numpy()).astype(np.int32),
        party=members["party_key"].to_numpy().astype(np.int32),
        role=np.where(is_anchor, Role.ANCHOR, Role.LINKED).astype(np.int8),
        reason_offsets=np.zeros(count + 1, dtype=np.int64),
        reason_rows=np.zeros(0, dtype=np.int32),
    )
    no_links = pl.DataFrame(schema=_NO_LINKS)
    return WholeCover(no_links, groups, pl.DataFrame(schema=_NO_CONTROLLERS), no_links, groups)


def _members(
    related: pl.DataFrame, parties: pl.DataFrame, grouping: Grouping, *, as_of: date
) -> pl.DataFrame:
    """Each related party in each of its groups, once: anchor_key, party_key, in this order."""
    named = parties.select("party_key", "party_id", "kind")
    standing = (
        related.filter((pl.col("since") <= as_of).fill_null(value=True))
        .join(named, on="party_key", how="left")
        .filter(~pl.col("kind").is_in(grouping.interbank_kinds))
        # Without a group, a party is its own.
        .with_columns(group=pl.coalesce("related_group_id", "party_id"))
    )
    is_named_after = pl.col("party_id") == pl.col("group")
    anchor = pl.coalesce(
        pl.col("party_key").filter(is_named_after).min().over("group"),
        pl.col("party_key").min().over("group"),
    )
    return (
        standing.with_columns(anchor_key=anchor)
        .select("anchor_key", "party_key")
        .unique()
        .sort("anchor_key", "party_key")
    )
