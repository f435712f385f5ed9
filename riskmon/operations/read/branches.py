"""What of a run belongs to single branches: a facility to its own, an obligor to its own and to those of its facilities.

A group belongs to every branch that an exposed member of it belongs to; its totals are those of all branches.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

import polars as pl

from riskmon.store.snapshots import Snapshot, Snapshots

_MOST_KEPT: Final = 32
_CONNECTOR: Final = "connector"


def in_branches(
    snapshots: Snapshots, snapshot: Snapshot, table: str, branches: Collection[str] | None
) -> pl.Expr:
    """The rows of a table that who sees these branches may see; None is all. What names no branch belongs to none.

    Tables: facilities, obligor_exposures, and those by subject (headroom, breaches), of which a caller of single
    branches sees obligors and groups only.

    Raises:
        SnapshotUnreadableError: the inputs, which name the branches, cannot be read.
    """
    if branches is None:
        return pl.lit(value=True)
    seen = _seen(snapshots, snapshot.manifest.run_id, frozenset(branches))
    if table == "facilities":
        return pl.col("facility_id").is_in(seen["facility_id"].implode())
    if table == "obligor_exposures":
        return pl.col("obligor_id").is_in(seen["party_id"].implode())
    of_obligor = (pl.col("subject_kind") == "obligor") & pl.col("subject_id").is_in(
        seen["party_id"].implode()
    )
    of_group = (pl.col("subject_kind") == "group") & pl.col("subject_id").is_in(seen["group_id"].implode())
    return of_obligor | of_group


@lru_cache(maxsize=_MOST_KEPT)
def _seen(snapshots: Snapshots, run_id: str, branches: frozenset[str]) -> dict[str, pl.Series]:
    """The ids of facilities, parties and groups that belong to the branches; a run never changes."""
    snapshot = snapshots.find(run_id)
    inputs = snapshots.inputs(snapshot, ("parties", "facilities"))
    facilities = _of(inputs["facilities"], branches, "facility_id", "obligor_id")
    parties = pl.concat(
        [_of(inputs["parties"], branches, "party_id"), facilities.select(party_id="obligor_id")]
    )
    # A party that was delivered under several ids goes on under one of them.
    aliases = snapshots.table(snapshot, "party_aliases").select("alias_id", kept_id="party_id").collect()
    kept = parties.join(aliases, left_on="party_id", right_on="alias_id", how="left").select(
        party_id=pl.coalesce("kept_id", "party_id")
    )
    members = snapshots.table(snapshot, "group_members").filter(pl.col("role") != _CONNECTOR)
    groups = members.join(kept.lazy(), on="party_id", how="semi").select("group_id").unique().collect()
    return {
        "facility_id": facilities["facility_id"],
        "party_id": kept["party_id"].unique(),
        "group_id": groups["group_id"],
    }


def _of(rows: pl.DataFrame, branches: frozenset[str], *ids: str) -> pl.DataFrame:
    """The ids of the rows that name one of the branches; a table without the column names none."""
    if "branch" not in rows.columns:
        return rows.select(ids).clear()
    return rows.filter(pl.col("branch").is_in(sorted(branches))).select(ids)
