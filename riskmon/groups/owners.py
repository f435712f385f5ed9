"""Owners: how much of each party belongs in the end to whom. Beside control, and never mixed with it."""

import numpy as np
import polars as pl

from graph_models.arrays import PRUNED_BELOW, integrated_ownership
from riskmon.groups.links import COUNTING


def end_owners(relationships: pl.DataFrame, party_count: int) -> pl.DataFrame:
    """The end owners of every owned party.

    relationships: those in force and known, with keys. What counts is the share in the capital (economic_bp), where
    it is not known the votes, and of a band its lower bound; a shareholding without any of them owns nothing known.

    Returns party_key, owner_key, share, residual. `share` is of the capital that the party does not hold itself.
    `residual` is what is recorded of the party and leads to no end owner, shares under a millionth included: any
    owner's share may be larger by up to as much. A party that is owned and has no end owner at all has one row with
    empty owner_key and share.
    """
    holdings = relationships.filter(
        (pl.col("kind") == "shareholding") & pl.col("assessment").is_in(COUNTING)
    ).select(
        "source_key",
        "target_key",
        share_bp=pl.coalesce("economic_bp", "voting_bp", "voting_min_bp").fill_null(0).cast(pl.Int64),
    )
    found = integrated_ownership(
        party_count,
        holdings["source_key"].to_numpy().astype(np.int32),
        holdings["target_key"].to_numpy().astype(np.int32),
        holdings["share_bp"].to_numpy(),
        pruned_below=PRUNED_BELOW,
    )
    owners = pl.DataFrame(
        {
            "party_key": np.repeat(np.arange(party_count, dtype=np.int32), np.diff(found.offsets)),
            "owner_key": found.owner,
            "share": found.share,
        },
        schema_overrides={"party_key": pl.Int32, "owner_key": pl.Int32},
    )
    owned = np.flatnonzero(found.recorded > 0).astype(np.int32)
    return (
        pl.DataFrame(
            {"party_key": owned, "residual": found.residual[owned]}, schema_overrides={"party_key": pl.Int32}
        )
        .join(owners, on="party_key", how="left")
        .select("party_key", "owner_key", "share", "residual")
        .sort("party_key", "owner_key")
    )
