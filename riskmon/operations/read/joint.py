"""Facilities that several owe: what each joint obligor owes whole, and with whom the facility counts."""

import polars as pl

from riskmon.operations.read.items import Item, items
from riskmon.store.snapshots import Snapshot, Snapshots


def joint_debts(snapshots: Snapshots, snapshot: Snapshot, wanted: pl.Expr) -> list[Item]:
    """The wanted rows of `joint_exposures` in the stored order, with the names of both parties."""
    names = snapshots.table(snapshot, "parties").select("party_id", "name")
    rows = (
        snapshots.table(snapshot, "joint_exposures")
        .filter(wanted)
        .join(
            names.rename({"party_id": "obligor_id", "name": "obligor_name"}),
            on="obligor_id",
            how="left",
            maintain_order="left",
        )
        .join(
            names.rename({"party_id": "joint_obligor_id", "name": "joint_obligor_name"}),
            on="joint_obligor_id",
            how="left",
            maintain_order="left",
        )
        .collect()
    )
    return items(rows, snapshot.manifest.currency)
